"""The reader's lessons: what is wished, and that it learns."""

import pytest
import torch
import torch.nn.functional as F

from emogan.core.emotions import EMOTIONS, Emotion
from emogan.networks.landmarker import SIZE
from emogan.networks.reader import Read
from emogan.recognition.reading_lessons import (
    SHAPES,
    Known,
    Lesson,
    loss_of,
    sockets,
    train_reader,
    varied,
    wished,
)
from emogan.recognition.reshaping import Shapes
from tests.finding.test_learning import spots

ACTIONS = ["jawOpen", "mouthSmileLeft", "mouthSmileRight"]


def known(count: int) -> Known:
    generator = torch.Generator().manual_seed(0)
    return Known(
        torch.arange(count) % 6,
        torch.rand(count, generator=generator),
        torch.rand(count, len(ACTIONS), generator=generator),
        torch.arange(count) // 2,
    )


def test_a_hint_of_an_emotion_is_mostly_neutral_and_a_plain_one_is_not() -> None:
    place, neutral = EMOTIONS.index(Emotion.RAIVA), EMOTIONS.index(Emotion.NEUTRO)
    strengths = torch.tensor([0.0, 0.2, 0.55, 1.1, 0.0])
    emotions = torch.tensor([place] * 4 + [neutral])
    shares = wished(Known(emotions, strengths, torch.zeros(5, 3), torch.zeros(5, dtype=torch.long)))
    assert shares.sum(1).tolist() == pytest.approx([1.0] * 5)
    assert shares[0].argmax() == neutral and shares[4].argmax() == neutral
    assert shares[1, place] == pytest.approx(float(shares[1, neutral]), abs=0.02)
    assert shares[2, place] == shares[3, place] > 0.95


def test_the_loss_falls_with_what_is_right() -> None:
    asked = known(4)
    people = F.normalize(torch.randn(2, 8, generator=torch.Generator().manual_seed(0)))
    right = Read(wished(asked).log(), asked.strength, asked.actions, people[asked.person])
    best = loss_of(right, asked, people)
    for name, worse in {
        "emotions": right._replace(emotions=-right.emotions),
        "strength": right._replace(strength=right.strength + 0.5),
        "actions": right._replace(actions=right.actions + 0.2),
        "identity": right._replace(identity=people[1 - asked.person]),
    }.items():
        assert loss_of(worse, asked, people) > best + 0.05, name


def test_mirrored_faces_have_mirrored_actions() -> None:
    faces, asked = spots(4), known(4)
    generator = torch.Generator().manual_seed(0)
    shapes = Shapes.draw(2 * SHAPES, generator)
    crops, target = varied(faces, asked, shapes, torch.arange(4).repeat(8), torch.tensor([0, 2, 1]), generator)
    assert torch.equal(target.person // SHAPES, asked.person.repeat(8))
    assert target.person.unique().tolist() == list(range(2 * SHAPES))
    assert asked.person.tolist() == [0, 0, 1, 1]
    assert crops.shape[0] == 32
    swapped = [not torch.equal(target.actions[k], asked.actions[k % 4]) for k in range(32)]
    assert 4 < sum(swapped) < 28
    for k in range(32):
        assert sorted(target.actions[k].tolist()) == sorted(asked.actions[k % 4].tolist())
        assert target.actions[k, 0] == asked.actions[k % 4, 0]


def test_light_from_above_leaves_the_eyes_in_the_shade_and_the_mouth_alone() -> None:
    generator = torch.Generator().manual_seed(0)
    light = sockets(200, generator)
    assert 0.55 < light.min() < 0.65 and 1.05 < light.max() < 1.15
    assert (light[:, :, round(0.7 * SIZE) :] - 1).abs().max() < 1e-3


def test_a_few_steps_learn_and_the_same_seed_learns_the_same() -> None:
    # Not width=8: oneDNN of torch 2.14.1 ends in a segmentation fault there on CPUs with AVX512.
    lesson = Lesson(width=12, features=16, identity=8, steps=25, batch=16, lr=1e-2, weight_decay=0.0, seed=1)
    before = torch.random.get_rng_state()
    runs = [[loss for _, _, loss in train_reader(spots(6), known(6), ACTIONS, lesson, bf16=False)] for _ in range(2)]
    assert runs[0] == runs[1]
    assert torch.equal(before, torch.random.get_rng_state())
    assert sum(runs[0][-5:]) < 0.9 * sum(runs[0][:5])
