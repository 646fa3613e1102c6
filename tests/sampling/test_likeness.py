import numpy as np
import pytest
import skimage.data
import torch

from emogan.data.face_set import Faces
from emogan.finding.frames import Frame
from emogan.sampling.asked import Look, People, asked
from emogan.sampling.likeness import likeness_of, verdict_of
from emogan.sampling.photograph import Photograph
from emogan.sampling.projection import project
from emogan.sampling.sampler import Sampler


def test_light_and_contrast_have_no_part_in_likeness(packaged: Faces) -> None:
    face = packaged.images[0].permute(1, 2, 0).numpy()
    darker = (40 + 0.5 * face).astype(np.uint8)
    assert likeness_of(face, face) == pytest.approx(1)
    assert likeness_of(face, darker) > 0.99
    assert likeness_of(face, 255 - face) == pytest.approx(-1)
    assert likeness_of(face, np.rot90(face, 2)) < 0.7


def test_colours_count_together_and_plain_pictures_are_like_none(packaged: Faces) -> None:
    face = packaged.images[0].permute(1, 2, 0).numpy()
    assert likeness_of(face.repeat(3, axis=2), face) == pytest.approx(1)
    for plain in (np.zeros_like(face), np.full_like(face, 128), np.full_like(face, 255)):
        assert likeness_of(plain, face) == likeness_of(face, plain) == 0


@pytest.mark.parametrize(
    ("likeness", "verdict"),
    [(1.0, "near"), (0.7, "near"), (0.69, "far"), (0.4, "far"), (0.39, "none"), (0.0, "none"), (-1.0, "none")],
)
def test_what_a_likeness_means(likeness: float, verdict: str) -> None:
    assert verdict_of(likeness) == verdict


def test_a_drawn_face_is_told_from_a_brick_wall() -> None:
    sampler = Sampler.of("packaged")
    shown = sampler.weights_of(asked("raiva"), 1.0)
    (portion,) = sampler.faces(shown, People(1, 5), Look(1.0, median=False))
    face = torch.from_numpy(portion.images[0]).permute(2, 0, 1)
    drawn = project(sampler, Photograph("", face, Frame((0, 0), 128, 0), b""), 20, median=True)
    assert drawn.verdict == "near" and "It is like the photograph (likeness 0." in str(drawn)
    wall = torch.from_numpy(skimage.data.brick()[None, :128, :128].copy())
    found = project(sampler, Photograph("", wall, Frame((0, 0), 128, 0), b""), 20, median=True)
    assert found.verdict == "none" and "It is not like the photograph: the network knows no such face" in str(found)
