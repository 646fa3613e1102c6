import torch

from emogan.core.emotions import EMOTIONS
from emogan.networks.surface import PLACES, grid
from emogan.translating.motions import motions_of
from emogan.translating.pairs import CANVAS, CELLS, NOWHERE, SHARED, SIZE, Pairs


def test_motions_that_pictures_were_made_with_are_found_also_behind_holes() -> None:
    generator = torch.Generator().manual_seed(0)
    people, actions = 40, torch.rand(40, len(EMOTIONS), 3, generator=generator)
    y, x = grid(SHARED)[0].unbind(-1)[::-1]
    true = 0.1 * torch.stack([torch.stack([x * y, y]), torch.stack([x, x * x]), torch.stack([y * y, x])])
    placed = grid(SHARED)[0] + torch.einsum("pea,adhw->pehwd", actions, true)
    placed[:10, 1, 20:40, 20:40] = NOWHERE
    images, shared = torch.zeros(people, 6, 1, 1), torch.zeros(people, 6, CELLS, CELLS, 2)
    pairs = Pairs(images, shared, placed.half(), actions, torch.ones(people, 6), [str(k) for k in range(people)])
    found = motions_of(pairs)
    expected = torch.nn.functional.adaptive_avg_pool2d(true, PLACES) * CANVAS / SIZE
    assert found.shape == (3, 2, PLACES, PLACES)
    assert (found - expected).abs().mean() < 0.1 * expected.abs().mean()
