import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from emogan.finding.frames import ALIGNED, CLOSE, Frame, anchors, centred, laid_over

frames = st.builds(
    Frame,
    st.tuples(st.floats(-500, 500), st.floats(-500, 500)),
    st.floats(1, 2000),
    st.floats(-np.pi, np.pi),
)


@given(frames)
def test_laid_over_recovers_any_similarity(frame: Frame) -> None:
    for template in (ALIGNED, CLOSE):
        found = laid_over(frame.to_picture(template), template)
        assert np.allclose(found.axes, frame.axes, atol=1e-6 * frame.side)
        assert np.allclose(found.origin, frame.origin, atol=1e-6 * max(frame.side, 500))


@given(frames, st.floats(0, 1), st.floats(0, 1))
def test_there_and_back(frame: Frame, x: float, y: float) -> None:
    place = np.array([x, y])
    assert np.allclose(frame.from_picture(frame.to_picture(place)), place, atol=1e-6)


@given(frames, st.floats(0.1, 10))
def test_scaled_and_closer(frame: Frame, by: float) -> None:
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [0.3, 0.8]])
    assert np.allclose(frame.scaled(by).to_picture(corners), by * frame.to_picture(corners), atol=1e-5)
    near = frame.closer(by)
    assert np.allclose(near.to_picture(np.array([0.5, 0.5])), frame.to_picture(np.array([0.5, 0.5])), atol=1e-5)
    assert np.isclose(near.side * by, frame.side)
    assert near.angle == frame.angle


def test_least_squares_are_not_mirrored() -> None:
    mirrored = ALIGNED * [-1, 1]
    assert laid_over(mirrored, ALIGNED).side > 0
    assert np.linalg.det(laid_over(mirrored, ALIGNED).axes) > 0


def test_centred_and_anchors() -> None:
    assert np.allclose(centred((10, 20), 8, 1.0).to_picture(np.array([0.5, 0.5])), [10, 20])
    landmarks = np.zeros((70, 2))
    landmarks[36:42], landmarks[42:48], landmarks[48], landmarks[54] = (1, 2), (5, 2), (2, 6), (4, 8)
    assert anchors(landmarks).tolist() == [[1, 2], [5, 2], [3, 7]]
