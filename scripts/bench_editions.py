"""Editions of the packaged networks beside each other, against the packaged faces, none of whom they may have seen.

    emogan render out=people/one people=500 seed=2026 sessions=[A] size=small angles=[S] pairs=true quality=90
    emogan render out=people/two people=500 seed=2027 sessions=[B] size=small angles=[S] pairs=true quality=90
    python scripts/bench_editions.py --learnt people packaged outputs/train/todas/DATE_TIME

Editions are what weights= takes, or NAME=WEIGHTS. The reference is all 840 straight pictures of the 70 packaged people.
Two spaces: that of the packaged recogniser, and that of a small one which learnt from --learnt alone. The yardstick
"real" is as many of the people of --learnt. Faces are as strong as the reference's where an edition was taught
strengths.
"""

import argparse
from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn

from emogan.config.compose import compose_verb
from emogan.core import machine
from emogan.core.emotions import COUNT, EMOTIONS, Emotion
from emogan.data.cache import folder_of
from emogan.data.face_set import Faces
from emogan.data.faces import packaged_faces
from emogan.data.kdef import read_kdef
from emogan.data.keeping import Keeping
from emogan.data.reals import read_faces
from emogan.metrics.measuring import Looks, Row, Settings, measure, see
from emogan.metrics.packaged import FRAMING, PackagedFeatures, described
from emogan.recognition.cache import recogniser_of
from emogan.sampling.conditioning import graded, spread
from emogan.sampling.sampler import Sampler, draw, latents_of
from emogan.training.build import build_recipe

COLUMNS = ("kid", "precision", "recall", "density", "coverage", "accuracy", "copying")
SETTINGS = Settings(neighbours=5, subsets=100, subset_size=100, bootstrap=20, seed=1)
MEAN = 0.69  # strength of the packaged faces that are not neutral
PEOPLE = 70  # in every emotion, to ask who is who: as many as there are real ones
NEUTRAL = EMOTIONS.index(Emotion.NEUTRO)


def generated(sampler: Sampler, real: Faces, each: int, full: bool = False) -> Faces:
    """``each`` faces of every emotion, of other people each; as strong as the real ones, or all full."""
    parts = []
    for place in range(COUNT):
        shown = torch.full((each,), place)
        strengths = torch.ones(each)
        if sampler.trained.graded and not full:
            strengths = spread(real.strengths[real.emotions == place], each, place)
        latents = latents_of(sampler.trained, each, 100 + place)
        parts.append(draw(sampler.trained, latents, graded(shown, strengths), median=True))
    people = tuple(map(str, range(COUNT * each)))
    return Faces(torch.cat(parts), torch.arange(COUNT).repeat_interleave(each), people)


def same_person(faces: Tensor, features: PackagedFeatures) -> Tensor:
    """For each emotion (6,), of how many people the nearest neutral face is their own.

    Args:
        faces: (6 * people, c, h, w), emotion after emotion, in each the same people.
    """
    who = described(features.reader, faces).identity.view(COUNT, PEOPLE, -1)
    return (who @ who[NEUTRAL].T).argmax(2).eq(torch.arange(PEOPLE)).float().mean(1)


def in_turns(faces: Faces) -> Tensor:
    """The faces of a session in which everybody shows every emotion, as :func:`same_person` takes them."""
    order = sorted(range(len(faces)), key=lambda place: (int(faces.emotions[place]), faces.people[place]))
    return faces.images[order]


def some_people(faces: Faces, count: int) -> Faces:
    """The faces of ``count`` people."""
    names = sorted(set(faces.people))
    order = torch.randperm(len(names), generator=torch.Generator().manual_seed(1))[:count]
    chosen = {names[place] for place in order}
    return faces[torch.tensor([who in chosen for who in faces.people])]


