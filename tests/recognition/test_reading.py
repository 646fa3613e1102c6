"""The packaged recogniser: what holds whatever its weights are. What it says is in test_packaged_reader.py."""

from functools import partial

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from emogan.data import reals
from emogan.data.faces import PACKAGED, packaged_faces
from emogan.data.keeping import IN_MEMORY
from emogan.finding.aligning import align
from emogan.finding.crops import cut
from emogan.finding.finder import find_faces
from emogan.finding.frames import CLOSE, anchors, laid_over
from emogan.metrics.measuring import see
from emogan.metrics.packaged import FRAMING, PackagedFeatures
from emogan.networks.landmarker import SIZE, prepare
from emogan.networks.reader import mirror_name
from emogan.recognition.reading import close_crops, packaged_reader, read_faces
from tests.metrics.test_distances import noise

NAMES = ("AF01/AF01HAS", "AM05/AM05ANS", "AF09/AF09SUS")


@pytest.fixture(scope="module")
def features() -> PackagedFeatures:
    return PackagedFeatures()


def rendered(name: str) -> Image.Image:
    return Image.open(PACKAGED / "KDEF" / f"{name}.JPG").convert("L")


def tensor(picture: Image.Image) -> Tensor:
    return torch.from_numpy(np.array(picture))[None, None]


def test_shares_sum_to_one_and_identities_have_length_one() -> None:
    for name in NAMES:
        picture = rendered(name)
        (read,) = read_faces(picture, find_faces(picture))
        assert sum(read.emotions.values()) == pytest.approx(1, abs=1e-5)
        assert min(read.emotions.values()) >= 0 and read.emotions[read.emotion] == max(read.emotions.values())
        assert read.strength >= 0
        assert read.identity.norm().item() == pytest.approx(1, abs=1e-5)
    assert read_faces(picture, []) == []


def test_mirrored_crops_are_read_alike_with_left_and_right_exchanged() -> None:
    reader = packaged_reader()
    crops = close_crops(torch.cat([tensor(rendered(name).crop((0, 57, 281, 338))) for name in NAMES]))
    here, there = reader.network.read(crops), reader.network.read(crops.flip(-1))
    swapped = [reader.actions.index(mirror_name(name)) for name in reader.actions]
    torch.testing.assert_close(here.emotions, there.emotions)
    torch.testing.assert_close(here.strength, there.strength)
    torch.testing.assert_close(here.identity, there.identity)
    torch.testing.assert_close(here.actions, there.actions[:, swapped])
    assert not torch.allclose(here.identity[0], here.identity[1], atol=1e-4)


def test_crops_of_aligned_faces_are_those_that_landmarks_give() -> None:
    for name in NAMES:
        picture = rendered(name)
        (face,) = find_faces(picture)
        shown = np.asarray(cut(picture, laid_over(anchors(face.landmarks), CLOSE), SIZE), dtype=np.float32)
        by_landmarks = prepare(torch.from_numpy(shown / 255)[None, None])
        crop = close_crops(tensor(align(picture, face, 128)))
        assert crop.shape == by_landmarks.shape == (1, 1, SIZE, SIZE)
        assert (crop - by_landmarks).abs().mean() < 0.06  # of a deviation of 1; 0.02 to 0.04 was seen
        assert (crop.flip(-1) - by_landmarks).abs().mean() > 0.2


def test_crops_are_the_same_of_smaller_and_larger_images_and_in_colour() -> None:
    picture = rendered(NAMES[0]).crop((0, 57, 281, 338))
    usual = close_crops(tensor(picture.resize((128, 128), Image.Resampling.BILINEAR)))
    large = tensor(picture.resize((512, 512), Image.Resampling.BICUBIC))
    assert (close_crops(large) - usual).abs().mean() < 0.1
    assert torch.equal(close_crops(large.expand(-1, 3, -1, -1)), close_crops(large))


def test_mirrored_faces_have_the_same_features(features: PackagedFeatures) -> None:
    images = torch.cat([tensor(rendered(name).resize((128, 128))) for name in NAMES])
    (here, named), (there, again) = features.look(images), features.look(images.flip(-1))
    torch.testing.assert_close(here, there, atol=1e-3, rtol=1e-3)
    assert torch.equal(named, again)
    assert not torch.allclose(here[0], here[1], atol=0.1)
    torch.testing.assert_close(features(images / 255), here, atol=1e-3, rtol=1e-3)


def test_emotions_are_named_as_the_reader_does(features: PackagedFeatures) -> None:
    images = torch.cat([tensor(rendered(name).resize((128, 128))) for name in NAMES])
    _, named = features.look(images)
    assert torch.equal(named, packaged_reader().network.read(close_crops(images)).emotions.argmax(1))


def test_features_have_a_scale_that_no_data_set_changes(features: PackagedFeatures) -> None:
    """Mean 0 and deviation 1 over the packaged faces, but for features that hardly move; alone and among others."""
    faces, _ = reals.read_faces(partial(packaged_faces, "S", None, "A", None), FRAMING, IN_MEMORY)
    seen = see(faces, features, None)
    assert seen.features.mean(0).abs().max() < 1e-3
    deviations = seen.features.std(0)
    assert deviations.max() < 1.001 and (deviations > 0.999).float().mean() > 0.2
    torch.testing.assert_close(see(faces[torch.tensor([3])], features, None).features, seen.features[3:4])
    assert see(noise(), features, None).features.isfinite().all()
