"""Faces from a trained generator, in memory."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from emogan.core import emotions
from emogan.core.emotions import ALL, EMOTIONS, Emotion
from emogan.core.errors import UserError
from emogan.core.images import to_bytes
from emogan.core.median import median_filter
from emogan.networks.encoder import StyleEncoder
from emogan.runs.encoder_file import load_encoder
from emogan.runs.find import find_generator
from emogan.runs.generator_file import Trained, load_generator
from emogan.sampling.asked import Look, Mix, People
from emogan.sampling.conditioning import mixture

BATCH = 20  # always: a network rounds otherwise in batches of another size
AT_ONCE = 5 * BATCH  # faces drawn before they are handed on: what is in memory does not grow with their number

Picture = NDArray[np.uint8]  # (h, w, c)
Pictures = NDArray[np.uint8]  # (n, h, w, c)


@dataclass(frozen=True)
class Portion:
    """Some faces, and the name of each: what is shown, the seed and the number."""

    names: tuple[str, ...]
    images: Pictures

    def __iter__(self) -> Iterator[tuple[str, Picture]]:
        return zip(self.names, self.images, strict=True)


@dataclass(frozen=True)
class Sampler:
    """A trained generator that draws what is asked.

    Attributes:
        name: what a person calls it (the setting ``weights``), for errors.
        encoder: the way back from a face, where one was trained with it.
    """

    trained: Trained
    name: str
    encoder: StyleEncoder | None = None

    @classmethod
    def of(cls, weights: str | None) -> "Sampler":
        """The generator that the setting ``weights`` names: ``packaged``, a run's folder, or a file.

        Raises:
            UserError: when there is none, or it draws no faces.
        """
        file = find_generator(weights)
        trained = load_generator(file)
        if not known_to(trained):
            raise UserError(f"weights={weights} draws {trained.emotion}, no faces: give weights of a run on faces.")
        encoder = load_encoder(file)
        return cls(trained, str(weights), encoder and encoder[0])

    @property
    def emotions(self) -> tuple[Emotion, ...]:
        """The emotions it was trained on."""
        return known_to(self.trained)

    def check_able(self, wanted: Collection[Emotion], intensity: float = 1.0) -> None:
        """Raise a UserError when the network was not trained on what it is asked for."""
        needed = {*wanted} | ({Emotion.NEUTRO} if intensity != 1 else set())  # where intensity starts from
        missing = [str(emotion) for emotion in EMOTIONS if emotion in needed and emotion not in self.emotions]
        if missing:
            able = [str(emotion) for emotion in self.emotions]
            given = f"[{','.join(able)}]" if len(able) > 1 else able[0]
            start = " (intensity starts from neutro)" if intensity != 1 else ""
            raise UserError(
                f"weights={self.name} draws {' and '.join(able)} only, not {' and '.join(missing)}{start}: give"
                f" emotion={given} for what there is, or other weights, such as those of a run with emotion={ALL}."
            )

    def weights_of(self, shown: Mapping[str, Mix], intensity: float) -> dict[str, Tensor]:
        """Weights (6,) of what :func:`emogan.sampling.asked.asked` gave, under the same names.

        Raises:
            UserError: for emotions that the network does not know.
        """
        self.check_able({emotion for mix in shown.values() for emotion in mix}, intensity)
        return {name: mixture(mix, intensity) for name, mix in shown.items()}

    def faces(self, shown: Mapping[str, Tensor], people: People, look: Look) -> Iterator[Portion]:
        """The same people with each of ``shown``, one after the other, a portion at a time.

        Args:
            shown: weights of the six emotions (6,) by name, see :meth:`weights_of`.
        """
        for name, weights in shown.items():
            for start in range(0, people.count, AT_ONCE):
                count = min(AT_ONCE, people.count - start)
                latents = latents_of(self.trained, count, people.seed, people.first + start)
                images = draw(self.trained, latents, weights.expand(count, -1), look.median, look.truncation)
                names = tuple(f"{name}_{people.label(start + k)}" for k in range(count))
                yield Portion(names, images.permute(0, 2, 3, 1).numpy())


def known_to(trained: Trained) -> tuple[Emotion, ...]:
    """The emotions that a generator was trained on; () for one of no faces."""
    return emotions.chosen(trained.emotion) if emotions.canonical(trained.emotion) else ()


def draw(trained: Trained, latents: Tensor, emotion: Tensor, median: bool, truncation: float = 1.0) -> Tensor:
    """Images uint8 (n, c, h, w) of latents (n, latent_dim) with weights of the six emotions (n, 6).

    Unlike a run's grids, which stretch each image to its full range as the paper does, light stays as it was drawn.

    Args:
        median: whether a 3x3 median cleans them.
        truncation: see :mod:`emogan.networks`.
    """
    return in_batches(lambda one, other: trained.network(one, other, truncation), latents, emotion, trained, median)


@torch.inference_mode()
def in_batches(
    network: Callable[[Tensor, Tensor], Tensor], inputs: Tensor, emotion: Tensor, trained: Trained, median: bool
) -> Tensor:
    """Images uint8 (n, c, h, w) that ``network`` draws from ``inputs`` (n, d) and weights of the emotions (n, 6).

    Args:
        trained: whose range the values of ``network`` have.
    """
    images = []
    for batch, weights in zip(inputs.split(BATCH), emotion.split(BATCH), strict=True):
        count = len(batch)
        places = torch.arange(BATCH, device=batch.device).clamp(max=count - 1)
        pixels = as_pixels(network(batch[places], weights[places])[:count].float(), trained)
        images.append(torch.from_numpy(median_filter(pixels) if median else pixels).permute(0, 3, 1, 2))
    return torch.cat(images)


def as_pixels(values: Tensor, trained: Trained) -> Pictures:
    """Images (n, c, h, w) in the range that ``trained`` draws in, as uint8 (n, h, w, c)."""
    return to_bytes((values + 1) / 2 if trained.centred else values)


def latents_of(trained: Trained, count: int, seed: int, first: int = 0) -> Tensor:
    """Latents (count, latent_dim), each from a random stream of its own: face k of a seed is always the same."""
    return latents(int(trained.network.latent_dim), count, seed, first)  # type: ignore[arg-type]


def latents(size: int, count: int, seed: int, first: int = 0) -> Tensor:
    """The same for a network whose latents have ``size`` values."""
    streams = (torch.Generator().manual_seed((seed * 1_000_003 + k) % 2**63) for k in range(first, first + count))
    return torch.stack([torch.randn(size, generator=stream) for stream in streams])
