"""What the packaged model makes of people whom it did not learn from."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from emogan.completing.covers import face_area, mouth_area, widened
from emogan.completing.drawing import complete, completed, look
from emogan.completing.network import PACKAGED as COMPLETER
from emogan.completing.network import packaged_completer, write_completer
from emogan.completing.seeing import explained, smooth
from emogan.core.emotions import EMOTIONS, Emotion
from emogan.data.faces import PACKAGED
from emogan.finding.aligning import aligned_frame
from emogan.finding.crops import cut
from emogan.recognition.photographs import read_photograph
from emogan.translating.network import packaged_translator
from emogan.translating.pairs import SIZE

MOUTH = widened(mouth_area(SIZE)[None, None].float(), 4)


def face(who: str, emotion: Emotion) -> Tensor:
    read = read_photograph(PACKAGED / "KDEF" / who / f"{who}{emotion.kdef}S.JPG", "largest")
    aligned = cut(read.picture.convert("L"), aligned_frame(read.faces[0].face), SIZE)
    return torch.from_numpy(np.asarray(aligned, np.float32) / 255)[None, None]


def apart(one: Tensor, other: Tensor, hidden: Tensor) -> float:
    return float((one - other)[hidden > 0].square().mean())


def test_a_hidden_mouth_is_drawn_nearer_to_the_truth_than_its_surroundings() -> None:
    nearer = []
    for who in ("AF05", "AM08", "AF08", "AM14"):
        truth = face(who, Emotion.NEUTRO)
        seen, _ = look(truth * (1 - MOUTH), MOUTH)
        made = completed(truth, MOUTH, seen)
        assert torch.equal(made[MOUTH == 0], truth[MOUTH == 0])
        nearer.append(apart(made, truth, MOUTH) / apart(smooth(truth, 1 - MOUTH), truth, MOUTH))
    assert float(np.mean(nearer)) < 0.6


def test_what_is_hidden_counts_for_nothing() -> None:
    truth = face("AF05", Emotion.NEUTRO)
    other = torch.where(MOUTH > 0, torch.rand(truth.shape, generator=torch.Generator().manual_seed(0)), truth)
    (one, first), (two, second) = (look(each, MOUTH) for each in (truth, other))
    assert torch.allclose(one.drawn, two.drawn, atol=1e-5) and torch.allclose(first, second, atol=1e-5)


def test_the_visible_part_says_the_emotion() -> None:
    right = 0
    for who in ("AF05", "AM08", "AF08", "AM14"):
        for emotion in (Emotion.RAIVA, Emotion.SURPRESA, Emotion.NEUTRO):
            _, shows = look(face(who, emotion), MOUTH)
            assert torch.isclose(shows.sum(), torch.tensor(1.0), atol=1e-5)
            right += EMOTIONS[int(shows.argmax())] is emotion
    assert right >= 8  # of 12, with the mouth gone


def test_an_emotion_that_is_given_is_drawn() -> None:
    truth = face("AF05", Emotion.NEUTRO)
    surface, model = packaged_translator().network.surface, packaged_completer().model
    with torch.no_grad():
        drawn = [
            explained(truth, MOUTH, model, surface, torch.eye(6)[EMOTIONS.index(one)]).drawn
            for one in (Emotion.FELICIDADE, Emotion.NEUTRO)
        ]
    assert apart(drawn[0], drawn[1], MOUTH) > 1e-4


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_picture_keeps_its_kind_and_what_lies_outside(mode: str) -> None:
    read = read_photograph(PACKAGED / "KDEF" / "AF05" / "AF05NES.JPG", "largest")
    picture = read.picture.convert(mode).resize((843, 1143), Image.Resampling.BICUBIC)
    frame = aligned_frame(read.faces[0].face.scaled(3))
    made = complete(picture, frame, MOUTH, None)
    before, after = np.asarray(picture, int), np.asarray(made.picture, int)
    assert made.picture.mode == mode and after.shape == before.shape
    y, x = np.mgrid[: before.shape[0], : before.shape[1]] + 0.5
    shares = frame.from_picture(np.stack([x, y], -1))
    beyond = (np.abs(shares - 0.5) > 0.5).any(-1)
    assert (before[beyond] == after[beyond]).all() and (before != after).any()
    assert 0 < made.hidden < 1 and sum(made.shows.values()) == pytest.approx(1, abs=1e-4)
    if mode == "RGB":  # skin has a colour
        inner = MOUTH[0, 0].numpy() > 0
        at = (shares.clip(0, 0.999) * SIZE).astype(int)
        colours = after[inner[at[..., 1], at[..., 0]] & ~beyond]
        assert np.abs(colours[:, 0] - colours[:, 2]).mean() < 60


def test_more_of_the_face_hidden_is_still_a_face() -> None:
    truth = face("AM08", Emotion.NEUTRO)
    everything = torch.ones_like(truth)
    everything[..., :20] = 0
    seen, shows = look(truth, everything)
    assert bool(seen.drawn.isfinite().all()) and bool(shows.isfinite().all())
    assert float(seen.skin[0, 0][face_area(SIZE)].mean()) > 0.5


def test_the_packaged_file_is_what_is_written_again(tmp_path: Path) -> None:
    write_completer(packaged_completer(), [16, 32, 48, 64], tmp_path / "again.safetensors")
    assert (tmp_path / "again.safetensors").read_bytes() == COMPLETER.read_bytes()
