"""The verb ``evaluate``: ``python -m emogan.evaluate run=FOLDER``: how good the generated faces are, in numbers."""

import json
import logging
import time
from pathlib import Path

import torch
from hydra.utils import instantiate
from omegaconf import DictConfig, OmegaConf
from rich.console import Console
from torch import nn

from emogan.config.check import checked
from emogan.core import emotions, machine
from emogan.core.emotions import EMOTIONS, Emotion
from emogan.core.errors import UserError
from emogan.core.files import atomic_write
from emogan.data.cache import folder_of
from emogan.data.face_set import Faces, together
from emogan.data.reals import real_faces
from emogan.metrics.comparison import BLURRED, COPIES, NOISE, REAL, Comparison, Measured
from emogan.metrics.distances import FEWEST
from emogan.metrics.measuring import Settings, check_enough
from emogan.recognition.cache import recogniser_of
from emogan.recognition.training import Recipe
from emogan.reports.evaluation import write_page
from emogan.reports.measures import of_emotions, overall, to_json, to_terminal
from emogan.runs.generator_file import load_generator
from emogan.runs.systems import Source, System, find_system, learnt_by, of_checkpoint, shared_config
from emogan.sampling.conditioning import pure
from emogan.sampling.sampler import draw, latents_of

log = logging.getLogger(__name__)

ENOUGH_FOR_FID = 2048
YARDSTICKS = {REAL, BLURRED, NOISE, COPIES}


