from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from emogan.studying.arms import ARMS, Arm
from emogan.studying.learning import Lesson, Training, augmentation, chances_of, learn, loss_of, weights_of
from emogan.studying.recognisers import RECOGNISERS

LOGITS = torch.tensor([[3.0, 0.0, 0.0], [0.0, 0.2, 0.0], [0.0, 1.0, -1.0]])
WANTED = torch.tensor([0, 1, 2])


def lesson(arm: Arm, recogniser: str = "small", short: int = 20) -> Lesson:
    """Two kinds of images: dark with a bright stripe to the left, or below; of the second ``short``."""
    rng = np.random.default_rng(0)

    def stripes(count: int, below: bool) -> np.ndarray:
        images = rng.integers(0, 90, (count, 1, 48, 48)).astype(np.uint8)
        for image in images:
            start = int(rng.integers(0, 8))
            stripe = image[0].T if not below else image[0]
            stripe[40 - start : 46 - start] = 230
        return images

    images = np.concatenate([stripes(40, False), stripes(short, True)])
    classes = np.array([0] * 40 + [1] * short)
    asked = np.concatenate([stripes(10, False), stripes(10, True)])
    return Lesson(images, classes, asked, 2, recogniser, arm, Training(25, 16, 2e-3, 0.01), 1)


@pytest.mark.parametrize("arm", ARMS)
def test_what_is_easy_is_learnt_in_every_way(arm: str) -> None:
    answers = np.array(learn(lesson(ARMS[arm])))
    assert (answers == [0] * 10 + [1] * 10).mean() >= 0.9


def test_the_standard_recogniser_learns_as_well() -> None:
    answers = np.array(learn(lesson(ARMS["plain"], "resnet18")))
    assert (answers == [0] * 10 + [1] * 10).mean() >= 0.9


def test_the_same_seed_gives_the_same_answers_and_leaves_the_global_stream_alone() -> None:
    hard = replace(lesson(ARMS["augmentation"], short=3), training=Training(3, 8, 1e-3, 0.0))
    torch.manual_seed(5)
    before = torch.get_rng_state()
    assert learn(hard) == learn(hard)
    assert torch.equal(torch.get_rng_state(), before)


def test_oversampling_draws_classes_equally_often() -> None:
    classes = torch.tensor([0] * 90 + [2] * 10)
    chances = chances_of(classes, even=True)
    assert chances[classes == 0].sum().item() == pytest.approx(chances[classes == 2].sum().item())
    assert chances_of(classes, even=False).unique().tolist() == [1]


def test_classes_weigh_as_they_lack_images() -> None:
    assert weights_of(torch.tensor([0, 0, 0, 1]), 2).tolist() == pytest.approx([2 / 3, 2])
    assert weights_of(torch.tensor([0, 1, 1, 0]), 2).tolist() == [1, 1]


def test_weighted_loss_is_cross_entropy_with_weights() -> None:
    weights = torch.tensor([1.0, 2.0, 5.0])
    each = -LOGITS.log_softmax(1)[range(3), WANTED]
    expected = (weights * each).sum() / weights.sum()
    assert loss_of(LOGITS, WANTED, weights, 0).item() == pytest.approx(expected.item())


def test_focal_loss_is_as_its_paper_has_it() -> None:
    chance = LOGITS.softmax(1)[range(3), WANTED]
    expected = (-((1 - chance) ** 2) * chance.log()).mean()
    assert loss_of(LOGITS, WANTED, None, 2.0).item() == pytest.approx(expected.item(), rel=1e-5)
    assert loss_of(LOGITS, WANTED, None, 0.0).item() == pytest.approx(F.cross_entropy(LOGITS, WANTED).item())


def test_augmentation_varies_an_image_and_keeps_its_range() -> None:
    image = torch.linspace(-2, 2, 48 * 48).reshape(1, 48, 48)
    torch.manual_seed(0)
    varied = [augmentation(48)(image) for _ in range(5)]
    assert all(one.shape == image.shape and one.min() >= -2 and one.max() <= 2 for one in varied)
    assert len({one.sum().item() for one in varied}) == 5


@pytest.mark.parametrize(("name", "parameters"), [("small", 294_782), ("resnet18", 11_179_590)])
def test_recognisers_are_of_their_known_size(name: str, parameters: int) -> None:
    network = RECOGNISERS[name](6)
    assert sum(p.numel() for p in network.parameters()) == parameters
    assert network.eval()(torch.zeros(2, 1, 48, 48)).shape == (2, 6)
