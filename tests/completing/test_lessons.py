import torch

from emogan.completing.lessons import Covered, loss_of, overlap
from tests.translating.made import pairs


def draw() -> tuple[torch.Tensor, torch.Tensor]:
    faces = pairs(3, people=4).images.flatten(0, 1)
    return Covered(faces).draw(24, torch.Generator().manual_seed(3))


def test_some_faces_are_covered_and_the_covers_are_where_they_are_said_to_be() -> None:
    pictures, covers = draw()
    assert pictures.shape == covers.shape == (24, 1, 128, 128) and pictures.min() >= 0 and pictures.max() <= 1
    covered = covers.amax((1, 2, 3)) > 0
    assert 8 <= int(covered.sum()) <= 20
    again, _ = draw()
    assert torch.equal(pictures, again)


def test_the_loss_falls_with_what_is_found() -> None:
    _, covers = draw()
    right, nothing, everything = 20 * (2 * covers - 1), torch.full_like(covers, -20.0), torch.full_like(covers, 20.0)
    assert float(loss_of(right, covers)) < 0.05 < float(loss_of(nothing, covers)) < float(loss_of(everything, covers))


def test_the_overlap_is_intersection_over_union() -> None:
    covers, logits = torch.zeros(3, 1, 4, 4), torch.full((3, 1, 4, 4), -1.0)
    covers[0, 0, :2], logits[0, 0, 1:3] = 1, 1  # 4 of 12
    logits[1, 0, 0] = 1  # found where nothing is
    assert torch.allclose(overlap(logits, covers), torch.tensor([1 / 3, 0.0, 1.0]))
