import numpy as np
import pytest

from emogan.rendering.backdrops import KINDS, backdrop
from emogan.rendering.film import STUDIO_FILM, Film, Rendered, finish
from emogan.rendering.occluders import OCCLUDERS

HEIGHT, WIDTH = 120, 90


def face() -> np.ndarray:
    """Landmarks of a face in the middle: jaw, eyes where they belong, the rest between."""
    landmarks = np.tile([45.0, 60.0], (70, 1))
    turn = np.linspace(np.pi, 0, 17)
    landmarks[:17] = np.stack([45 + 30 * np.cos(turn), 55 + 40 * np.sin(turn)], 1)
    landmarks[36:42], landmarks[42:48] = [32, 50], [58, 50]
    return landmarks


def shoot(film: Film) -> tuple[np.ndarray, np.ndarray]:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    alpha = (np.hypot((x - 45) / 32, (y - 55) / 45) < 1).astype(float)
    picture = finish(Rendered(0.3 * alpha, alpha, np.zeros_like(alpha), 10), 0.001, 1.0, 0.8, film, face())
    return picture.grey, picture.alpha


def wild(**changes: object) -> Film:
    plain = {"exposure": 0.0, "backdrop": "wall", "occluder": "", "blur": 0.0, "grain": 0.0, "quality": 80, "seed": 4}
    return Film(**{**plain, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_backdrops_fill_the_picture_and_differ_from_seed_to_seed(kind: str) -> None:
    one, again, other = (backdrop(kind, 0.6, WIDTH, HEIGHT, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert one.shape == (HEIGHT, WIDTH) and one.min() >= 0 and one.max() <= 1
    assert np.array_equal(one, again)
    assert np.array_equal(one, other) == (kind == "wall")


@pytest.mark.parametrize("occluder", OCCLUDERS)
def test_what_hides_a_face_is_on_the_face_and_in_the_matte(occluder: str) -> None:
    plain, matte = shoot(STUDIO_FILM)
    for seed in range(6):
        hidden, larger = shoot(wild(occluder=occluder, seed=seed))
        changed = np.abs(hidden.astype(int) - plain) > 12
        assert 0.01 < changed[matte > 128].mean() < 0.75
        assert (larger >= matte).all()


def test_exposure_blur_and_grain_do_what_they_say() -> None:
    plain, _ = shoot(wild())
    assert shoot(wild(exposure=0.7))[0][55, 45] > plain[55, 45] + 15
    edge = plain[55, :20].astype(int)
    blurred = shoot(wild(blur=12.0))[0][55, :20].astype(int)
    assert np.abs(np.diff(blurred)).max() < 0.6 * np.abs(np.diff(edge)).max()
    assert shoot(wild(grain=0.05))[0][40:70, 30:60].std() > plain[40:70, 30:60].std() + 8
