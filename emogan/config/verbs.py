"""Settings of every verb. Each is declared here and in the files beside this one, and nowhere else."""

from ipaddress import ip_address
from typing import Annotated, Any

from emogan.config.balancing import Balance, Study
from emogan.config.data import Asked, Database, Faces, Pairs, Samples, data_section
from emogan.config.drawn import FPS, INTENSITIES, NUMBERS, Emotions, Median, Truncation
from emogan.config.exporting import Export
from emogan.config.lists import emotion_names, letters, paths, shares, texts
from emogan.config.networks import LATENT_DIMS, TRANSLATING, BatchSize, Beta, Channels, ImageSize, LearningRate, Model
from emogan.config.photographs import Complete, Recognise, Translate
from emogan.config.section import Part, Section
from emogan.config.spans import part, span
from emogan.config.values import (
    MOST_FACES,
    Cache,
    Debug,
    Folder,
    OptionalFile,
    OptionalFolder,
    Raw,
    Seed,
    Several,
    Share,
    choice,
    number,
    path,
    switch,
    text,
    whole,
)
from emogan.core import emotions
from emogan.core.errors import UserError


class Grid(Section):
    every: Annotated[int, whole(1, 10**9)]
    faces: Annotated[int, whole(1, 10_000)]


class Checkpoint(Section):
    every_minutes: Annotated[float, number(0, 10**6)]
    share: Annotated[float, number(0, 1000, above=True)]


class Train(Section):
    emotion: Asked
    epochs: Annotated[int, whole(1, 10**9)]
    minutes: Annotated[float | None, number(0, 10**6, above=True, or_null=True)]
    batch_size: BatchSize
    lr: LearningRate
    b1: Beta
    b2: Beta
    latent_dim: Annotated[int | None, whole(*LATENT_DIMS, or_null=True)]  # null for networks without latents
    image_size: ImageSize
    channels: Channels
    samples_per_emotion: Samples
    seed: Seed
    ema_images: Annotated[int | None, whole(1, 10**9, or_null=True)]
    module: Part
    penalties: Part
    specialising: Part
    optimizer: Part
    grid: Grid
    evaluate_every: Annotated[int | None, whole(1, 10**9, or_null=True)]
    evaluate_faces: Annotated[int, whole(20, 100_000)]
    collapse: Annotated[float, number(1, 10**6, above=True)]
    checkpoint: Checkpoint
    init_from: Annotated[str | None, path("packaged, the folder of a run or a file of weights", or_null=True), Raw()]
    ckpt_path: OptionalFile
    resume: Annotated[str | None, choice("auto", or_null=True)]
    run_dir: OptionalFolder
    debug: Debug
    data: Database
    objective: Part
    augment: Part
    model: Model
    trainer: Part
    recogniser: Part

    @classmethod
    def check_together(cls, settings: dict[str, Any]) -> None:
        data, trainer = settings["data"], settings["trainer"]
        if trainer.get("max_epochs", settings["epochs"]) != settings["epochs"]:
            raise UserError(
                f"trainer.max_epochs={trainer['max_epochs']} is not usable: a training is as long as epochs=VALUE says."
            )
        if data.get("module") is None:
            raise UserError(
                "data.module=null is not usable: expected a data module with its settings, as in conf/data."
            )
        section = data_section(data)
        if (section is Pairs) != (settings["module"].get("_target_") == TRANSLATING):
            raise UserError(
                "model=translator learns from rendered pairs, and nothing else does: give model=translator and"
                " data.root=FOLDER, without data=, or neither."
            )
        if section is Pairs and (settings["image_size"], settings["channels"]) != (128, 1):
            raise UserError(
                f"image_size={settings['image_size']} channels={settings['channels']} is not usable with"
                " model=translator: pairs are read at 128 pixels in greyscale, leave both out."
            )
        unused = [name for name in ("samples_per_emotion", "evaluate_every") if settings[name] is not None]
        if section is Pairs and unused:
            raise UserError(f"{unused[0]}={settings[unused[0]]} is not usable with model=translator: leave it out.")
        if section is not None and issubclass(section, Faces):
            emotions.chosen(settings["emotion"])


class Generate(Section):
    emotion: Emotions
    mix: Annotated[dict[str, float] | None, shares()]
    intensity: Annotated[float, number(*INTENSITIES)]
    n: Annotated[int, whole(1, 10**12)]
    seed: Seed
    first: Annotated[int, whole(*NUMBERS)]
    truncation: Truncation
    median: Median
    weights: Annotated[str, path("packaged, the folder of a run or a file of weights"), Raw()]
    to: Annotated[str | None, emotion_names("one emotion", or_null=True)]
    frames: Annotated[int, whole(2, 1000)]
    fps: Annotated[float, number(*FPS)]
    project: OptionalFile
    steps: Annotated[int, whole(1, 100_000)]
    crop: Annotated[str, choice("align", "square")]
    crop_above: Share
    out: OptionalFolder
    debug: Debug


