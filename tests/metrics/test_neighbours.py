import numpy as np
import pytest
import torch
from torch import Tensor

from emogan.metrics import neighbours
from emogan.metrics.neighbours import copying, diversity, manifold, nearest


def features(count: int, shift: float, seed: int) -> Tensor:
    return torch.randn(count, 6, generator=torch.Generator().manual_seed(seed)) + shift


def test_manifold_measures_agree_with_plain_loops() -> None:
    real, fake, k = features(25, 0, 0), features(18, 1, 1), 3
    x, y = real.double().numpy(), fake.double().numpy()
    reach_x = [sorted(np.linalg.norm(x - point, axis=1))[k] for point in x]
    reach_y = [sorted(np.linalg.norm(y - point, axis=1))[k] for point in y]
    inside = np.array([[np.linalg.norm(a - b) <= r for b in y] for a, r in zip(x, reach_x, strict=True)])
    within_fake = [any(np.linalg.norm(a - b) <= r for b, r in zip(y, reach_y, strict=True)) for a in x]
    found = manifold(real, fake, k)
    assert found["precision"] == pytest.approx(inside.any(axis=0).mean())
    assert found["recall"] == pytest.approx(np.mean(within_fake))
    assert found["density"] == pytest.approx(inside.sum(axis=0).mean() / k)
    assert found["coverage"] == pytest.approx(inside.any(axis=1).mean())


def test_what_is_far_away_scores_nothing_and_the_same_scores_all() -> None:
    real = features(20, 0, 0)
    assert set(manifold(real, real + 100, 5).values()) == {0.0}
    same = manifold(real, real, 5)
    assert same["precision"] == same["recall"] == same["coverage"] == 1


def test_a_few_of_the_real_ones_over_and_over_are_precise_and_cover_little() -> None:
    real = features(60, 0, 0)
    few = manifold(real, real[:4].repeat(15, 1), 5)
    assert few["precision"] == 1
    assert few["coverage"] < 0.7 and few["recall"] < 0.2


def test_the_nearest_training_face_has_the_same_emotion() -> None:
    training = torch.tensor([[0.0], [10.0], [11.0]])
    distances, places = nearest(torch.tensor([[1.0], [1.0]]), torch.tensor([0, 1]), training, torch.tensor([0, 1, 1]))
    assert distances.tolist() == [1, 9]
    assert places.tolist() == [0, 1]


def test_without_a_face_of_that_emotion_there_is_no_nearest() -> None:
    distances, _ = nearest(torch.zeros(1, 2), torch.tensor([3]), torch.zeros(4, 2), torch.zeros(4, dtype=torch.int64))
    assert distances.item() == torch.inf


def test_copies_are_caught_and_new_people_score_five_percent() -> None:
    training, unseen = features(200, 0, 0), features(200, 0, 1)
    emotions = torch.zeros(200, dtype=torch.int64)
    fresh, _ = nearest(unseen, emotions, training, emotions)
    learnt, _ = nearest(training + 1e-3, emotions, training, emotions)
    assert copying(fresh, fresh) == pytest.approx(0.05)
    assert copying(learnt, fresh) == 1
    assert copying(fresh + 10, fresh) == 0


def test_diversity_is_the_mean_distance_within_each_emotion() -> None:
    faces, emotions = features(9, 0, 0), torch.tensor([0] * 4 + [2] * 4 + [5])
    pairs = [torch.dist(faces[i], faces[j]).item() for i in range(4, 8) for j in range(i + 1, 8)]
    found = diversity(faces, emotions)
    assert found[2].item() == pytest.approx(np.mean(pairs), rel=1e-5)
    assert found.isnan().tolist() == [False, True, False, True, True, True]


def test_block_by_block_is_the_same_as_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    real, fake = features(90, 0, 0), features(70, 0.5, 1)
    emotions = [torch.arange(count) % 3 for count in (90, 70)]
    found = {}
    for block in (2**24, 1000, 1):  # one block; several, the last one smaller; a row each
        monkeypatch.setattr(neighbours, "BLOCK", block)
        found[block] = manifold(real, fake, 4), nearest(fake, emotions[1], real, emotions[0])
    for block in (1000, 1):
        assert found[block][0] == found[2**24][0]
        for one, whole in zip(found[block][1], found[2**24][1], strict=True):
            torch.testing.assert_close(one, whole)
