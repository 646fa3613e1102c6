"""Which trained generators a person wants measured, and what they were trained on."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import emogan
from emogan.config.compare import differences
from emogan.config.places import PACKAGED
from emogan.core import emotions
from emogan.core.emotions import EMOTIONS, Emotion
from emogan.core.errors import UserError
from emogan.data.face_set import Faces, together
from emogan.data.keeping import Keeping
from emogan.data.registry import face_module
from emogan.runs.find import generator_of, sound_one
from emogan.runs.folder import RunFolder, runs_below
from emogan.runs.record import Record
from emogan.runs.version import release

log = logging.getLogger(__name__)

# What runs that are measured together must share: the real faces and how they are framed.
SHARED = ("data.read", "data.framing")
ROOT = "data.read.root"


@dataclass(frozen=True)
class Source:
    """One generator's file and what its run says of itself.

    Attributes:
        weights: ``generator.safetensors`` or a checkpoint.
        record: what ``run.json`` says.
    """

    weights: Path
    record: Record

    @property
    def config(self) -> dict[str, Any]:
        """The run's settings."""
        return dict(self.record.config)


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
    before: set[Path] = set()
    while config["data"].get("people") == "train":
        start = config.get("init_from")
        if start in (None, PACKAGED):
            return True
        path = Path(str(start)).expanduser()
        run = RunFolder(path) if path.is_dir() else RunFolder.containing(path)
        if (place := run.path.resolve()) in before:
            return False
        before.add(place)
        try:
            config = run.read_record().config
        except UserError:
            return False
    return False


def learnt_by(system: System, keeping: Keeping, root: str | None = None) -> Faces:
    """The faces that the networks of ``system`` were trained on, of the emotions that they are to show.

    Args:
        keeping: where decoded images are kept.
        root: the folder of the images, where they have moved since.

    Raises:
        UserError: when those images have changed since.
    """
    parts = []
    for source in {id(source): source for source in system.sources.values()}.values():
        settings, images = source.record.setting("data.module"), source.record.images
        if not isinstance(settings, Mapping) or images is None:
            raise UserError(f"The run.json of {source.weights} does not say what it was trained on: train anew.")
        module = face_module(settings, keeping, root)
        if images.sha256 != module.digest:
            raise _others(source, images.count, len(module.images), root)
        faces = Faces.real(module.images, module.faces)
        parts.append(faces.of(*(emotion for emotion, its in system.sources.items() if its is source)))
    return together(parts)


def _others(source: Source, then: int, now: int, root: str | None) -> UserError:
    what = f"The images that {source.weights} was trained on have changed since ({then} then, {now} now)"
    if release(source.record.version) < release(emogan.__version__):
        return UserError(
            f"{what}, or emogan {source.record.version or 'of then'} chose them in another way than this"
            f" {emogan.__version__}: put them back, or evaluate with the emogan of then, or train anew."
        )
    there = "give another data.root=FOLDER" if root else "give data.root=FOLDER where they have moved"
    return UserError(f"{what}: put them back, {there}, or train anew.")


def find_system(folder: Path, weights: str, only: Collection[Emotion] | None) -> System:
    """The runs in or below ``folder`` as one system.

    Args:
        weights: ``last``: as the run ended, or was killed; ``best``: with its lowest KID while training.
        only: leave the other emotions aside; None: take all.

    Raises:
        UserError: when there is no run with a generator (of each of ``only``), or two of one emotion.
    """
    sources: dict[Emotion, Source] = {}
    for run, record in runs_below(folder):
        if emotions.canonical(record.emotion) is None:
            continue
        wanted = [emotion for emotion in emotions.chosen(record.emotion) if only is None or emotion in only]
        path = (run.best if run.best.is_file() else None) if weights == "best" else generator_of(run)
        if not wanted or path is None:
            continue
        for emotion in wanted:
            if emotion in sources:
                raise UserError(
                    f"{folder} holds two runs of {emotion}: {RunFolder.containing(sources[emotion].weights).path} and"
                    f" {run.path}; give one of them, or compare with runs=[…,…]."
                )
            sources[emotion] = Source(path, record)
    missing = " and ".join(str(emotion) for emotion in only or () if emotion not in sources)
    if missing or not sources:
        name = {"last": "generator.safetensors or last.ckpt", "best": "best.safetensors"}[weights]
        raise UserError(
            f"{folder} holds no run{f' of {missing}' if missing else ''} with checkpoints/{name}: expected a folder"
            " that emogan.train left, of one run or of a sweep."
        )
    ordered = {emotion: sources[emotion] for emotion in EMOTIONS if emotion in sources}
    return System(folder.resolve().name, ordered)


def of_checkpoint(path: Path, only: Collection[Emotion] | None) -> System:
    """The system of one generator's file, ``RUN/checkpoints/…``.

    Raises:
        UserError: when it lies in no run folder, or does not draw each of ``only``.
    """
    found, run = sound_one(path), RunFolder.containing(path)
    if found is None or not run.record.is_file():
        raise UserError(f"ckpt_path={path} is not in a run folder: expected RUN/checkpoints/last.ckpt.")
    record = run.read_record()
    there, source = emotions.chosen(record.emotion), Source(found, record)
    if missing := [str(emotion) for emotion in only or () if emotion not in there]:
        drawn, asked = record.emotion, " and ".join(missing)
        raise UserError(f"ckpt_path={path} draws {drawn}, not {asked}: give emotion={drawn}, or another checkpoint.")
    shown = [emotion for emotion in there if only is None or emotion in only]
    return System(f"{run.path.name}/{path.name}", dict.fromkeys(shown, source))


def shared_config(systems: list[System], root: str | None = None) -> dict[str, Any]:
    """The settings of the data that all ``systems`` were trained on.

    Args:
        root: where the images of them all are; None: as recorded.

    Raises:
        UserError: when they differ in what they must share, such as the image size.
    """
    sources = [source for system in systems for source in system.sources.values()]
    first = sources[0]
    for source in sources[1:]:
        one, other = ({key: at.record.setting(key) for key in SHARED} for at in (first, source))
        found = differences(one, other)
        there = [at.record.setting(ROOT) for at in (first, source)]
        if root is None and there[0] != there[1]:  # a run may go on with moved images, so it is no difference there
            found[ROOT] = there[0], there[1]
        for key, (old, new) in found.items():
            raise UserError(
                f"{first.weights} has {key}={old}, {source.weights} has {key}={new}: measures of both cannot be"
                " compared, evaluate them apart."
            )
    return first.config
