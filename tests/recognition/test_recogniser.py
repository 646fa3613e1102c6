import logging
import os
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from emogan.core.errors import UserError
from emogan.data import cache
from emogan.data.decode import Framing
from emogan.data.face_set import Faces
from emogan.metrics.classification import accuracy, confusion, recall
from emogan.networks.recogniser import Recogniser, prepare
from emogan.recognition.cache import recogniser_of
from emogan.recognition.training import Recipe, train_recogniser, vary
from emogan.runs.weights import read_weights, write_weights

FRAMING = Framing(64, 1, "square", 0.57)


def test_unseen_people_are_named_rightly_six_times_of_seven(packaged: Faces, recogniser: Recogniser) -> None:
    unseen = packaged[packaged.held_out]
    _, named = recogniser.look(unseen.images)
    counts = confusion(unseen.emotions, named)
    assert accuracy(counts) >= 6 / 7
    assert recall(counts).min() >= 0.6


def test_features_of_what_it_learnt_are_standardised(packaged: Faces, recogniser: Recogniser) -> None:
    features, _ = recogniser.look(packaged[packaged.other_people].images)
    assert features.mean(dim=0).abs().max() < 0.01
    torch.testing.assert_close(features.std(dim=0), torch.ones(features.shape[1]), atol=0.01, rtol=0)


def test_colour_and_size_are_taken_away_and_light_stays() -> None:
    images = torch.randint(0, 256, (2, 1, 64, 64), dtype=torch.uint8)
    torch.testing.assert_close(prepare(images), prepare(images.expand(2, 3, 64, 64)), atol=1e-4, rtol=0)
    assert prepare(torch.randint(0, 256, (3, 3, 128, 128), dtype=torch.uint8)).shape == (3, 1, 64, 64)
    assert prepare(torch.zeros(1, 1, 32, 32)).unique().tolist() == [-2]
    assert prepare(torch.full((1, 1, 200, 200), 128)).abs().max() < 1e-6


def test_variations_move_by_whole_pixels_and_at_most_so_far(recipe: Recipe) -> None:
    image = torch.zeros(1, 1, 64, 64)
    image[0, 0, 32, 32] = 1
    still = replace(recipe, degrees=0)
    places = set()
    for seed in range(60):
        moved = vary(image, still, torch.Generator().manual_seed(seed))
        places.add(tuple(divmod(int(moved.argmax()), 64)))
        assert moved.sum() == pytest.approx(1, abs=1e-3)
    assert all(28 <= y <= 36 and 27 <= x <= 36 for y, x in places)  # a mirror image is one pixel off
    assert len(places) > 20


def test_the_same_recipe_gives_the_same_network_and_touches_nothing_else(packaged: Faces, recipe: Recipe) -> None:
    short, few = replace(recipe, steps=2, batch=8), packaged[torch.arange(0, 840, 20)]
    before = torch.get_rng_state()
    one, other = (train_recogniser(few.images, few.emotions, short) for _ in range(2))
    assert torch.equal(before, torch.get_rng_state())
    for name, value in one.state_dict().items():
        assert torch.equal(value, other.state_dict()[name])


def test_it_is_trained_once_per_data_set_and_a_torn_file_is_not_used(
    packaged: Faces, recipe: Recipe, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    short = replace(recipe, steps=2, batch=8)
    first = recogniser_of(packaged, "abc", FRAMING, short, tmp_path)
    again = recogniser_of(packaged, "abc", FRAMING, short, tmp_path)
    assert torch.equal(first.emotion.weight, again.emotion.weight)
    assert caplog.text.count("Training a recogniser on 600 faces of 50 people.") == 1
    recogniser_of(packaged, "other images", FRAMING, short, tmp_path)
    assert len(list(tmp_path.iterdir())) == 2
    for path in tmp_path.iterdir():
        path.write_bytes(path.read_bytes()[:1000])
    recogniser_of(packaged, "abc", FRAMING, short, tmp_path)
    assert "is damaged" in caplog.text
    assert caplog.text.count("Training a recogniser") == 3


def test_a_remembered_recogniser_that_is_damaged_or_no_numbers_is_trained_anew(
    packaged: Faces, recipe: Recipe, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    short = replace(recipe, steps=1, batch=8)
    first = recogniser_of(packaged, "abc", FRAMING, short, tmp_path).state_dict()
    (path,) = tmp_path.iterdir()
    whole, weights = path.read_bytes(), read_weights(path)
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 64
    wrong = [bytes(flipped)]
    for change in (
        {"emotion.bias": torch.full((6,), float("nan"))},
        {"emotion.bias": torch.zeros(5)},
        {"x": first["centre"]},
    ):
        write_weights({**weights.tensors, **change}, {}, path)
        wrong.append(path.read_bytes())
    for content, said in zip(wrong, ("is damaged", "no numbers", "is another one", "is another one"), strict=True):
        path.write_bytes(content)
        caplog.clear()
        again = recogniser_of(packaged, "abc", FRAMING, short, tmp_path).state_dict()
        assert all(torch.equal(value, again[name]) for name, value in first.items())
        assert said in caplog.text and "trained anew" in caplog.text and str(path) in caplog.text
        assert path.read_bytes() == whole


def test_an_emotion_with_too_few_faces_is_named(packaged: Faces, recipe: Recipe) -> None:
    without = packaged[(packaged.emotions != 3) | (torch.arange(len(packaged)) % 70 == 0)]
    with pytest.raises(UserError, match=r"needs at least 10 faces of every emotion to learn from, got [1-9] of raiva"):
        recogniser_of(without, "x", FRAMING, recipe, None)


def test_remembering_one_keeps_to_the_limit_of_the_folder(
    packaged: Faces, recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = replace(recipe, steps=1, batch=8)
    recogniser_of(packaged, "first", FRAMING, short, tmp_path)
    (first,) = tmp_path.iterdir()
    recogniser_of(packaged, "second", FRAMING, short, tmp_path)
    (second,) = set(tmp_path.iterdir()) - {first}
    for number, path in enumerate((first, second)):
        os.utime(path, ns=(number, number))
    recogniser_of(packaged, "first", FRAMING, short, tmp_path)  # used just now
    (tmp_path / "mine.npz").write_bytes(bytes(10**6))
    monkeypatch.setattr(cache, "LIMIT", 2 * first.stat().st_size)
    recogniser_of(packaged, "third", FRAMING, short, tmp_path)
    assert first.exists() and not second.exists()
    assert len(list(tmp_path.glob("recogniser_*"))) == 2 and (tmp_path / "mine.npz").exists()


def test_it_learns_from_known_people_only_and_is_another_where_they_are_others(
    packaged: Faces, recipe: Recipe, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Who is shown is no part of the digest: a new data.person would have found what learnt from those kept aside."""
    caplog.set_level(logging.INFO)
    short = replace(recipe, steps=1, batch=8)
    recogniser_of(packaged, "abc", FRAMING, short, tmp_path)
    some = frozenset(sorted(set(packaged[packaged.other_people].people))[:5])
    recogniser_of(replace(packaged, anonymous=some), "abc", FRAMING, short, tmp_path)
    assert "Training a recogniser on 600 faces of 50 people." in caplog.text
    assert "Training a recogniser on 540 faces of 45 people." in caplog.text
    assert len(list(tmp_path.iterdir())) == 2
