"""Settings of ``balance`` and ``study``: databases with faces that are drawn."""

from typing import Annotated, Any

from emogan.config.data import Database
from emogan.config.drawn import Median, Truncation
from emogan.config.lists import emotion_names, numbers, some_of
from emogan.config.networks import Channels, ImageSize, LearningRate
from emogan.config.section import Part, Section
from emogan.config.spans import part
from emogan.config.values import (
    MOST_FACES,
    Debug,
    Folder,
    Raw,
    Seed,
    Share,
    choice,
    number,
    path,
    switch,
    target,
    whole,
)
from emogan.core.errors import UserError

# Ways to learn that a study compares
STUDY_ARMS = (
    *("plain", "oversampling", "weights", "augmentation", "focal", "mixup", "augmented_oversampling"),
    *("faces", "augmented_faces", "changed", "augmented_changed", "paper"),
)


class Balance(Section):
    out: Folder
    target: Annotated[int | str, target(), Raw()]
    by: Annotated[str, choice("gan", "translate", "both")]
    weights: Annotated[str | None, path("packaged, the folder of a run or a file of weights", or_null=True), Raw()]
    minutes: Annotated[float, number(0, 10**6, above=True)]
    plan: Annotated[bool, switch()]
    confidence: Share
    tries: Annotated[int, whole(1, 10_000)]
    real: Annotated[str, choice("copy", "link")]
    seed: Seed
    truncation: Truncation
    median: Median
    shard: Annotated[str | None, part(), Raw()]
    image_size: ImageSize
    channels: Channels
    debug: Debug
    data: Database
    recogniser: Part

    @classmethod
    def check_together(cls, settings: dict[str, Any]) -> None:
        if settings["shard"] is not None and settings["weights"] is None and settings["by"] != "translate":
            raise UserError(
                f"shard={settings['shard']} needs a network that is there: each part would specialise one of its own;"
                " give weights=packaged, or weights=RUN of emogan train init_from=packaged on this database."
            )
        if settings["by"] == "translate" and settings["weights"] is not None:
            raise UserError(
                f"weights={settings['weights']} is not usable with by=translate, which draws nobody: leave it out, or"
                " give by=gan or by=both."
            )


class Learning(Section):
    steps: Annotated[int, whole(1, 10**6)]
    batch: Annotated[int, whole(2, 100_000)]
    lr: LearningRate
    weight_decay: Annotated[float, number(0, 100)]


class Study(Section):
    out: Folder
    imbalances: Annotated[list[str], some_of("own", "one", "two", "fer2013")]
    short: Annotated[str | list[str], emotion_names("an emotion, or several as [raiva,medo]")]
    images: Annotated[int, whole(1, MOST_FACES)]
    arms: Annotated[list[str], some_of(*STUDY_ARMS)]
    recognisers: Annotated[list[str], some_of("small", "resnet18")]
    shares: Annotated[list[float], numbers(0, 100)]
    seeds: Annotated[int, whole(1, 1000)]
    looks: Annotated[list[str], some_of("clean", "hard")]
    training: Learning
    weights: Annotated[str | None, path("packaged, the folder of a run or a file of weights", or_null=True), Raw()]
    minutes: Annotated[float, number(0, 10**6, above=True)]
    confidence: Share
    tries: Annotated[int, whole(1, 10_000)]
    truncation: Truncation
    median: Median
    image_size: ImageSize
    channels: Channels
    workers: Annotated[int | None, whole(1, 1024, or_null=True)]
    debug: Debug
    data: Database
    recogniser: Part

    @classmethod
    def check_together(cls, settings: dict[str, Any]) -> None:
        if settings["data"].get("people") == "held_out":
            raise UserError(
                "data.people=held_out is not usable here: a study asks about the people who are kept aside, and learns"
                " from the others; leave it out."
            )
