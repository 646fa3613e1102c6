"""Settings of databases: a section for each group in ``conf/data``, known by what reads it."""

from collections.abc import Container
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict

from emogan.config.lists import texts
from emogan.config.networks import BatchSize, Channels, ImageSize
from emogan.config.section import Built, OptionalPart, Part, Section, Target, builds, section
from emogan.config.values import (
    Cache,
    Folder,
    OptionalFolder,
    Raw,
    Seed,
    Share,
    choice,
    number,
    regular_expression,
    renamed,
    switch,
    whole,
)
from emogan.core.errors import UserError

Rotation = Annotated[float, number(0, 180)]
Border = Annotated[str, choice("border", "zeros")]
Warp = Annotated[float, number(0, 0.5)]
People = Annotated[str, choice("train", "held_out", "all")]
Crop = Annotated[str, choice("align", "square", "paper"), renamed("face", "square")]
WhichFace = Annotated[str, choice("largest", "only")]
Zoom = Annotated[float, number(1, 100)]
Samples = Annotated[int | None, whole(2, 10**7, or_null=True)]
PairPeople = Annotated[str, choice("train", "all")]
Workers = Annotated[int, whole(1, 1024)]
InMemory = Annotated[float, number(0, 10**6)]  # GB
OnDisk = Annotated[float, number(0, 10**6)]
Switch = Annotated[bool, switch()]


# Not every database has emotions: those that do say which (emogan.config.check).
Asked = Annotated[
    str | list[str] | None, texts("an emotion, several as [raiva,medo], or todas for all six", or_null=True)
]
Pattern = Annotated[str | None, regular_expression(), Raw()]
Filter = Annotated[str | list[str] | None, texts("a value, or several as [A,B] with at least one", or_null=True)]


@builds("emogan.data.variations.Variations")
class Variations(Target):
    flip: Share
    rotation: Rotation
    border: Border
    warp: Warp


@builds("emogan.data.decode.Framing")
class Framing(Target):
    image_size: ImageSize
    channels: Channels
    crop: Crop
    crop_above: Share
    zoom: Zoom
    faces: WhichFace


class Module(Target):
    """What every data module takes."""

    batch_size: BatchSize
    variations: Part
    centred: Switch
    seed: Seed
    emotion: Asked


@builds("emogan.data.datamodule.FaceDataModule")
class FaceModule(Module):
    read: Part
    people: People
    framing: Part
    samples_per_emotion: Samples
    graded: Switch
    partners: Switch
    cache: Cache
    in_memory: InMemory
    on_disk: OnDisk


@builds("emogan.data.fashion_mnist.FashionMnistDataModule")
class GarmentModule(Module):
    root: OptionalFolder
    samples: Samples
    image_size: ImageSize
    channels: Channels


@builds("emogan.training.pairs.PairDataModule")
class PairModule(Target):
    root: Folder
    people: PairPeople
    emotion: Asked
    cache: Cache
    workers: Workers
    batch_size: BatchSize
    seed: Seed


class Pairs(Section):
    """Rendered people with several expressions each."""

    root: Folder
    people: PairPeople
    cache: Cache
    workers: Workers
    module: OptionalPart


class Images(Section):
    """Images in memory, in random variations."""

    flip: Share
    rotation: Rotation
    border: Border
    warp: Warp
    centred: Switch
    module: OptionalPart


class Garments(Images):
    root: OptionalFolder


class Faces(Images):
    people: People
    crop: Crop
    crop_above: Share
    zoom: Zoom
    faces: WhichFace
    graded: Switch
    partners: Switch
    cache: Cache
    in_memory: InMemory
    on_disk: OnDisk
    framing: Part
    read: Part


class FolderFaces(Faces):
    root: Folder
    person: Pattern
    pattern: Pattern


class OwnFaces(Faces):
    """What a person's own function reads; settings beside these are its arguments, and its own business."""

    model_config = ConfigDict(extra="allow")
    root: OptionalFolder


class ShardFaces(Faces):
    root: Folder
    person: Pattern
    pattern: Pattern


class Fer2013Faces(Faces):
    root: Folder
    usage: Filter


class NamedFaces(Faces):
    """Faces whose names say who is shown and how."""

    angle: Filter
    sex: Filter
    session: Filter
    person: Filter


class KdefFaces(NamedFaces):
    root: Folder
    akdef: Switch


@builds("emogan.data.folder.read_folder")
class ReadFolder(Target):
    root: Folder
    person: Pattern
    pattern: Pattern


@builds("emogan.data.shards.read_shards")
class ReadShards(Target):
    root: Folder
    person: Pattern
    pattern: Pattern


@builds("emogan.data.fer2013.read_fer2013")
class ReadFer2013(Target):
    root: Folder
    usage: Filter


@builds("emogan.data.faces.packaged_faces")
class ReadPackaged(Target):
    angle: Filter
    sex: Filter
    session: Filter
    person: Filter


@builds("emogan.data.kdef.read_kdef")
class ReadKdef(ReadPackaged):
    root: Folder
    akdef: Switch


# The section of a group in conf/data, by its name and by what it builds.
GROUPS: dict[str, type[Section]] = {
    "faces": NamedFaces,
    "kdef": KdefFaces,
    "folder": FolderFaces,
    "fer2013": Fer2013Faces,
    "own": OwnFaces,
    "shards": ShardFaces,
    "fashion_mnist": Garments,
    "pairs": Pairs,
}
READERS: dict[str, type[Section]] = {
    "emogan.data.faces.packaged_faces": NamedFaces,
    "emogan.data.kdef.read_kdef": KdefFaces,
    "emogan.data.folder.read_folder": FolderFaces,
    "emogan.data.fer2013.read_fer2013": Fer2013Faces,
    "emogan.data.shards.read_shards": ShardFaces,
    "emogan.data.fashion_mnist.FashionMnistDataModule": Garments,
    "emogan.training.pairs.PairDataModule": Pairs,
}


def data_section(value: dict[str, Any]) -> type[Section] | None:
    """The section of a database's settings; None for a person's own data module."""
    for part in ("read", "module"):
        built = value.get(part)
        if isinstance(built, dict) and (section := READERS.get(str(built.get("_target_")))):
            return section
    return OwnFaces if isinstance(value.get("read"), dict) else None


def check_faces(data: Container[str]) -> None:
    """Raise a UserError for a database that is none of image files of faces."""
    if "read" not in data:
        there = ", ".join(f"data={name}" for name, section in GROUPS.items() if issubclass(section, Faces))
        raise UserError(f"This database is no folder of image files: expected one of {there}.")


Database = Annotated[dict[str, Any], BeforeValidator(section), Built(data_section, GROUPS)]