class Moved(Section):
    root: OptionalFolder


class Evaluate(Section):
    run: OptionalFolder
    ckpt_path: OptionalFile
    runs: Annotated[str | list[str] | None, paths("one folder or several as [A,B]", or_null=True), Several()]
    emotion: Emotions
    weights: Annotated[str, choice("last", "best")]
    faces: Annotated[int, whole(1, 1_000_000)]
    truncation: Truncation
    median: Median
    seed: Seed
    neighbours: Annotated[int, whole(1, 1000)]
    subsets: Annotated[int, whole(1, 100_000)]
    subset_size: Annotated[int, whole(2, 100_000)]
    bootstrap: Annotated[int, whole(0, 100_000)]
    cache: Cache
    data: Moved
    out: OptionalFolder
    debug: Debug
    recogniser: Part
    feature: Part


class Inspect(Section):
    image_size: ImageSize
    channels: Channels
    samples_per_emotion: Annotated[int, whole(1, 1000)]
    seed: Seed
    out: Folder
    debug: Debug
    data: Database


class Render(Section):
    out: Folder
    people: Annotated[int, whole(1, 100_000)]
    seed: Annotated[int, whole(0, 2**31 - 1)]
    sessions: Annotated[list[str] | str, letters("A", "B")]
    emotions: Annotated[list[str] | str, emotion_names("some emotions as [raiva,medo]")]
    angles: Annotated[list[str] | str, letters("S", "FL", "HL", "HR", "FR")]
    angle_people: Annotated[int, whole(0, 100_000)]
    look: Annotated[str, choice("studio", "wild")]
    strength: Annotated[list[float] | float, span(0.05, 1.2)]
    pairs: Annotated[bool, switch()]
    dense: Annotated[bool, switch()]
    size: Annotated[str, choice("full", "small")]
    width: Annotated[int | None, whole(32, 4096, or_null=True)]
    height: Annotated[int | None, whole(32, 4096, or_null=True)]
    samples: Annotated[int | None, whole(1, 4096, or_null=True)]
    quality: Annotated[int, whole(1, 95)]
    shard: Annotated[str | None, part(), Raw()]
    workers: Annotated[int | None, whole(1, 1024, or_null=True)]
    debug: Debug


class Report(Section):
    runs: Folder
    out: OptionalFolder
    debug: Debug


class Most(Section):
    faces: Annotated[int, whole(1, 10_000)]
    frames: Annotated[int, whole(2, 1000)]
    upload: Annotated[float, number(0, 1000, above=True)]
    steps: Annotated[int, whole(1, 100_000)]
    minutes: Annotated[float, number(0, 10**6, above=True)]
    balanced: Annotated[int, whole(1, MOST_FACES)]
    waiting: Annotated[int, whole(1, 1000)]
    seconds: Annotated[float, number(0, 3600, above=True)]


class App(Section):
    host: Annotated[str, text("the name or address of this machine, such as 127.0.0.1")]
    port: Annotated[int, whole(0, 65_535)]
    password: Annotated[str | None, text("a password", or_null=True)]
    names: Annotated[list[str] | str, texts("a name or several as [A,B]", or_none=True)]
    browser: Annotated[bool, switch()]
    weights: Annotated[str, path("packaged, the folder of a run or a file of weights"), Raw()]
    outputs: Folder
    roots: Annotated[list[str] | str, paths("one folder or several as [A,B]", or_none=True), Several()]
    most: Most
    debug: Debug

    @classmethod
    def check_together(cls, settings: dict[str, Any]) -> None:
        host = settings["host"]
        if settings["password"] is None and not is_this_machine(host):
            raise UserError(
                f"host={host} lets others reach the page: give a password as well, best as EMOGAN_PASSWORD=WORD before"
                " the command, where no list of processes shows it; or leave host out."
            )


def is_this_machine(host: str) -> bool:
    """Whether only this machine reaches a page at ``host``."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


VERBS: dict[str, type[Section]] = {
    "train": Train,
    "generate": Generate,
    "evaluate": Evaluate,
    "inspect": Inspect,
    "recognise": Recognise,
    "translate": Translate,
    "complete": Complete,
    "balance": Balance,
    "study": Study,
    "render": Render,
    "report": Report,
    "export": Export,
    "app": App,
}
