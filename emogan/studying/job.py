"""A study from its settings to its findings. What is there already is not made again."""

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from omegaconf import DictConfig

import emogan
from emogan.balancing.networks import named
from emogan.config.compose import plain
from emogan.core import emotions as known_emotions
from emogan.core.console import Watch
from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.core.folders import check_apart
from emogan.core.names import printable
from emogan.data.decode import Framing
from emogan.data.index import Index
from emogan.data.keeping import Keeping
from emogan.recognition.training import Recipe
from emogan.runs.claim import claim
from emogan.studying import cells, drawing, record
from emogan.studying.arms import ARMS
from emogan.studying.cells import Answered, Cell
from emogan.studying.drawing import Unbalanced
from emogan.studying.imbalance import CURVED, cut, short_of, stay
from emogan.studying.learning import Lesson, Training, learn
from emogan.studying.material import Images, Material, names_of, seen
from emogan.studying.workers import Crew

LOCK = ".study.lock"
WHERE = ("out", "workers", "debug", "hydra")  # settings that no answer depends on
# Those that say which cells there are: a study goes on with other ones.
WHICH = ("imbalances", "arms", "recognisers", "looks", "seeds")


@dataclass(frozen=True)
class Setting:
    """An imbalance of the database.

    Attributes:
        left: images of each emotion.
    """

    name: str
    left: dict[Emotion, int]

    @property
    def short(self) -> list[Emotion]:
        """The emotions that lack images."""
        return short_of(self.left)

    @property
    def missing(self) -> dict[Emotion, int]:
        """How many images would make each of them as many as the largest."""
        return {emotion: max(self.left.values()) - self.left[emotion] for emotion in self.short}


@dataclass(frozen=True)
class Studied:
    """What a study found: the answers of all recognisers in its folder, and what they were asked.

    Attributes:
        imbalances: by their names, those that the cells are of.
    """

    folder: Path
    material: Material
    imbalances: Mapping[str, Setting]
    answered: Sequence[Answered]


