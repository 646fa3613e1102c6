"""Which trained generators a person wants measured, and what they were trained on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hydra.utils import instantiate

from emogan.config.compare import differences
from emogan.core import emotions
from emogan.core.emotions import EMOTIONS, Emotion
from emogan.core.errors import UserError
from emogan.data.datamodule import FaceDataModule
from emogan.data.face_set import Faces, together
from emogan.runs.find import PACKAGED

# What runs that are measured together must share: the real faces and how they are framed.
SHARED = ("data.read", "data.framing")


@dataclass(frozen=True)
class Source:
    """One generator's file and what its run says of itself.

    Attributes:
        weights: ``generator.safetensors`` or a checkpoint.
        record: the content of ``run.json``.
    """

    weights: Path
    record: Mapping[str, Any]

    @property
    def config(self) -> dict[str, Any]:
        """The run's settings."""
        settings: dict[str, Any] = self.record["config"]
        return settings


@dataclass(frozen=True)
class System:
    """Generators that belong together, by the emotion that each is to show: a run, or a sweep."""

    name: str
    sources: Mapping[Emotion, Source]

    @property
    def leaves_people_unseen(self) -> bool:
        """Whether none of its networks saw the people that are kept aside."""
        return all(unseen_by(source.config) for source in self.sources.values())


def unseen_by(config: Mapping[str, Any]) -> bool:
    """Whether a run, and those it started from, left the people that are kept aside alone.

    A start from a file outside of a run's folder says nothing of its people.
    """
    start = config.get("init_from")
    if config["data"].get("people") != "train":
        return False
    if start in (None, PACKAGED):
        return True
    path = Path(start).expanduser()
    record = (path if path.is_dir() else path.parent.parent) / "run.json"
    return record.is_file() and unseen_by(json.loads(record.read_text())["config"])


def learnt_by(system: System) -> Faces:
    """The faces that the networks of ``system`` were trained on, of the emotions that they are to show.

    Raises:
        UserError: when those images have changed since.
    """
    parts = []
    for source in {id(source): source for source in system.sources.values()}.values():
        settings = {"people": "all", **source.config["data"]["module"]}  # older runs knew no people kept aside
        module: FaceDataModule = instantiate(settings, _convert_="all")
        module.setup()
        if source.record["images"]["sha256"] != module.digest:
            raise UserError(
                f"The images that {source.weights} was trained on have changed since: put them back, or train anew."
            )
        faces = Faces(module.images, module.emotions, tuple(face.person for face in module.faces))
        parts.append(faces.of(*(emotion for emotion, its in system.sources.items() if its is source)))
    return together(parts)


def find_system(folder: Path, weights: str, only: Emotion | None) -> System:
    """The runs in or below ``folder`` as one system.

    Args:
        weights: ``last``: as the run ended; ``best``: with its lowest KID while training.
        only: leave the other emotions aside.

    Raises:
        UserError: when there is no run with a generator, or two of one emotion.
    """
    name = {"last": "generator.safetensors", "best": "best.safetensors"}[weights]
    sources: dict[Emotion, Source] = {}
    for record_path in sorted(folder.rglob("run.json")):
        record, path = json.loads(record_path.read_text()), record_path.parent / "checkpoints" / name
        if emotions.canonical(str(record["emotion"])) is None or not path.is_file():
            continue
        for emotion in emotions.chosen(record["emotion"]):
            if only not in (None, emotion):
                continue
            if emotion in sources:
                raise UserError(
                    f"{folder} holds two runs of {emotion}: {sources[emotion].weights.parent.parent} and"
                    f" {record_path.parent}; give one of them, or compare with runs=[…,…]."
                )
            sources[emotion] = Source(path, record)
    if not sources:
        raise UserError(
            f"{folder} holds no run{f' of {only}' if only else ''} with checkpoints/{name}: expected a folder that"
            " emogan.train left, of one run or of a sweep."
        )
    ordered = {emotion: sources[emotion] for emotion in EMOTIONS if emotion in sources}
    return System(folder.resolve().name, ordered)


def of_checkpoint(path: Path, only: Emotion | None) -> System:
    """The system of one generator's file, ``RUN/checkpoints/…``.

    Raises:
        UserError: when it lies in no run folder, or is of another emotion than ``only``.
    """
    record_path = path.parent.parent / "run.json"
    if not path.is_file() or not record_path.is_file():
        raise UserError(f"ckpt_path={path} is not in a run folder: expected RUN/checkpoints/last.ckpt.")
    record = json.loads(record_path.read_text())
    there, source = emotions.chosen(record["emotion"]), Source(path, record)
    if only is not None and only not in there:
        drawn = record["emotion"]
        raise UserError(f"ckpt_path={path} draws {drawn}, not {only}: give emotion={drawn}, or another checkpoint.")
    shown = there if only is None else (only,)
    return System(f"{path.parent.parent.name}/{path.name}", dict.fromkeys(shown, source))


def shared_config(systems: list[System]) -> dict[str, Any]:
    """The settings of the data that all ``systems`` were trained on.

    Raises:
        UserError: when they differ in what they must share, such as the image size.
    """
    sources = [source for system in systems for source in system.sources.values()]
    first = sources[0]
    for source in sources[1:]:
        for key, (old, new) in differences(first.config, source.config).items():
            if any(key == shared or key.startswith(f"{shared}.") for shared in SHARED):
                raise UserError(
                    f"{first.weights} has {key}={old}, {source.weights} has {key}={new}: measures of both cannot be"
                    " compared, evaluate them apart."
                )
    return first.config
