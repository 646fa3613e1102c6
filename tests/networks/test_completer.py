import pytest
import torch

from emogan.networks.completer import Completer


@pytest.fixture
def network() -> Completer:
    torch.manual_seed(0)
    made = Completer([8, 16], 8, 8, [8, 8], 2).eval()
    made.textures.data[0] = torch.linspace(-1, 1, made.textures.shape[-1])[None]
    return made


def test_what_is_visible_stays_and_the_rest_does_not_depend_on_what_hid_it(network: Completer) -> None:
    faces, visible = torch.rand(2, 2, 1, 32, 32, generator=torch.Generator().manual_seed(1))
    visible = (visible > 0.5).float()
    other = torch.where(visible > 0, faces, 1 - faces)
    emotion = torch.eye(6)[:2]
    with torch.no_grad():
        made, again = (network.draw(network.look(one, visible), emotion) for one in (faces, other))
    assert torch.equal(made.faces[visible > 0], faces[visible > 0])
    assert torch.allclose(made.drawn, again.drawn, atol=1e-6)
    assert made.places.shape == (2, 2, 16, 16) and made.skin.shape == (2, 1, 16, 16)


def test_an_untrained_network_draws_the_mean_texture_where_it_lies(network: Completer) -> None:
    faces = torch.rand(1, 1, 32, 32, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        network.ways.weight.zero_()
        network.ways.bias.zero_()
        network.laid.bias[2] = 30.0  # skin everywhere
        drawn = network.draw(network.look(faces, torch.zeros_like(faces)), torch.zeros(1, 6)).drawn[0, 0]
    expected = 0.5 + 0.15 * torch.linspace(-1, 1, 32) * (31 / 32) / (95 / 96)
    assert torch.allclose(drawn[16], expected, atol=0.01)


def test_the_emotion_reaches_what_is_drawn_and_not_what_is_read(network: Completer) -> None:
    faces = torch.rand(1, 1, 32, 32, generator=torch.Generator().manual_seed(1))
    torch.nn.init.normal_(network.laid.weight)
    glimpse = network.look(faces, torch.zeros_like(faces))
    first, second = (network.draw(glimpse, torch.eye(6)[place : place + 1]).drawn for place in (0, 3))
    assert glimpse.emotions.shape == (1, 6) and not torch.allclose(first, second, atol=1e-4)


def test_covers_are_found_at_the_images_own_size(network: Completer) -> None:
    assert network.finder(torch.rand(3, 1, 32, 32)).shape == (3, 1, 32, 32)