class Study:
    """One study.

    Args:
        settings: of the verb, checked.
        index: of the database, all people.
        recipe: of the recogniser that drawn faces must pass.
    """

    def __init__(self, settings: DictConfig, index: Index, framing: Framing, recipe: Recipe) -> None:
        self.asked: dict[str, Any] = plain(settings)
        self.framing, self.recipe = framing, recipe
        self.out = Path(settings.out)
        record.read(self.out)  # before a lock is left in a folder that is not ours
        check_apart(self.out, index.root)
        self.material = Material.read(index, framing, Keeping.of(settings.data))
        named_short = [self.asked["short"]] if isinstance(self.asked["short"], str) else self.asked["short"]
        self.short = list(dict.fromkeys(known_emotions.parse(name) for name in named_short))
        for one in map(self.imbalance, settings.imbalances):
            if not one.short:
                raise UserError(
                    f"imbalances={one.name}: every emotion under {printable(index.root)} has as many images; cut some"
                    " with imbalances=one."
                )
            if settings.weights:
                named(settings.weights, one.short)
        self.cells = cells.cells_of(self.asked)

    @property
    def about(self) -> dict[str, Any]:
        """All that the answers depend on, as plain values."""
        settings = {key: value for key, value in self.asked.items() if key not in (*WHERE, *WHICH)}
        settings["shares"] = self._most
        settings["data"] = {"sha256": self.material.digest}
        return {**settings, "framing": self.framing.key}

    @property
    def _most(self) -> float:
        """How many times the missing faces are drawn; smaller shares take the first of them."""
        return float(max(cells.FILLED, *self.asked["shares"]))

    def run(self, watch: Watch) -> Studied:
        """Train what is not trained yet; gives all answers.

        Raises:
            UserError: when it cannot be, or ``out`` is another study's.
        """
        taken = claim(self.out, LOCK, "out={}", "out=FOLDER")
        if taken is None:
            raise UserError(f"out={printable(self.out)} is being worked on right now: wait, or give another folder.")
        try:
            record.begin(self.out, self.about, emogan.__version__)
            folder = self.out / "cells"
            folder.mkdir(exist_ok=True)
            there = cells.read_all(folder, len(self.material.asked))
            missing = [cell for cell in self.cells if cell not in there]
            had = len(self.cells) - len(missing)
            with Crew(min(self.asked["workers"] or os.cpu_count() or 1, max(len(missing), 1))) as crew:
                self._draw(missing, crew, watch)
                watch("recognisers", had, len(self.cells))
                for number, answered in enumerate(crew.do(_learnt, self._lessons(missing)), start=1):
                    answered.write(folder)
                    there[answered.cell] = answered
                    watch("recognisers", had + number, len(self.cells))
            imbalances = {cell.imbalance: self.imbalance(cell.imbalance) for cell in (*self.cells, *there)}
            return Studied(self.out, self.material, imbalances, list(there.values()))
        finally:
            taken.abandon()

    def _draw(self, missing: Sequence[Cell], crew: Crew, watch: Watch) -> None:
        """Have the faces that the ``missing`` cells learn from."""
        wanted = {(ARMS[cell.arm].drawn, cell.imbalance, cell.seed): None for cell in missing if ARMS[cell.arm].drawn}
        jobs = [(drawer, self._unbalanced(imbalance, seed)) for drawer, imbalance, seed in wanted]
        if jobs:
            watch("faces drawn for a database", 0, len(jobs))
        for number, _ in enumerate(crew.do(_drawn, jobs), start=1):
            watch("faces drawn for a database", number, len(jobs))

    def _unbalanced(self, imbalance: str, seed: int) -> Unbalanced:
        one = self.imbalance(imbalance)
        places = stay(self.material.faces.emotions, one.left, seed)
        files = [self.material.files[place] for place in places.tolist()]
        most = self._most if imbalance in CURVED else cells.FILLED
        folder = self.out / "databases" / f"{imbalance}_{seed}"
        return Unbalanced(files, one.missing, most, folder, seed, self.asked, self.framing, self.recipe)

    def imbalance(self, kind: str) -> Setting:
        """An imbalance of this database.

        Raises:
            UserError: when it cannot be made of it.
        """
        return Setting(kind, cut(self.material.counts, kind, self.short, self.asked["images"]))

    @cache  # noqa: B019 (a study lives as long as the process)
    def _pictures(self, look: str) -> tuple[Images, Images]:
        """All real faces as recognisers see them, to learn from and to ask about."""
        material = self.material
        return (
            seen(material.faces.images, names_of(material.files), look),
            seen(material.asked.images, names_of(material.asked_files), look),
        )

    def _lessons(self, missing: Iterable[Cell]) -> Iterator[tuple[Cell, Lesson, int]]:
        material, training = self.material, Training(**self.asked["training"])
        for cell in missing:
            one, arm = self.imbalance(cell.imbalance), ARMS[cell.arm]
            places = stay(material.faces.emotions, one.left, cell.seed)
            learnt, asked = self._pictures(cell.look)
            images = [learnt[places.numpy()]]
            classes = material.classes(material.faces[places])
            real = len(classes)
            if arm.drawn:
                for emotion, pixels in self._drawn(cell, one):
                    images.append(pixels)
                    classes += [material.emotions.index(emotion)] * len(pixels)
            lesson = Lesson(
                *(np.concatenate(images), np.array(classes, np.int64), asked, len(material.emotions)),
                *(cell.recogniser, arm, training, cell.seed),
            )
            yield cell, lesson, real

    def _drawn(self, cell: Cell, one: Setting) -> Iterator[tuple[Emotion, Images]]:
        path = self.out / "databases" / f"{cell.imbalance}_{cell.seed}" / f"{ARMS[cell.arm].drawn}.npz"
        for emotion, pixels in drawing.read_drawn(path).items():
            some = pixels[: round(cell.share * one.missing[emotion])]
            names = [f"{cell.imbalance} {cell.seed} {emotion} {number}" for number in range(len(some))]
            if len(some):
                yield emotion, seen(torch.from_numpy(some).permute(0, 3, 1, 2), names, cell.look)


def _drawn(job: tuple[str, Unbalanced]) -> Path:
    drawer, unbalanced = job
    unbalanced.folder.mkdir(parents=True, exist_ok=True)
    return drawing.draw(drawer, unbalanced)


def _learnt(job: tuple[Cell, Lesson, int]) -> Answered:
    cell, lesson, real = job
    began = time.monotonic()
    answers = learn(lesson)
    return Answered(cell, answers, real, len(lesson.classes) - real, round(time.monotonic() - began, 2))
