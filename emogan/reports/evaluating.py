"""An evaluation from the trained generators to its table and page."""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import nn

import emogan
from emogan.core import machine
from emogan.core.emotions import EMOTIONS, Emotion
from emogan.core.errors import UserError
from emogan.core.files import as_json, atomic_write
from emogan.data.face_set import Faces, together
from emogan.data.keeping import Keeping
from emogan.data.reals import real_faces
from emogan.metrics.comparison import BLURRED, COPIES, NOISE, REAL, Comparison, Measured
from emogan.metrics.distances import FEWEST
from emogan.metrics.measuring import Looks, Settings, check_enough
from emogan.metrics.own import Measure
from emogan.metrics.packaged import PackagedFeatures
from emogan.recognition.cache import recogniser_of
from emogan.recognition.training import Recipe
from emogan.reports.evaluation import write_page
from emogan.reports.measures import to_json
from emogan.runs.generator_file import load_generator
from emogan.runs.systems import Source, System, learnt_by, shared_config
from emogan.sampling.asked import Look
from emogan.sampling.conditioning import graded, spread
from emogan.sampling.estimate import check_memory
from emogan.sampling.sampler import draw, known_to, latents_of

log = logging.getLogger(__name__)

ENOUGH_FOR_FID = 2048
YARDSTICKS = {REAL, BLURRED, NOISE, COPIES}
METRICS, PAGE = "metrics.json", "report.html"


@dataclass(frozen=True)
class Drawn:
    """The faces that are measured: ``faces`` of each emotion, of the people of ``seed``, drawn as ``look`` says."""

    faces: int
    seed: int
    look: Look


@dataclass(frozen=True)
class Method:
    """What faces are measured with.

    Attributes:
        recipe: of the recognisers.
        feature: see :func:`emogan.metrics.measuring.see`; the packaged recogniser's names the emotions as well, and
            none is trained on the real images.
        keeping: where decoded images are kept; the recogniser is remembered in its folder.
        root: the folder of the real images, where they have moved since the training.
        own: measures of the person's own, by name.
    """

    settings: Settings
    recipe: Recipe
    feature: nn.Module | None
    keeping: Keeping
    root: str | None = None
    own: Mapping[str, Measure] = field(default_factory=dict)


@dataclass(frozen=True)
class Evaluated:
    """What an evaluation found.

    Attributes:
        folder: of ``metrics.json`` and ``report.html``.
        found: the content of ``metrics.json``, as plain values.
        rows: the same measures, by yardstick and system.
        notes: what a reader of the table must know.
    """

    folder: Path
    found: dict[str, Any]
    rows: dict[str, Measured]
    notes: tuple[str, ...]

    @property
    def files(self) -> list[Path]:
        """The files written."""
        return [self.folder / METRICS, self.folder / PAGE]

    @property
    def measures(self) -> dict[str, Any]:
        """The measures of all yardsticks and systems, as plain values."""
        return dict(self.found["rows"])


def evaluate(systems: Sequence[System], drawn: Drawn, method: Method, out: Path, asked: Mapping[str, Any]) -> Evaluated:
    """Measure ``systems`` and the yardsticks, and write what was found into ``out``.

    Args:
        asked: the settings of the command, for the record.

    Raises:
        UserError: for anything that cannot be measured.
    """
    faces, digest, framing = real_faces(shared_config(list(systems), method.root), method.keeping, method.root)
    shown = sorted({emotion for system in systems for emotion in system.sources}, key=EMOTIONS.index)
    check_faces(faces, shown, drawn.faces, method.settings)
    learnt = [learnt_by(system, method.keeping, method.root) for system in systems]
    packaged, feature = method.feature if isinstance(method.feature, PackagedFeatures) else None, method.feature
    recogniser: Looks = packaged or recogniser_of(faces, digest, framing, method.recipe, method.keeping.folder)

    began = time.monotonic()
    measured = torch.isin(faces.emotions, torch.tensor([EMOTIONS.index(emotion) for emotion in shown]))
    space = None if packaged else feature
    comparison = Comparison(faces[measured], recogniser, space, method.recipe, method.settings, method.own)
    rows = measure(systems, learnt, comparison, drawn)
    found = {
        "emogan": emogan.__version__,
        "data": {
            "sha256": digest,
            "images": len(faces),
            "people_kept_aside": sorted({p for p, aside in zip(faces.people, faces.held_out, strict=True) if aside}),
            "unseen": {system.name: system.leaves_people_unseen for system in systems},
        },
        "settings": dict(asked),
        "rows": to_json(rows),
        "seconds": {what: round(seconds, 2) for what, seconds in comparison.seconds.items()},
        "seconds_in_all": round(time.monotonic() - began, 2),
        "peak_memory_bytes": machine.peak_memory(),
    }
    notes = notes_on(rows, comparison, [system.name for system in systems if not system.leaves_people_unseen])
    known = [EMOTIONS[place].value for place in faces.emotions.unique()]
    if packaged:
        notes.append("Features and emotion accuracy are those of the recogniser that comes with emogan.")
    elif len(known) < len(EMOTIONS):
        notes.append(f"The recogniser knows {' and '.join(known)} only: emotion accuracy is among them.")
    atomic_write(out / METRICS, as_json(found))
    write_page(out, rows, systems, notes)
    return Evaluated(out, found, rows, tuple(notes))


