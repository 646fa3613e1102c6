"""Faces for an unbalanced database: what ``emogan balance`` writes for it, or what the paper's networks draw."""

import io
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from omegaconf import DictConfig, OmegaConf
from PIL import Image

from emogan.balancing import manifest
from emogan.balancing.candidates import Drawer
from emogan.balancing.job import Balancing
from emogan.balancing.makers import By, draws
from emogan.balancing.networks import named
from emogan.balancing.tree import laid_out, put_real
from emogan.config.check import checked
from emogan.config.compose import compose_verb
from emogan.core.emotions import Emotion
from emogan.core.files import atomic_write
from emogan.data.decode import Framing, decode
from emogan.data.folder import read_folder
from emogan.data.index import Face
from emogan.recognition.training import Recipe
from emogan.sampling.asked import Look

FRAMED = ("crop", "crop_above", "zoom", "faces", "cache")  # of a database's settings, how its images are looked at
SHARED = ("minutes", "confidence", "tries", "truncation", "median", "image_size", "channels", "recogniser")
PAPER = ["experiment=paper"]
ENDLESS = 10**9  # epochs, or minutes between two checkpoints

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Unbalanced:
    """A database that lacks faces.

    Attributes:
        files: its real images.
        missing: how many faces of each emotion make it balanced.
        most: how many times as many are to be drawn.
        folder: for what is made for it.
        settings: of the study, as plain values.
    """

    files: Sequence[Face]
    missing: Mapping[Emotion, int]
    most: float
    folder: Path
    seed: int
    settings: Mapping[str, Any]
    framing: Framing
    recipe: Recipe

    @property
    def real(self) -> Path:
        """A folder of its own, as a person would have it."""
        return self.folder / "real"

    def write_real(self) -> None:
        """Have its images in ``real``."""
        for one in laid_out(self.files):
            put_real(one, self.real, link=False)


def by_network(unbalanced: Unbalanced) -> dict[Emotion, Pixels]:
    """The faces of the network that the study's ``weights`` name, those of a balanced tree, in their order."""
    return _balanced(unbalanced, "gan", "balanced", _as_it_is)


def by_translation(unbalanced: Unbalanced) -> dict[Emotion, Pixels]:
    """The database's own people with the emotions that are short, likewise."""

    def framed(path: Path) -> Pixels:  # whole photographs, looked at as the database's are
        return decode(path.read_bytes(), unbalanced.framing).pixels.numpy().transpose(1, 2, 0)

    return _balanced(unbalanced, "translate", "changed", framed)


def _balanced(unbalanced: Unbalanced, by: By, name: str, read: Callable[[Path], Pixels]) -> dict[Emotion, Pixels]:
    unbalanced.write_real()
    there = {emotion: sum(face.emotion is emotion for face in unbalanced.files) for emotion in unbalanced.missing}
    targets = unbalanced.folder / "targets.csv"
    lines = [
        f"{emotion},{there[emotion] + round(unbalanced.most * count)}" for emotion, count in unbalanced.missing.items()
    ]
    atomic_write(targets, "\n".join(lines) + "\n")
    out = unbalanced.folder / name
    cfg = compose_verb("balance", ["data=folder"])
    given = {
        **{key: unbalanced.settings[key] for key in SHARED},
        "by": by,
        "weights": unbalanced.settings["weights"] if draws(by) else None,
        "out": str(out),
        "target": str(targets),
        "real": "link",
        "seed": unbalanced.seed,
        "data": _data(unbalanced),
    }
    cfg = checked("balance", DictConfig(OmegaConf.merge(cfg, given)))
    Balancing(cfg, read_folder(str(unbalanced.real)), unbalanced.framing, unbalanced.recipe).run(lambda *_: None)
    faces: dict[Emotion, list[Pixels]] = {emotion: [] for emotion in unbalanced.missing}
    for line in manifest.read_lines(out):
        faces[Emotion(line.emotion)].append(read(out / line.file))
    return {emotion: _stacked(own) for emotion, own in faces.items()}


def _as_it_is(path: Path) -> Pixels:
    with Image.open(path) as image:
        return np.asarray(image)


def by_paper(unbalanced: Unbalanced) -> dict[Emotion, Pixels]:
    """Faces of the paper's networks, one trained for each emotion that lacks faces, for ``minutes``; unsifted, as the
    paper takes them. The run folders, of several GB each, are not kept."""
    from emogan.training import loop  # Lightning takes seconds to import

    unbalanced.write_real()
    faces = {}
    for emotion, count in unbalanced.missing.items():
        run = unbalanced.folder / "paper" / emotion.value
        shutil.rmtree(run, ignore_errors=True)  # of a study that was killed
        cfg = compose_verb("train", [*PAPER, "data=folder", f"emotion={emotion}"])
        given = {
            **{key: unbalanced.settings[key] for key in ("minutes", "image_size", "channels")},
            "epochs": ENDLESS,
            "evaluate_every": None,
            "samples_per_emotion": None,
            "run_dir": str(run),
            "seed": unbalanced.seed,
            "grid": {"every": ENDLESS},
            "checkpoint": {"every_minutes": ENDLESS / 1000},
            "data": {"root": str(unbalanced.real), "cache": unbalanced.settings["data"]["cache"]},
        }
        result = loop.train(DictConfig(OmegaConf.merge(cfg, given)))
        drawer = Drawer(named(str(result.folder), [emotion]), unbalanced.seed, Look(1.0, median=True))
        drawn = [one.pixels.numpy().transpose(1, 2, 0) for some in drawer.candidates(emotion, count) for one in some]
        faces[emotion] = np.stack(drawn)
        shutil.rmtree(run)
    return faces


DRAWERS = {"network": by_network, "paper": by_paper, "translate": by_translation}


def draw(drawer: str, unbalanced: Unbalanced) -> Path:
    """Have the faces that ``drawer`` draws for ``unbalanced`` in one file, and give it."""
    path = unbalanced.folder / f"{drawer}.npz"
    if not path.is_file():
        content = io.BytesIO()
        faces: dict[str, Any] = {emotion.value: pixels for emotion, pixels in DRAWERS[drawer](unbalanced).items()}
        np.savez(content, **faces)
        atomic_write(path, content.getvalue())
    return path


def read_drawn(path: Path) -> dict[Emotion, Pixels]:
    """The faces of a file of :func:`draw`: of each emotion uint8 (n, h, w, c)."""
    with np.load(path) as found:
        return {Emotion(name): found[name] for name in found.files}


def _data(unbalanced: Unbalanced) -> dict[str, Any]:
    framed = {key: unbalanced.settings["data"][key] for key in FRAMED}
    return {**framed, "root": str(unbalanced.real), "people": "all"}


def _stacked(faces: Sequence[Pixels]) -> Pixels:
    pixels = np.stack(faces) if faces else np.zeros((0, 1, 1, 1), np.uint8)
    return pixels[..., None] if pixels.ndim == 3 else pixels