def evaluate(cfg: DictConfig) -> Path:
    """Measure the generators that ``cfg`` names; gives the folder of ``metrics.json`` and ``report.html``.

    Raises:
        UserError: for anything that cannot be measured.
    """
    cfg = checked("evaluate", cfg)
    systems = find_systems(cfg)
    config = shared_config(systems)
    out = Path(cfg.out) if cfg.out else default_out(cfg, systems)
    faces, digest, framing = real_faces(config)
    shown = sorted({emotion for system in systems for emotion in system.sources}, key=EMOTIONS.index)
    needed = max(FEWEST, 2 * (cfg.neighbours + 1))  # half of them still have neighbours
    for emotion in shown:
        check_enough(faces[faces.held_out], emotion, needed, "real faces of people kept aside", "add people")
        check_enough(faces[~faces.held_out], emotion, needed, "real faces of other people", "add people")
    if cfg.faces < needed:
        raise UserError(f"faces={cfg.faces} is too few: KID and coverage need at least {needed} of each emotion.")
    recipe: Recipe = instantiate(cfg.recogniser)
    recogniser = recogniser_of(faces, digest, framing, recipe, folder_of(cfg.cache))
    feature: nn.Module | None = instantiate(cfg.feature).eval() if cfg.feature._target_ else None

    began = time.monotonic()
    measured = torch.isin(faces.emotions, torch.tensor([EMOTIONS.index(emotion) for emotion in shown]))
    settings = Settings(**{name: cfg[name] for name in ("neighbours", "subsets", "subset_size", "bootstrap", "seed")})
    comparison = Comparison(faces[measured], recogniser, feature, recipe, settings)
    learnt = [learnt_by(system) for system in systems]
    fair = [faces for faces, system in zip(learnt, systems, strict=True) if system.leaves_people_unseen]
    rows: dict[str, Measured] = comparison.yardsticks(each_once(fair or learnt), unseen=bool(fair))
    for system, training in zip(systems, learnt, strict=True):
        with comparison.clock("generation"):
            generated = together([generate(source, emotion, cfg) for emotion, source in system.sources.items()])
        rows[system.name] = comparison.measured(generated, training if system.leaves_people_unseen else None)
        log.info("%s: %d faces measured.", system.name, len(generated))

    found = {
        "data": {
            "sha256": digest,
            "images": len(faces),
            "people_kept_aside": sorted({p for p, aside in zip(faces.people, faces.held_out, strict=True) if aside}),
            "unseen": {system.name: system.leaves_people_unseen for system in systems},
        },
        "settings": OmegaConf.to_container(cfg, resolve=True),
        "rows": to_json(rows),
        "seconds": {what: round(seconds, 2) for what, seconds in comparison.seconds.items()},
        "seconds_in_all": round(time.monotonic() - began, 2),
        "peak_memory_bytes": machine.peak_memory(),
    }
    notes = notes_on(rows, comparison, cfg, [system.name for system in systems if not system.leaves_people_unseen])
    known = [EMOTIONS[place].value for place in faces.emotions.unique()]
    if len(known) < len(EMOTIONS):
        notes.append(f"The recogniser knows {' and '.join(known)} only: emotion accuracy is among them.")
    tell(rows, notes)
    out.mkdir(parents=True, exist_ok=True)
    atomic_write(out / "metrics.json", json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    write_page(out, rows, systems, notes)
    print(f"In {out}: report.html (tables and pictures), metrics.json. It took {found['seconds_in_all']:.0f} s.")
    return out


def find_systems(cfg: DictConfig) -> list[System]:
    """What ``run``, ``ckpt_path`` or ``runs`` name; exactly one of them is given."""
    given = [key for key in ("run", "ckpt_path", "runs") if cfg[key]]
    if len(given) != 1:
        raise UserError(
            f"{' and '.join(given) or 'Nothing to evaluate is'} given: expected one of run=FOLDER, ckpt_path=FILE or"
            " runs=[FOLDER,FOLDER]."
        )
    only = emotions.parse(cfg.emotion) if cfg.emotion else None
    if cfg.weights not in ("last", "best"):
        raise UserError(f"weights={cfg.weights} is unknown: expected last or best.")
    if cfg.ckpt_path and cfg.weights != "last":
        raise UserError(f"weights={cfg.weights} goes with run=FOLDER: ckpt_path={cfg.ckpt_path} names a file already.")
    if cfg.ckpt_path:
        return [of_checkpoint(Path(cfg.ckpt_path), only)]
    runs = [cfg.runs] if isinstance(cfg.runs, str) else cfg.runs
    folders = [cfg.run] if cfg.run else list(runs)
    systems = [find_system(Path(folder), cfg.weights, only) for folder in folders]
    names = {system.name for system in systems}
    if len(names) < len(systems) or names & YARDSTICKS:  # folders of the same name in different places
        systems = [System(str(folder), system.sources) for folder, system in zip(folders, systems, strict=True)]
    return systems


def default_out(cfg: DictConfig, systems: list[System]) -> Path:
    """Beside what is measured."""
    if cfg.ckpt_path:
        return Path(cfg.ckpt_path).parent.parent / "evaluation"
    return Path(cfg.run or cfg.runs[0]) / ("comparison" if len(systems) > 1 else "evaluation")


def each_once(learnt: list[Faces]) -> Faces:
    """The training faces of the first system with each emotion."""
    parts: list[Faces] = []
    for faces in learnt:
        seen = torch.cat([part.emotions for part in parts]) if parts else torch.empty(0, dtype=torch.int64)
        parts.append(faces[~torch.isin(faces.emotions, seen)])
    return together(parts)


def generate(source: Source, emotion: Emotion, cfg: DictConfig) -> Faces:
    """``cfg.faces`` faces of one emotion."""
    trained = load_generator(source.weights)
    if emotion not in emotions.chosen(trained.emotion):
        raise UserError(
            f"{source.weights} draws {trained.emotion}, its run.json says {emotion}: put the right one there."
        )
    size = source.config["image_size"]
    place = EMOTIONS.index(emotion)
    shown = torch.full((cfg.faces,), place)
    images = draw(trained, latents_of(trained, cfg.faces, cfg.seed), pure(shown), cfg.median, cfg.truncation)
    if images.shape[-1] != size:
        raise UserError(f"{source.weights} draws {images.shape[-1]} pixels, its run.json says {size}.")
    # A conditional network draws the same people with every emotion: half samples keep them together.
    return Faces(images, shown, tuple(f"{source.weights} {k}" for k in range(len(images))))


def notes_on(rows: dict[str, Measured], comparison: Comparison, cfg: DictConfig, spoilt: list[str]) -> list[str]:
    """What a reader of the table must know."""
    reference = len(comparison.kept_aside)
    people = len(set(comparison.kept_aside.people))
    notes = [
        f"Everything is measured against {reference} real faces of {people} people kept aside."
        f" ± is a standard error from {cfg.bootstrap} half samples.",
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


def tell(rows: dict[str, Measured], notes: list[str]) -> None:
    """Print the tables."""
    console = Console(width=None if Console().is_terminal else 200)
    console.print(to_terminal(overall(rows), "All emotions"))
    if len(next(iter(rows.values())).emotions) > 1:
        console.print(to_terminal(of_emotions(rows), "Each emotion"))
    for note in notes:
        console.print(note, highlight=False)


def main(cfg: DictConfig) -> None:
    """The command."""
    evaluate(cfg)


if __name__ == "__main__":
    from emogan.cli.start import main as start

    start("evaluate")
