import torch
from torch import Tensor

from emogan.networks.translator import Translated
from emogan.translating.lessons import Lesson
from emogan.translating.losses import flow_error, likeness, motion, surface, total


def lesson() -> Lesson:
    generator = torch.Generator().manual_seed(0)
    faces, truth = torch.rand(2, 2, 1, 128, 128, generator=generator)
    flow = 0.1 * torch.randn(2, 2, 64, 64, generator=generator)
    known = (torch.rand(2, 64, 64, generator=generator) > 0.5).float()
    return Lesson(
        faces,
        truth,
        torch.zeros(2, 3),
        torch.zeros(2, 6),
        flow,
        known,
        torch.zeros(2, 2, 64, 64),
        torch.ones(2, 64, 64),
    )


def test_the_truth_costs_nothing_and_the_flow_counts_where_it_is_known() -> None:
    given = lesson()
    assert float(likeness(given.truth, given)) == 0
    right = given.flow * given.known[:, None]
    assert float(motion(right, given)) == 0
    wrong = right + given.known[:, None] * 0.5
    assert torch.isclose(motion(wrong, given), torch.tensor(1.0))  # 0.5 in both directions
    assert float(motion(right + 0.01 * (1 - given.known[:, None]), given)) > 0


def test_what_changes_counts_more() -> None:
    given = lesson()
    faces = given.truth.clone()
    faces[:, :, :64] = 1 - faces[:, :, :64]
    given = given._replace(faces=faces)
    error = torch.zeros_like(faces)
    above, below = error.clone(), error.clone()
    above[:, :, 16:32], below[:, :, 96:112] = 0.1, 0.1
    assert likeness(given.truth + above, given) > 1.5 * likeness(given.truth + below, given)


def test_the_error_of_the_flow_is_told_in_pixels() -> None:
    given = lesson()
    shifted = given.flow.clone()
    shifted[:, 0] += 3 / 64
    wrong, true = flow_error(shifted, given)
    assert abs(wrong - 3) < 1e-4
    lengths = 64 * given.flow.norm(dim=1)
    assert abs(true - float((lengths * given.known).sum() / given.known.sum())) < 1e-4


def test_drawing_costs_a_little() -> None:
    given = lesson()
    flow = torch.zeros(2, 2, 64, 64)
    skin = torch.zeros(2, 1, 64, 64)
    nothing, all_of_it = (
        Translated(given.truth, flow, torch.full_like(given.truth, share), given.truth, flow, flow, skin)
        for share in (0.0, 1.0)
    )
    assert total(all_of_it, given) > total(nothing, given)


def test_places_count_where_skin_is_seen() -> None:
    given = lesson()
    given.skin[:, :32] = 0
    flow, sure = torch.zeros(2, 2, 64, 64), 50 * (2 * given.skin[:, None] - 1)
    right, wrong_above, wrong_below = given.places.clone(), given.places.clone(), given.places.clone()
    wrong_above[:, :, :32] += 0.3
    wrong_below[:, :, 32:] += 0.3

    def cost(places: Tensor) -> float:
        return float(surface(Translated(given.truth, flow, given.truth, given.truth, flow, places, sure), given))

    assert max(cost(right), cost(wrong_above)) < 1e-9
    assert abs(cost(wrong_below) - 0.6) < 1e-5  # 0.3 in both directions


def test_the_parts_of_a_batch_make_up_its_loss() -> None:
    whole = lesson()
    generator = torch.Generator().manual_seed(1)
    whole = whole._replace(skin=(torch.rand(2, 64, 64, generator=generator) > 0.8).float())
    face, flow, cells = (2, 1, 128, 128), (2, 2, 64, 64), (2, 1, 64, 64)
    made = Translated(
        *(torch.rand(shape, generator=generator) for shape in (face, flow, face, face, flow, flow, cells))
    )
    parts = [
        total(Translated(*(tensor[[k]] for tensor in made)), Lesson(*(tensor[[k]] for tensor in whole)), whole)
        for k in range(2)
    ]
    assert torch.isclose(torch.stack(parts).mean(), total(made, whole))
