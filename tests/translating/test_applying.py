"""A face changed in its photograph, by networks that do something plain."""

from dataclasses import dataclass
from typing import cast

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from skimage.data import astronaut
from torch import Tensor

from emogan.finding.aligning import aligned_frame
from emogan.finding.frames import Frame
from emogan.networks.translator import Translated, Translator, warped
from emogan.recognition.photographs import read_photograph
from emogan.recognition.reading import ReadFace
from emogan.translating import applying
from emogan.translating.applying import translate
from emogan.translating.network import TrainedTranslator

MOUTH = (slice(None), slice(None), slice(80, 94), slice(54, 74))
PHOTO = Image.fromarray(astronaut())


@dataclass
class Plain:
    """Moves everything by ``right`` halves of the square, and draws ``light`` at the mouth where it is given."""

    right: float = 0.0
    light: float | None = None

    def __call__(self, faces: Tensor, change: Tensor) -> Translated:
        flow = torch.zeros(1, 2, 64, 64)
        flow[:, 0] = self.right
        mask, drawn = torch.zeros_like(faces), torch.zeros_like(faces)
        if self.light is not None:
            mask[MOUTH], drawn[MOUTH] = 1, self.light
        return Translated(torch.lerp(warped(faces, flow), drawn, mask), flow, mask, drawn, flow, flow, mask)


def changed(picture: Image.Image, face: ReadFace, network: Plain) -> NDArray[np.int_]:
    by = TrainedTranslator(cast(Translator, network), list(face.actions), {})
    return np.asarray(translate(picture, face, {}, by)).astype(int)


@pytest.fixture(scope="module")
def face() -> ReadFace:
    return read_photograph(PHOTO, "largest").faces[0]


@pytest.fixture(scope="module")
def frame(face: ReadFace) -> Frame:
    return aligned_frame(face.face)


def shares(frame: Frame) -> NDArray[np.float64]:
    """Where each pixel of the photograph lies in the frame."""
    y, x = np.mgrid[: PHOTO.height, : PHOTO.width] + 0.5
    return frame.from_picture(np.stack([x, y], -1))


def test_a_network_that_does_nothing_changes_no_bit(face: ReadFace) -> None:
    assert (changed(PHOTO, face, Plain()) == np.asarray(PHOTO)).all()


def test_outside_of_the_face_nothing_changes(face: ReadFace, frame: Frame) -> None:
    outside = (np.abs(shares(frame) - 0.5) > 0.5 - applying.EDGE + 0.02).any(-1)
    made = changed(PHOTO, face, Plain(0.1, 0.9))
    assert (made == np.asarray(PHOTO))[outside].all()
    assert (made != np.asarray(PHOTO))[~outside].mean() > 0.3


def test_the_photograph_s_own_pixels_are_moved(face: ReadFace, frame: Frame) -> None:
    middle = (np.abs(shares(frame) - 0.5) < 0.2).all(-1)
    pixels = 2
    right = 2 * pixels / frame.side
    made = changed(PHOTO, face, Plain(right))
    angle = (np.cos(frame.angle), np.sin(frame.angle))
    assert abs(angle[1]) < 0.2
    there = np.roll(np.asarray(PHOTO).astype(int), -pixels, axis=1)
    assert np.abs(made - there)[middle].mean() < 0.35 * np.abs(np.asarray(PHOTO) - there)[middle].mean()


def test_what_is_drawn_has_its_light_and_little_colour(face: ReadFace, frame: Frame) -> None:
    y, x = np.moveaxis(shares(frame)[..., ::-1], -1, 0)
    inside = (y > 84 / 128) & (y < 90 / 128) & (x > 58 / 128) & (x < 70 / 128)
    made = changed(PHOTO, face, Plain(light=0.8))
    assert made[inside] @ np.array(applying.LUMA) == pytest.approx(0.8 * 255, abs=8)
    before = np.ptp(np.asarray(PHOTO).astype(int)[inside], axis=1).mean()
    assert np.ptp(made[inside], axis=1).mean() < 0.5 * before


def test_grey_photographs_stay_grey(face: ReadFace) -> None:
    grey = PHOTO.convert("L")
    by = TrainedTranslator(cast(Translator, Plain(0.05, 0.9)), list(face.actions), {})
    made = translate(grey, face, {}, by)
    assert made.mode == "L" and made.size == grey.size and made.tobytes() != grey.tobytes()


def test_bands_do_not_show(face: ReadFace, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = changed(PHOTO, face, Plain(0.1, 0.9))
    monkeypatch.setattr(applying, "BAND", 3000)
    assert (changed(PHOTO, face, Plain(0.1, 0.9)) == whole).all()


def test_a_face_at_the_picture_s_edge_is_changed_as_far_as_it_is_there(frame: Frame) -> None:
    cut_off = PHOTO.crop((round(frame.origin[0] + 0.12 * frame.side), 0, PHOTO.width, PHOTO.height))
    faces = read_photograph(cut_off, "largest").faces
    assert faces
    assert (changed(cut_off, faces[0], Plain(0.1, 0.9)) != np.asarray(cut_off)).any()
