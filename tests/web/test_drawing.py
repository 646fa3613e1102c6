import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any, TypeVar

import numpy as np
import pytest
import torch

import emogan
from emogan.sampling.asked import Look
from emogan.sampling.sampler import Sampler, draw, latents_of
from emogan.web import drawing
from emogan.web.drawing import BusyError, Drawer, Wish

LOOK = Look(1.0, True)
R = TypeVar("R")


@pytest.fixture(scope="module")
def sampler() -> Sampler:
    return Sampler.of("packaged")


@pytest.fixture
def drawer() -> Iterator[Drawer]:
    found = Drawer(100)
    yield found
    found.close()


def run(asking: Coroutine[Any, Any, R]) -> R:
    """What comes of ``asking``, in a thread of its own: a browser of other tests has a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, asking).result()


def wish(sampler: Sampler, seed: int, count: int = 3, look: Look = LOOK) -> Wish:
    weights = torch.eye(6)[3].expand(count, -1)
    return Wish(sampler.trained, latents_of(sampler.trained, count, seed), weights, look)


def test_faces_are_the_same_whoever_waits_beside_them(
    sampler: Sampler, drawer: Drawer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []

    def watched(trained: object, latents: torch.Tensor, *others: object) -> torch.Tensor:
        sizes.append(len(latents))
        return draw(trained, latents, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(drawing, "draw", watched)

    async def ask() -> list[np.ndarray]:
        return await asyncio.gather(*(drawer.draw(wish(sampler, seed)) for seed in range(9)))

    found = run(ask())
    for seed, faces in enumerate(found):
        assert np.array_equal(faces, emogan.load().faces("raiva", n=3, seed=seed).pixels)
    assert sum(sizes) == 27
    assert len(sizes) < 9  # some were drawn together


def test_those_that_look_otherwise_are_drawn_apart(sampler: Sampler, drawer: Drawer) -> None:
    looks = [Look(1.0, True), Look(0.5, True), Look(1.0, False)]

    async def ask() -> list[np.ndarray]:
        return await asyncio.gather(*(drawer.draw(wish(sampler, 1, look=look)) for look in looks))

    for look, faces in zip(looks, run(ask()), strict=True):
        expected = emogan.load().faces("raiva", n=3, truncation=look.truncation, median=look.median)
        assert np.array_equal(faces, expected.pixels)


def test_one_wish_that_fails_is_told_to_whoever_had_it(sampler: Sampler, drawer: Drawer) -> None:
    wrong = Wish(sampler.trained, torch.zeros(2, 5), torch.eye(6)[:2], LOOK)

    async def ask() -> tuple[object, object]:
        return await asyncio.gather(
            drawer.draw(wrong), drawer.draw(wish(sampler, 1, look=Look(0.9, True))), return_exceptions=True
        )

    failed, drawn = run(ask())
    assert isinstance(failed, RuntimeError)
    assert isinstance(drawn, np.ndarray)


def test_more_than_may_wait_is_refused(sampler: Sampler, monkeypatch: pytest.MonkeyPatch) -> None:
    drawer, go = Drawer(10), Event()

    def slow(_: object, latents: torch.Tensor, *others: object) -> torch.Tensor:
        go.wait(10)
        return torch.zeros(len(latents), 1, 1, 1)

    monkeypatch.setattr(drawing, "draw", slow)

    async def ask() -> list[object]:
        first = asyncio.create_task(drawer.draw(wish(sampler, 0, 1)))
        await asyncio.sleep(0.2)  # it is being drawn
        others = [asyncio.create_task(drawer.draw(wish(sampler, 1, 8))) for _ in range(3)]
        await asyncio.sleep(0.1)
        go.set()
        return await asyncio.gather(first, *others, return_exceptions=True)

    found = run(ask())
    drawer.close()
    assert [isinstance(one, BusyError) for one in found].count(True) == 1