def check_faces(faces: Faces, shown: Sequence[Emotion], generated: int, settings: Settings) -> None:
    """Raise a UserError where there are fewer real or ``generated`` faces of an emotion than the measures need."""
    needed = max(FEWEST, 2 * (settings.neighbours + 1))  # half of them still have neighbours
    for emotion in shown:
        check_enough(faces[faces.held_out], emotion, needed, "real faces of people kept aside", "add people")
        check_enough(faces[faces.other_people], emotion, needed, "real faces of other people", "add people")
    if generated < needed:
        raise UserError(f"faces={generated} is too few: KID and coverage need at least {needed} of each emotion.")
    check_memory(generated * len(shown), faces.images[0].nbytes, f"faces={generated}")


def measure(
    systems: Sequence[System], learnt: Sequence[Faces], comparison: Comparison, drawn: Drawn
) -> dict[str, Measured]:
    """The rows of the yardsticks and of ``systems``, each with the faces that it learnt from."""
    fair = [faces for faces, system in zip(learnt, systems, strict=True) if system.leaves_people_unseen]
    rows = comparison.yardsticks(each_once(fair or learnt), unseen=bool(fair))
    for system, training in zip(systems, learnt, strict=True):
        with comparison.clock("generation"):
            real = comparison.kept_aside
            generated = together([generate(source, real.of(e), e, drawn) for e, source in system.sources.items()])
        rows[system.name] = comparison.measured(generated, training if system.leaves_people_unseen else None)
        log.info("%s: %d faces measured.", system.name, len(generated))
    return rows


def each_once(learnt: Sequence[Faces]) -> Faces:
    """The training faces of the first system with each emotion."""
    parts: list[Faces] = []
    for faces in learnt:
        seen = torch.cat([part.emotions for part in parts]) if parts else torch.empty(0, dtype=torch.int64)
        parts.append(faces[~torch.isin(faces.emotions, seen)])
    return together(parts)


def generate(source: Source, real: Faces, emotion: Emotion, drawn: Drawn) -> Faces:
    """The faces of one emotion that are measured: as strong as the ``real`` ones are, if the network was taught that.

    Raises:
        UserError: when the generator's file and its run's record disagree.
    """
    trained = load_generator(source.weights)
    if emotion not in known_to(trained):
        raise UserError(
            f"{source.weights} draws {trained.emotion}, its run.json says {emotion}: put the right one there."
        )
    shown = torch.full((drawn.faces,), EMOTIONS.index(emotion))
    latents = latents_of(trained, drawn.faces, drawn.seed)
    strengths = spread(real.strengths, len(shown), drawn.seed) if trained.graded else torch.ones(len(shown))
    images = draw(trained, latents, graded(shown, strengths), drawn.look.median, drawn.look.truncation)
    if images.shape[-1] != (size := source.record.setting("image_size")):
        raise UserError(f"{source.weights} draws {images.shape[-1]} pixels, its run.json says {size}.")
    # A conditional network draws the same people with every emotion: half samples keep them together.
    return Faces(images, shown, tuple(f"{source.weights} {k}" for k in range(len(images))))


def named_apart(systems: Sequence[System], folders: Sequence[str]) -> list[System]:
    """``systems`` under their names, or under their folders where two have the same, or that of a yardstick."""
    names = {system.name for system in systems}
    if len(names) == len(systems) and not names & YARDSTICKS:
        return list(systems)
    return [System(str(folder), system.sources) for folder, system in zip(folders, systems, strict=True)]


def notes_on(rows: Mapping[str, Measured], comparison: Comparison, spoilt: Sequence[str]) -> list[str]:
    """What a reader of the table must know.

    Args:
        spoilt: systems that learnt from people who are kept aside.
    """
    reference, people = len(comparison.kept_aside), len(set(comparison.kept_aside.people))
    notes = [
        f"Everything is measured against {reference} real faces of {people} people kept aside."
        f" ± is a standard error from {comparison.settings.bootstrap} half samples.",
    ]
    if any("copying" in one.row for one in rows.values()):
        notes.append(
            "Copying: share of faces nearer to a training face than 95 % of real faces of unseen people are; these"
            " score 5 % by definition, a network that learnt its images by heart scores 100 %."
        )
    if reference < ENOUGH_FOR_FID:
        notes.append(
            f"Warning: FID of {reference} real faces depends on their number (it wants {ENOUGH_FOR_FID:,} on either"
            " side): compare it within this table only, and go by KID."
        )
    if spoilt:
        notes.append(
            f"Warning: {', '.join(spoilt)} learnt from people that are kept aside (not data.people=train): copying is"
            " not measured there, and the other measures flatter."
        )
    return notes
