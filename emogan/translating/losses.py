"""What a translator is asked for beside looking real: to move what moves, and to end near the truth."""

import torch.nn.functional as F
from torch import Tensor

from emogan.networks.translator import Translated
from emogan.translating.lessons import Lesson

SCALES = (1, 2, 4, 8)
CHANGED = 4.0  # how much more a pixel counts that differs by all of its range
FLOW, STILL, SMOOTH, DRAWN = 4.0, 0.2, 0.05, 0.002  # weights
PLACED, SKIN = 1.0, 0.02


def likeness(made: Tensor, lesson: Lesson) -> Tensor:
    """The mean difference from the truth at four scales; what changes counts more."""
    weights = 1 + CHANGED * F.avg_pool2d((lesson.faces - lesson.truth).abs(), 5, 1, 2)
    wrong = (made - lesson.truth) * weights
    parts = [F.avg_pool2d(wrong, scale).abs().mean() for scale in SCALES]
    total: Tensor = sum(parts[1:], parts[0]) / len(SCALES)
    return total


def mean_where(wrong: Tensor, there: Tensor, of: Tensor) -> Tensor:
    """The mean of ``wrong`` (n, h, w) where ``there`` (n, h, w) is 1.

    Args:
        of: ``there`` of the whole batch that these are a part of: means over its parts then make up that of the whole.
    """
    return (wrong * there).sum() / (of.sum() * len(there) / len(of)).clamp_min(1)


def motion(flow: Tensor, lesson: Lesson, of: Lesson | None = None) -> Tensor:
    """The mean error of the flow where it is known, and a little for what moves where nothing is known to."""
    wrong = mean_where((flow - lesson.flow).abs().sum(1), lesson.known, (of or lesson).known)
    unknown = (flow.abs().sum(1) * (1 - lesson.known)).mean()
    return wrong + STILL / FLOW * unknown


def surface(made: Translated, lesson: Lesson, of: Lesson | None = None) -> Tensor:
    """The mean error of the places on the shared face, where skin is seen, and the cross-entropy of where that is."""
    wrong = mean_where((made.places - lesson.places).abs().sum(1), lesson.skin, (of or lesson).skin)
    return PLACED * wrong + SKIN * F.binary_cross_entropy_with_logits(made.skin[:, 0], lesson.skin)


def total(made: Translated, lesson: Lesson, of: Lesson | None = None) -> Tensor:
    """All of it, added up with its weights.

    Args:
        of: the whole batch, where ``lesson`` is a part of one.
    """
    flow = made.flow
    rough = (flow[..., 1:] - flow[..., :-1]).abs().mean() + (flow[..., 1:, :] - flow[..., :-1, :]).abs().mean()
    moved = FLOW * (motion(flow, lesson, of) + motion(made.motion, lesson, of))
    return likeness(made.faces, lesson) + moved + surface(made, lesson, of) + SMOOTH * rough + DRAWN * made.mask.mean()


def flow_error(flow: Tensor, lesson: Lesson) -> tuple[float, float]:
    """The mean length of the error of the flow where it is known, and of the true flow, in pixels of the face."""
    half = 64.0
    known = lesson.known
    wrong = ((flow - lesson.flow).norm(dim=1) * known).sum() / known.sum()
    true = (lesson.flow.norm(dim=1) * known).sum() / known.sum()
    return half * float(wrong), half * float(true)
