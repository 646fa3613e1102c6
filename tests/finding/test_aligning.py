import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from emogan.finding.aligning import align, aligned_frame, put_back
from emogan.finding.choosing import choose_face
from emogan.finding.crops import cut
from emogan.finding.frames import Frame, centred
from tests.finding.pictures import astronaut

frames = st.builds(
    centred,
    st.tuples(st.floats(-40, 160), st.floats(-40, 140)),
    st.floats(3, 150),
    st.floats(-np.pi, np.pi),
)


def inside(size: tuple[int, int], frame: Frame) -> np.ndarray:
    """bool (h, w): whether a pixel touches the frame."""
    y, x = np.mgrid[: size[1], : size[0]] + 0.5
    shares = frame.from_picture(np.stack([x, y], -1))
    far = 1 / frame.side
    touched: np.ndarray = np.logical_and(shares > -far, shares < 1 + far).min(-1)
    return touched


@settings(max_examples=60, deadline=None)
@given(frame=frames, mode=st.sampled_from(["L", "RGB"]), side=st.integers(4, 200))
def test_what_lies_outside_of_the_frame_stays_to_the_bit(frame: Frame, mode: str, side: int) -> None:
    rng = np.random.default_rng(0)
    values = rng.integers(0, 256, (100, 120, 3), dtype=np.uint8)
    picture = Image.fromarray(values).convert(mode)
    before = np.asarray(picture).copy()
    result = put_back(picture, Image.new("L", (side, side), 255), frame)
    assert (result.mode, result.size) == (picture.mode, picture.size)
    assert np.array_equal(np.asarray(picture), before)
    outside = ~inside(picture.size, frame)
    assert np.array_equal(np.asarray(result)[outside], before[outside])


@settings(max_examples=30, deadline=None)
@given(x=st.floats(60, 140), y=st.floats(60, 140), side=st.floats(60, 100), angle=st.floats(-np.pi, np.pi))
def test_cut_out_and_put_back_is_near_to_nothing_done(x: float, y: float, side: float, angle: float) -> None:
    rows, columns = np.mgrid[:200, :200]
    smooth = (128 + 60 * np.sin(columns / 15) + 60 * np.cos(rows / 19)).astype(np.uint8)
    picture, frame = Image.fromarray(smooth), centred((x, y), side, angle)
    for size in (256, 128):
        result = np.asarray(put_back(picture, cut(picture, frame, size), frame)).astype(int)
        assert np.abs(result - smooth).max() <= 6  # a pixel beside would be 4 more, everywhere
        assert np.abs(result - smooth)[np.asarray(inside(picture.size, frame))].mean() < 1.5


def test_the_middle_is_put_back_and_the_edge_fades() -> None:
    picture, frame = Image.new("L", (100, 100), 0), centred((50, 50), 60, 0.3)
    result = np.asarray(put_back(picture, Image.new("L", (40, 40), 200), frame)).astype(int)
    assert result[50, 50] == 200
    across = np.round(frame.to_picture(np.column_stack([np.linspace(0, 0.5, 20), np.full(20, 0.5)]))).astype(int)
    values = result[across[:, 1], across[:, 0]]
    assert values[0] < 20
    assert (np.diff(values) >= -2).all()
    assert (np.diff(values) < 80).all()


def test_a_real_face_aligned_and_put_back() -> None:
    picture = astronaut()
    face = choose_face(picture, "only").face
    square = align(picture, face, 256)
    assert (square.mode, square.size) == ("RGB", (256, 256))
    result = put_back(picture, square, aligned_frame(face))
    assert np.abs(np.asarray(result).astype(int) - np.asarray(picture)).mean() < 1
