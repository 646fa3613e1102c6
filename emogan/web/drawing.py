"""One thread draws for everybody: requests that wait together share the network's batches."""

import asyncio
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Condition, Thread

import torch
from torch import Tensor

from emogan.runs.generator_file import Trained
from emogan.sampling.asked import Look
from emogan.sampling.sampler import AT_ONCE, Pictures, draw


class BusyError(Exception):
    """More is waiting already than will be drawn soon."""


@dataclass(frozen=True)
class Wish:
    """Faces to draw.

    Attributes:
        latents: (n, latent_dim).
        weights: of the six emotions, (n, 6).
    """

    trained: Trained
    latents: Tensor
    weights: Tensor
    look: Look

    def goes_with(self, other: "Wish") -> bool:
        """Whether one batch can hold faces of both."""
        return self.trained is other.trained and self.look == other.look


@dataclass
class _Waiting:
    wish: Wish
    done: "Future[Pictures]" = field(default_factory=Future)


class Drawer:
    """Draws wishes one after the other, those that go together at once.

    A face is the same to the bit whoever else is drawn with it: batches have always the same size.

    Args:
        most: faces that may wait.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._waiting: deque[_Waiting] = deque()
        self._changed = Condition()
        self._closed = False
        self._thread = Thread(target=self._work, name="drawer", daemon=True)
        self._thread.start()

    async def draw(self, wish: Wish) -> Pictures:
        """The faces, uint8 (n, h, w, c).

        Raises:
            BusyError: when too many wait.
        """
        one = _Waiting(wish)
        with self._changed:
            if self._closed or sum(len(other.wish.latents) for other in self._waiting) > self.most:
                raise BusyError
            self._waiting.append(one)
            self._changed.notify()
        return await asyncio.wrap_future(one.done)

    def close(self) -> None:
        """Draw nothing more."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()
        for one in self._waiting:
            one.done.cancel()

    def _work(self) -> None:
        while (together := self._next()) is not None:
            asked = [one for one in together if one.done.set_running_or_notify_cancel()]
            if not asked:
                continue
            try:
                parts = _drawn([one.wish for one in asked])
            except Exception as error:  # whoever asked is told; others are drawn for all the same
                for one in asked:
                    one.done.set_exception(error)
                continue
            for one, part in zip(asked, parts, strict=True):
                one.done.set_result(part)

    def _next(self) -> list[_Waiting] | None:
        """The first that waits, and others that go with it; None when closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if self._closed:
                return None
            first = self._waiting.popleft()
            together, count = [first], len(first.wish.latents)
            for other in [*self._waiting]:
                if other.wish.goes_with(first.wish) and count + len(other.wish.latents) <= AT_ONCE:
                    together.append(other)
                    self._waiting.remove(other)
                    count += len(other.wish.latents)
            return together


def _drawn(wishes: list[Wish]) -> list[Pictures]:
    """The faces of each of some wishes that go together."""
    latents = torch.cat([wish.latents for wish in wishes])
    weights = torch.cat([wish.weights for wish in wishes])
    trained, look = wishes[0].trained, wishes[0].look
    drawn = draw(trained, latents, weights, look.median, look.truncation).permute(0, 2, 3, 1)
    return [part.numpy() for part in drawn.split([len(wish.latents) for wish in wishes])]
