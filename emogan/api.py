"""emogan from Python, for notebooks, pages and other programs: docs/api.md shows it.

Faces in memory: :func:`load`. What a photograph shows, and would show with another emotion: :func:`recognise`,
:func:`translate`, :func:`complete`. The other functions are verbs of the command line, which write files: they take
settings by name, with the defaults, types and ranges of ``conf/``. None prints, and all raise
:class:`emogan.core.errors.UserError` for what the caller can put right.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import numpy as np
from omegaconf import DictConfig
from PIL import Image

from emogan.balance import balance as _balance
from emogan.cli.calling import call, composed
from emogan.complete import complete as complete  # a photograph with what is hidden drawn
from emogan.config.check import checked
from emogan.config.compose import plain
from emogan.core.emotions import Emotion
from emogan.core.folders import claimed
from emogan.core.images import grid, save_png
from emogan.core.marking import Mark
from emogan.core.names import expanded
from emogan.evaluate import evaluate as _evaluate
from emogan.export import export as _export
from emogan.generate import generate as _generate
from emogan.inspect import inspect as _inspect
from emogan.recognise import recognise as recognise  # what a photograph shows
from emogan.sampling.asked import Look, People, asked
from emogan.sampling.estimate import check_memory
from emogan.sampling.interpolation import journeys, way_of
from emogan.sampling.photograph import Crop, read_photograph
from emogan.sampling.projection import Found, project
from emogan.sampling.sampler import Pictures, Sampler
from emogan.sampling.video import save_film
from emogan.study import study as _study
from emogan.train import train as _train
from emogan.translate import translate as translate  # a photograph with other expressions

if TYPE_CHECKING:
    from emogan.balancing.job import Balanced
    from emogan.exporting.places import Exported
    from emogan.reports.database import Inspected
    from emogan.reports.evaluating import Evaluated
    from emogan.sampling.writing import Generated
    from emogan.studying.files import Findings
    from emogan.training.loop import Result

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
    """

    names: tuple[str, ...]
    pixels: Pictures

    def __len__(self) -> int:
        return len(self.pixels)

    def images(self) -> list[Image.Image]:
        """Each face as an image of Pillow."""
        return [Image.fromarray(face.squeeze()) for face in self.pixels]

    def grid(self, columns: int = 10) -> Image.Image:
        """All faces on one sheet, ``columns`` to a row."""
        return grid(self.pixels, columns)

    def save(self, folder: File) -> list[Path]:
        """Write a PNG for each face into a folder that is new or empty; gives the files."""
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
    """

    name: str
    pixels: Pictures
    fps: float

    def __len__(self) -> int:
        return len(self.pixels)

    def images(self) -> list[Image.Image]:
        """Each frame as an image of Pillow."""
        return [Image.fromarray(frame.squeeze()) for frame in self.pixels]

    def save(self, file: File) -> Path:
        """Write it as the suffix says: ``.gif``, ``.webp``, or ``.mp4`` where there is the command ffmpeg."""
        return save_film(self.pixels, self.fps, expanded(file), Mark(f"emogan: {self.name}"))


class Generator:
    """A trained generator, see :func:`load`."""

    def __init__(self, sampler: Sampler) -> None:
        self.sampler = sampler

    @property
    def emotions(self) -> tuple[str, ...]:
        """The emotions that it was trained on."""
        return tuple(str(emotion) for emotion in self.sampler.emotions)

    def faces(
        self, emotion: Asked = None, n: int | None = None, mix: Shares = None, **drawing: Unpack[Drawing]
    ) -> Faces:
        """Faces ``first`` to ``first + n`` of a seed; of several emotions, the same people in each, in its order.

        Args:
            emotion: in any of its words, several in a list, or ``todas``.
            mix: instead: shares of emotions, such as ``{"raiva": 0.7, "medo": 0.3}``.

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

        Raises:
            UserError: when the photograph cannot be read or shows no face to align, or the network draws no person.
        """
        cfg = _settings(steps=steps, crop=crop, crop_above=crop_above, median=median)
        photograph = read_photograph(self.sampler, photo, cfg["crop"], cfg["crop_above"])
        return project(self.sampler, photograph, cfg["steps"], cfg["median"])


def load(name: File = "packaged") -> Generator:
    """The generator that comes with emogan, or that of a run's folder, its ``generator.safetensors`` or checkpoint.

    Raises:
        UserError: when there is none.
    """
    return Generator(Sampler.of(os.fspath(name)))


def train(*overrides: str | DictConfig, **settings: Any) -> Result:
    """Train a generator: ``train("emotion=raiva", epochs=2)``; the run folder and what ``run.json`` says.

    Args:
        overrides: as on the command line; or one config that Hydra composed.
        settings: values by the names of their settings: ``model="paper"``, ``data={"root": "faces"}``.

    Raises:
        UserError: for anything that makes it impossible.
    """
    return call("train", _train, overrides, settings)


def generate(*overrides: str | DictConfig, **settings: Any) -> Generated:
    """Write faces into a folder: ``generate("emotion=raiva", n=100)``; see :func:`train` for the arguments."""
    return call("generate", _generate, overrides, settings)


def evaluate(*overrides: str | DictConfig, **settings: Any) -> Evaluated:
    """Measure runs: ``evaluate(run="outputs/train/raiva/…")``; see :func:`train` for the arguments."""
    return call("evaluate", _evaluate, overrides, settings)


def inspect(*overrides: str | DictConfig, **settings: Any) -> Inspected:
    """Look at a database: ``inspect("data=folder", data={"root": "faces"})``; see :func:`train` for the arguments."""
    return call("inspect", _inspect, overrides, settings)


def balance(*overrides: str | DictConfig, **settings: Any) -> Balanced:
    """Fill a database's short emotions: ``balance(data={"root": "faces"}, out="balanced")``; see :func:`train`."""
    return call("balance", _balance, overrides, settings)


def study(*overrides: str | DictConfig, **settings: Any) -> Findings:
    """Measure whether drawn faces help: ``study(data={"root": "faces"}, out="study")``; see :func:`train`."""
    return call("study", _study, overrides, settings)


def export(*overrides: str | DictConfig, **settings: Any) -> Exported:
    """Take a network or faces to other programs: ``export(out="generator.onnx")``; see :func:`train`."""
    return call("export", _export, overrides, settings)


def _settings(**given: Any) -> dict[str, Any]:
    """The settings of ``generate``, with those ``given``; None is their default."""
    cfg = composed("generate", [], {key: value for key, value in given.items() if value is not None})
    return plain(checked("generate", cfg))
