import numpy as np
import pytest
import torch
from scipy.ndimage import map_coordinates

from emogan.networks.surface import grid
from emogan.networks.translator import Translator, warped


@pytest.fixture
def network() -> Translator:
    torch.manual_seed(0)
    return Translator([8, 16], 32, [8, 8], 2)


def test_an_untrained_network_moves_nothing_and_draws_little(network: Translator) -> None:
    faces = torch.rand(3, 1, 32, 32, generator=torch.Generator().manual_seed(1))
    made = network(faces, torch.zeros(3, 2))
    assert made.faces.shape == made.mask.shape == made.drawn.shape == faces.shape
    assert made.flow.shape == (3, 2, 16, 16) and not made.flow.any()
    assert float(made.mask.detach().max()) < 0.15
    assert torch.allclose(made.faces, torch.lerp(faces, torch.full_like(faces, 0.5), made.mask), atol=1e-5)


def test_the_change_reaches_the_flow_and_what_is_drawn(network: Translator) -> None:
    optimiser = torch.optim.Adam(network.parameters(), 1e-2)
    faces = torch.rand(4, 1, 32, 32, generator=torch.Generator().manual_seed(1))
    change = torch.tensor([[0.0, 0.0], [0.0, 0.0], [1.0, 0.0], [1.0, 0.0]])
    wished = torch.where(change[:, :1, None, None] > 0, 0.05, -0.05).expand(4, 2, 16, 16)
    for _ in range(30):
        made = network(faces, change)
        loss = (made.flow - wished).abs().mean() + (made.mask - change[:, :1, None, None]).abs().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    made = network(faces, change)
    assert made.flow[2:].mean() > 0.03 and made.flow[:2].mean() < -0.03
    assert made.mask[2:].mean() > made.mask[:2].mean() + 0.5


def test_warping_takes_pixels_from_where_the_flow_says() -> None:
    image = torch.rand(1, 1, 24, 24, generator=torch.Generator().manual_seed(1))
    flow = torch.zeros(1, 2, 24, 24)
    flow[:, 0], flow[:, 1] = 3 / 12, -2 / 12  # 3 pixels to the right and 2 up, in halves of the image
    assert torch.allclose(warped(image, flow)[0, 0, 4:20, 4:20], image[0, 0, 2:18, 7:23], atol=1e-5)
    bent = 0.1 * torch.randn(1, 2, 24, 24, generator=torch.Generator().manual_seed(2))
    y, x = np.mgrid[:24, :24]
    at = [y + 12 * bent[0, 1].numpy(), x + 12 * bent[0, 0].numpy()]
    other = map_coordinates(image[0, 0].numpy(), at, order=1, mode="nearest")
    assert np.allclose(warped(image, bent)[0, 0].numpy(), other, atol=1e-4)


def test_the_grid_has_its_corners_half_a_pixel_inside() -> None:
    corners = grid(4)[0]
    assert corners[0, 0].tolist() == [-0.75, -0.75] and corners[3, 0].tolist() == [-0.75, 0.75]
