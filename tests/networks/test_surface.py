import torch

from emogan.networks.surface import PLACES, Surface, back, grid


def test_the_way_back_undoes_the_way_ahead() -> None:
    y, x = grid(64)[0].unbind(-1)[::-1]
    ahead = 0.08 * torch.stack([torch.sin(3 * y), torch.cos(2 * x)])[None]
    flow = back(ahead)
    inside = (slice(None), slice(None), slice(8, 56), slice(8, 56))

    def left(flow: torch.Tensor) -> float:
        there = torch.nn.functional.grid_sample(ahead, grid(64) + flow.permute(0, 2, 3, 1), align_corners=False)
        return float((flow + there)[inside].abs().max())

    assert left(flow) < 0.012 < left(-ahead) / 1.5  # not the same as going the way ahead backwards


def test_motions_are_added_up_by_the_change_where_skin_is() -> None:
    torch.manual_seed(0)
    network = Surface([8, 8], 2)
    network.motions.data[0, 0] = 0.1  # the first action moves all to the right
    network.motions.data[1, 1, : PLACES // 2] = 0.1  # the second its upper half down
    skin_everywhere = torch.tensor([0.0, 0.0, 20.0])
    network.places.bias = torch.nn.Parameter(skin_everywhere)
    faces = torch.rand(3, 1, 32, 32)
    flow, places, skin = network(faces, torch.tensor([[1.0, 0.0], [0.5, 0.0], [0.0, 1.0]]))
    assert places.shape == flow.shape == (3, 2, 16, 16) and skin.shape == (3, 1, 16, 16)
    assert torch.allclose(places, grid(16).permute(0, 3, 1, 2).expand_as(places), atol=1e-6)
    assert torch.allclose(flow[0, 0, 4:12, 4:12], torch.tensor(-0.1), atol=0.005)
    assert torch.allclose(flow[1, 0, 4:12, 4:12], torch.tensor(-0.05), atol=0.003)
    assert flow[2, 1, 2:5].max() < -0.09 and flow[2, 1, 11:].abs().max() < 1e-6
    network.places.bias = torch.nn.Parameter(-skin_everywhere)
    assert network(faces, torch.ones(3, 2))[0].abs().max() < 1e-6
