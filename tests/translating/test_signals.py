from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emogan.core.emotions import EMOTIONS, Emotion
from emogan.core.errors import UserError
from emogan.translating.signals import Signal, read_signal

SIX = ",".join(str(emotion) for emotion in EMOTIONS)


def place(name: str) -> int:
    return EMOTIONS.index(Emotion(name))


def read(text: str, folder: Path) -> Signal:
    path = folder / "labels.csv"
    path.write_text(text, encoding="utf-8")
    return read_signal(path)


def test_weights_over_time_under_any_of_the_names(tmp_path: Path) -> None:
    signal = read("Time;confidence;happy;TRISTE\n0;0.9;3;1\n\n0.5;0.8;0;2\n", tmp_path)
    assert signal.times.tolist() == [0, 0.5]
    assert signal.weights[:, place("felicidade")].tolist() == [0.75, 0]
    assert signal.weights[:, place("tristeza")].tolist() == [0.25, 1]
    assert signal.weights.sum() == 2
    assert signal.left_out == ["column confidence"]


@pytest.mark.parametrize(
    "text",
    [
        "onset,duration,description\n10.0,2.0,fear\n13.0,1.0,emotion/happy\n14.5,1,BAD boundary\n",
        "onset,duration,description\n2026-11-28 10:00:10.0,2.0,fear\n2026-11-28 10:00:13.0,1.0,emotion/happy\n"
        "2026-11-28 10:00:14.5,1,BAD boundary\n",
        "# MNE-Annotations\n# orig_time : 2026-11-28 10:00:00.000000+00:00\n# onset, duration, description\n"
        "10.0, 2.0, fear\n13.0, 1.0, emotion/happy\n14.5, 1, BAD boundary\n",
    ],
)
def test_annotations_of_mne_are_stretches_with_rest_between(text: str, tmp_path: Path) -> None:
    signal = read(text, tmp_path)
    frames = signal.frames(fps=4, smooth=0)
    assert len(frames) == 16  # 4 seconds, the last moment a hair before the end
    shown = [EMOTIONS[row.argmax()].value for row in frames]
    assert shown == ["medo"] * 8 + ["neutro"] * 4 + ["felicidade"] * 4
    assert [one.split(": ", 1)[1] for one in signal.left_out] == ["'BAD boundary' is no emotion's name"]


def test_smoothing_is_the_average_under_a_bell() -> None:
    weights = np.zeros((41, 6))
    weights[:20, place("neutro")] = weights[20:, place("raiva")] = 1
    frames = Signal(np.arange(41) / 10, weights).frames(fps=10, smooth=0.3)
    bell = np.array([np.exp(-0.5 * (k / 3) ** 2) for k in range(-12, 13)])
    bell /= bell.sum()
    expected = [sum(bell[k + 12] * weights[min(max(at + k, 0), 40)] for k in range(-12, 13)) for at in range(41)]
    np.testing.assert_allclose(frames, expected, atol=1e-12)


@given(
    steps=st.lists(st.floats(0.01, 3), min_size=1, max_size=8),
    weights=st.lists(st.lists(st.floats(0, 1), min_size=6, max_size=6), min_size=8, max_size=8),
    fps=st.floats(1, 50),
    smooth=st.sampled_from([0, 0.01, 0.2, 60]),
)
def test_every_frame_is_shares_of_emotions(
    steps: list[float], weights: list[list[float]], fps: float, smooth: float
) -> None:
    rows = np.array(weights[: len(steps)]) + 1e-6
    signal = Signal(np.cumsum(steps), rows / rows.sum(1, keepdims=True))
    frames = signal.frames(fps, smooth)
    assert len(frames) == pytest.approx(sum(steps[1:]) * fps + 0.5, abs=0.5 + 1e-5)
    assert (frames >= 0).all()
    np.testing.assert_allclose(frames.sum(1), 1)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it holds no rows"),
        (f"time,{SIX}\n", "it holds no rows"),
        ("when,happy\n0,1\n", "its columns are when, happy"),
        ("time,a,b\n0,1,2\n", "no column is named as an emotion"),
        ("time,happy\n0,x\n", "line 2: 'x' is no number"),
        ("time,happy\n0,nan\n", "line 2: 'nan' is no number"),
        ("time,happy\n0\n", "line 2 has 1 columns"),
        ("time,happy\n0,-1\n", "line 2: -1 is no weight, which is at least 0"),
        ("time,happy\n0,1\n1,0\n", "line 3: all weights are 0"),
        ("time,happy\n0,1\n2,1\n\n1,1\n", "line 5: its time 1 is not after 2, the one before"),
        ("time,happy\n0,1\n0,1\n", "line 3: its time 0 is not after 0, the one before"),
        ("onset,duration,description\n0,1,T1\n", "no description names an emotion"),
    ],
)
def test_what_is_no_signal_is_one_sentence(text: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(UserError) as error:
        read(text, tmp_path)
    assert f"labels.csv is not usable ({why}): expected a table with the columns time" in str(error.value)


def test_files_that_are_no_text_or_not_there(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError, match=r"x\.csv is no text in UTF-8: expected a table"):
        read_signal(tmp_path / "x.csv")
    with pytest.raises(UserError, match=r"none\.csv cannot be read .*expected a table"):
        read_signal(tmp_path / "none.csv")


def test_a_signal_of_days_is_refused() -> None:
    weights = np.eye(6)[:2]
    with pytest.raises(UserError, match="lasts 8640001 frames at fps=50: expected at most 100000, give a lower fps"):
        Signal(np.array([0, 172800.0]), weights).frames(50, 0)
