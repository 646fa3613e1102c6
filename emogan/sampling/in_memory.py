"""Faces in memory: ``emogan.load().faces("raiva")``, with the settings of ``emogan generate``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict, Unpack

import numpy as np
from PIL import Image

from emogan.cli.calling import composed
from emogan.config.check import checked
from emogan.config.compose import plain
from emogan.core.emotions import Emotion
from emogan.core.folders import claimed
from emogan.core.images import grid, save_png
from emogan.core.marking import Mark
from emogan.core.names import expanded
from emogan.sampling.asked import Look, People, asked
from emogan.sampling.estimate import check_memory
from emogan.sampling.interpolation import journeys, way_of
from emogan.sampling.photograph import Crop, read_photograph
from emogan.sampling.projection import Found, project
from emogan.sampling.sampler import Pictures, Sampler
from emogan.sampling.video import save_film

Asked = str | Emotion | list[str] | list[Emotion] | None  # emotions in any of their words, several, or "todas"
Shares = Mapping[str, float] | Mapping[Emotion, float] | None
File = str | os.PathLike[str]


class Drawing(TypedDict, total=False):
    """Settings of faces; conf/generate.yaml has their defaults and says what they mean."""

    seed: int
    first: int
    truncation: float
    intensity: float
    median: bool


@dataclass(frozen=True)
class Faces:
    """Faces in memory.

    Attributes:
        names: what each shows, its seed and number: names for files.
        pixels: uint8 (n, h, w, c).

    Example:
        >>> faces = emogan.load().faces("raiva", n=2, seed=7)
        >>> faces.names, faces.pixels.shape
        (('raiva_s7_0000', 'raiva_s7_0001'), (2, 128, 128, 1))
    """

    names: tuple[str, ...]
    pixels: Pictures

    def __len__(self) -> int:
        return len(self.pixels)

    def images(self) -> list[Image.Image]:
        """Each face as an image of Pillow.

        Example:
            >>> [image.size for image in emogan.load().faces("medo", n=2).images()]
            [(128, 128), (128, 128)]
        """
        return [Image.fromarray(face.squeeze()) for face in self.pixels]

    def grid(self, columns: int = 10) -> Image.Image:
        """All faces on one sheet, ``columns`` to a row.

        Example:
            >>> emogan.load().faces("raiva", n=4).grid(columns=2).save("sheet.png")
        """
        return grid(self.pixels, columns)

    def save(self, folder: File) -> list[Path]:
        """Write a PNG for each face into a folder that is new or empty; gives the files.

        Example:
            >>> [file.name for file in emogan.load().faces("raiva", n=1, seed=7).save("faces")]
            ['raiva_s7_0000.png']
        """
        with claimed(folder, Path(folder)) as out:
            files = [out / f"{name}.png" for name in self.names]
            for image, file in zip(self.images(), files, strict=True):
                save_png(image, file)
        return files


@dataclass(frozen=True)
class Film:
    """One person's way from one emotion to another.

    Attributes:
        pixels: uint8 (frames, h, w, c).
        fps: frames a second.

    Example:
        >>> film = emogan.load().interpolate("neutro", "felicidade", frames=4, seed=3)
        >>> len(film), film.pixels.shape
        (4, (4, 128, 128, 1))
    """

    name: str
    pixels: Pictures
    fps: float

    def __len__(self) -> int:
        return len(self.pixels)

    def images(self) -> list[Image.Image]:
        """Each frame as an image of Pillow.

        Example:
            >>> film = emogan.load().interpolate("neutro", "raiva", frames=3)
            >>> len(film.images())
            3
        """
        return [Image.fromarray(frame.squeeze()) for frame in self.pixels]

    def save(self, file: File) -> Path:
        """Write it as the suffix says: ``.gif``, ``.webp``, or ``.mp4`` where there is the command ffmpeg.

        Example:
            >>> emogan.load().interpolate("neutro", "raiva", frames=3, fps=12).save("anger.gif").name
            'anger.gif'
        """
        return save_film(self.pixels, self.fps, expanded(file), Mark(f"emogan: {self.name}"))


class Generator:
    """A trained generator, see :func:`load`.

    Example:
        >>> generator = emogan.load()
        >>> generator.faces("medo", n=1).grid(columns=1).size
        (128, 128)
    """

    def __init__(self, sampler: Sampler) -> None:
        self.sampler = sampler

    @property
    def emotions(self) -> tuple[str, ...]:
        """The emotions that it was trained on.

        Example:
            >>> emogan.load().emotions
            ('felicidade', 'medo', 'neutro', 'raiva', 'surpresa', 'tristeza')
        """
        return tuple(str(emotion) for emotion in self.sampler.emotions)

    def faces(
        self, emotion: Asked = None, n: int | None = None, mix: Shares = None, **drawing: Unpack[Drawing]
    ) -> Faces:
        """Faces ``first`` to ``first + n`` of a seed; of several emotions, the same people in each, in its order.

        Args:
            emotion: in any of its words, several in a list, or ``todas``.
            mix: instead: shares of emotions, such as ``{"raiva": 0.7, "medo": 0.3}``.

        Example:
            >>> both = emogan.load().faces(["anger", "fear"], n=2, seed=7)
            >>> both.names
            ('medo_s7_0000', 'medo_s7_0001', 'raiva_s7_0000', 'raiva_s7_0001')
            >>> mixed = emogan.load().faces(mix={"raiva": 0.7, "medo": 0.3}, n=1, truncation=0.8)

        Raises:
            UserError: for anything that cannot be drawn.
        """
        cfg = _settings(emotion=emotion, n=n, mix=mix, **drawing)
        shown = self.sampler.weights_of(asked(cfg["emotion"], cfg["mix"]), cfg["intensity"])
        people, look = People(cfg["n"], cfg["seed"], cfg["first"]), Look(cfg["truncation"], cfg["median"])
        names: list[str] = []
        parts: list[Pictures] = []
        for portion in self.sampler.faces(shown, people, look):
            if not parts:
                check_memory(people.count * len(shown), portion.images[0].nbytes, f"n={people.count}")
            names += portion.names
            parts.append(portion.images)
        return Faces(tuple(names), np.concatenate(parts))

    def interpolate(
        self,
        start: Asked | Shares,
        end: str | Emotion,
        frames: int | None = None,
        fps: float | None = None,
        **drawing: Unpack[Drawing],
    ) -> Film:
        """The way of the person ``first`` of a seed from an emotion or a mix of some to another emotion.

        Example:
            >>> film = emogan.load().interpolate({"medo": 0.5, "raiva": 0.5}, "felicidade", frames=3, fps=12)
            >>> film.fps
            12

        Raises:
            UserError: for anything that cannot be drawn.
        """
        begin = {"mix": start} if isinstance(start, Mapping) else {"emotion": start}
        cfg = _settings(**begin, to=end, frames=frames, fps=fps, **drawing)
        way = way_of(self.sampler, asked(cfg["emotion"], cfg["mix"]), cfg["to"], cfg["intensity"])
        person, look = People(1, cfg["seed"], cfg["first"]), Look(cfg["truncation"], cfg["median"])
        (journey,) = journeys(self.sampler, way, person, cfg["frames"], look)
        return Film(journey.name, journey.frames, cfg["fps"])

    def project(
        self,
        photo: File | bytes,
        steps: int | None = None,
        crop: Crop | None = None,
        crop_above: float | None = None,
        median: bool | None = None,
    ) -> Found:
        """The nearest face to a photograph, and that person with every emotion that the network knows.

        Args:
            photo: a file, or the bytes of one.
            crop: ``align``, the default, finds its largest face; ``square`` takes the largest square as it is.

        Example:
            >>> emogan.load().faces("neutro", n=1, seed=7).images()[0].save("photo.png")
            >>> found = emogan.load().project("photo.png", steps=2, crop="square")
            >>> found.away < 30, len(found.in_emotions)
            (True, 6)

        Raises:
            UserError: when the photograph cannot be read or shows no face to align, or the network draws no person.
        """
        cfg = _settings(steps=steps, crop=crop, crop_above=crop_above, median=median)
        photograph = read_photograph(self.sampler, photo, cfg["crop"], cfg["crop_above"])
        return project(self.sampler, photograph, cfg["steps"], cfg["median"])


def load(name: File = "packaged") -> Generator:
    """The generator that comes with emogan, or that of a run's folder, its ``generator.safetensors`` or checkpoint.

    Example:
        >>> emogan.load("packaged").emotions[3]
        'raiva'

    Raises:
        UserError: when there is none.
    """
    return Generator(Sampler.of(os.fspath(name)))


def _settings(**given: Any) -> dict[str, Any]:
    """The settings of ``generate``, with those ``given``; None is their default."""
    cfg = composed("generate", [], {key: value for key, value in given.items() if value is not None})
    return plain(checked("generate", cfg))
