"""What cases stand on, made once: a database, a few good images, a finished run, a home of its own."""

import random
from pathlib import Path

from PIL import Image, ImageDraw

from hostile_cases.verbs import in_process

EMOTIONS = ("felicidade", "medo", "neutro", "raiva", "surpresa", "tristeza")
PEOPLE = 40  # of whom more than ten must be kept aside to measure on

NETWORKS = [
    "model.generator.width=8", "model.generator.widest=16", "model.generator.style_dim=12",
    "model.discriminator.width=8", "model.discriminator.widest=16", "model.discriminator.features=12",
]  # fmt: skip
TINY = [
    "data=folder", "data.crop=square", "latent_dim=8", "image_size=16", "batch_size=16", "samples_per_emotion=8",
    "grid.faces=6", "grid.every=2", "checkpoint.every_minutes=0", "evaluate_every=null", *NETWORKS,
]  # fmt: skip
QUICK = ["recogniser.steps=2", "recogniser.batch=8", "faces=20", "subsets=2", "subset_size=10", "bootstrap=2"]
EPOCHS = 2  # of the finished run


def faces(shared: Path) -> Path:
    """Forty drawn people with all six emotions, 32x32, a folder per emotion."""
    return shared / "faces"


def few(shared: Path) -> Path:
    """Three images of raiva and two of medo."""
    return shared / "few"


def run(shared: Path) -> Path:
    """A finished run of emotion=todas."""
    return shared / "run"


def training(shared: Path) -> list[str]:
    """The settings of that run."""
    return ["emotion=todas", f"data.root={faces(shared)}", *TINY]


def environment(shared: Path) -> dict[str, str]:
    """The environment of every process: a home and a cache of its own, one thread, a Ghostscript that tells on us."""
    return {
        "HOME": str(shared / "home"),
        "XDG_CACHE_HOME": str(shared / "cache"),
        "OMP_NUM_THREADS": "1",
        "PATH": f"{shared / 'bin'}:/usr/local/bin:/usr/bin:/bin",
        "COLUMNS": "200",
        "PYTHONUTF8": "1",
    }


def make(shared: Path) -> None:
    """Make them all.

    Raises:
        RuntimeError: when a good training or evaluation does not go through: then no case says anything.
    """
    chance = random.Random(1)
    for emotion in EMOTIONS:
        (faces(shared) / emotion).mkdir(parents=True)
        for person in range(PEOPLE):
            draw_face(emotion, chance).save(faces(shared) / emotion / f"p{person:02d}.png")
    for emotion, count in (("raiva", 3), ("medo", 2)):
        (few(shared) / emotion).mkdir(parents=True)
        for person in range(count):
            draw_face(emotion, chance, 64).save(few(shared) / emotion / f"q{person}.jpg")
    (shared / "home").mkdir()
    (shared / "bin").mkdir()
    ghostscript = shared / "bin" / "gs"
    ghostscript.write_text('#!/bin/sh\necho "$@" >> PWNED\n')
    ghostscript.chmod(0o755)
    for verb, arguments in (
        ("train", [*training(shared), f"epochs={EPOCHS}", f"run_dir={run(shared)}"]),
        ("evaluate", [*QUICK, f"run={run(shared)}", f"out={shared / 'evaluation'}"]),
    ):
        told = in_process(verb, arguments)
        if told.code:
            raise RuntimeError(f"emogan {verb} {' '.join(arguments)}: {told.text}")


def draw_face(emotion: str, chance: random.Random, size: int = 32) -> Image.Image:
    """A drawn face whose mouth tells the emotion; nothing in it is symmetric."""
    unit, place = size / 32, EMOTIONS.index(emotion)
    picture = Image.new("L", (size, size), chance.randint(150, 219))
    pen = ImageDraw.Draw(picture)
    pen.ellipse([unit * k for k in (5, 3, 27, 30)], fill=chance.randint(80, 129))
    pen.line([unit * k for k in (10, 18 + place, 22, 28 - place)], fill=10, width=max(1, int(2 * unit)))
    pen.line([unit * k for k in (9, 8, 13, 10)], fill=30, width=max(1, int(unit)))
    return picture