def told(name: str, row: Row) -> str:
    """A row of the table."""
    cells = []
    for column in COLUMNS:
        value = row[column]
        by, form = (1000, ".1f") if column == "kid" else (100, ".1f")
        error = f" ± {by * value.error:{form}}" if value.error is not None else ""
        cells.append(f"{by * value.value:{form}}{error}")
    return f"| {name} | {' | '.join(cells)} |"


def main() -> None:
    """Print a table for each space."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("editions", nargs="+")
    parser.add_argument(
        "--learnt", type=Path, required=True, help="the rendered people that the last edition learnt from"
    )
    parser.add_argument("--each", type=int, default=500, help="faces of each emotion")
    parser.add_argument("--space", choices=("packaged", "small"), nargs="+", default=["packaged", "small"])
    asked = parser.parse_args()
    machine.keep_freed_memory()
    keeping = Keeping(folder_of("auto"), 2, 50)
    real, _ = read_faces(partial(packaged_faces, "S", None, None, None), FRAMING, keeping)
    learnt, digest = read_faces(partial(read_kdef, asked.learnt, "S", None, None, None, False), FRAMING, keeping)
    packaged = PackagedFeatures()
    spaces: dict[str, tuple[Looks, nn.Module | None]] = {}
    if "packaged" in asked.space:
        spaces["the packaged recogniser's"] = packaged, None
    if "small" in asked.space:
        recipe = build_recipe(compose_verb("evaluate", []))
        spaces["that of a small one, which learnt from the same people"] = (
            recogniser_of(learnt, digest, FRAMING, recipe, keeping.folder, "all"),
            None,
        )
    samplers = {}
    for named in asked.editions:
        name, _, weights = named.rpartition("=")
        samplers[name or weights] = Sampler.of(weights)
    drawn = {name: generated(sampler, real, asked.each) for name, sampler in samplers.items()}
    for title, (looks, feature) in spaces.items():
        print(
            f"\nSpace: {title}. {len(real)} real faces of {len(set(real.people))} people; KID x 1000, the rest in %.\n"
        )
        print(f"| | {' | '.join(COLUMNS)} |\n|{'---|' * (len(COLUMNS) + 1)}")
        reference, taught = see(real, looks, feature), see(learnt, looks, feature)
        others = see(some_people(learnt, 70), looks, feature)
        print(told("real, other people", measure(reference, others, reference, taught, SETTINGS)))
        for name, faces in drawn.items():
            seen = see(faces, looks, feature)
            print(told(name, measure(reference, seen, seen, taught, SETTINGS)), flush=True)
    print("\nNamed rightly at full strength, by the packaged recogniser; and the same person as neutral, in %:\n")
    print(f"| | | {' | '.join(map(str, EMOTIONS))} | all |\n|{'---|' * (COUNT + 3)}")
    session, _ = read_faces(partial(packaged_faces, "S", None, "A", None), FRAMING, keeping)
    shares = same_person(in_turns(session), packaged)
    print(f"| real, as strong as they are | same person | {cells(shares)} |")
    for name, sampler in samplers.items():
        faces = generated(sampler, real, PEOPLE, full=True)
        right = packaged.look(faces.images)[1].eq(faces.emotions).float().view(COUNT, -1).mean(1)
        print(f"| {name} | named | {cells(right)} |")
        latents = latents_of(sampler.trained, PEOPLE, 7)
        for title, strength in (("full", 1.0), (f"at {MEAN}, as the real ones are on average", MEAN)):
            places = torch.arange(COUNT).repeat_interleave(PEOPLE)
            weights = graded(places, torch.full((len(places),), strength if sampler.trained.graded else 1.0))
            shares = same_person(draw(sampler.trained, latents.repeat(COUNT, 1), weights, median=True), packaged)
            print(f"| {name} | same person, {title} | {cells(shares)} |")
            if not sampler.trained.graded:
                break


def cells(shares: Tensor) -> str:
    """Shares (6,) and their mean as cells of a table."""
    return " | ".join(f"{100 * share:.1f}" for share in [*shares, shares.mean()])


if __name__ == "__main__":
    main()
