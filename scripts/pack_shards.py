"""Write a face database as WebDataset's shards, which emogan (data=shards) and the library webdataset read.

usage: python scripts/pack_shards.py FOLDER OUT [--data folder] [--megabytes 256] [--check] [SETTING=VALUE …]

Any database that emogan reads: --data is the group (folder, kdef, fer2013, shards), SETTING one of its settings, such
as data.angle=null. What is left out of the database is left out here. Each image goes in as it is, byte for byte, as
NUMBER.jpg (.png, …) with NUMBER.json, its emotion, person and what else is known, and NUMBER.cls, the number of its
emotion in classnames.txt, from 0. Images of a person lie together; shuffle as you read. --check reads the shards again
with webdataset (pip install webdataset) and with emogan, and compares every byte.
"""

import argparse
import hashlib
import io
import json
import sys
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from hydra.utils import instantiate

from emogan.config.check import checked
from emogan.config.compose import compose_verb
from emogan.config.data import check_faces
from emogan.config.raw import quoted
from emogan.core.emotions import EMOTIONS
from emogan.core.errors import UserError
from emogan.core.files import atomic, atomic_write
from emogan.data.formats import HEAD, kind_of
from emogan.data.index import Face
from emogan.data.reading import UnusableImageError
from emogan.data.said import CLASSES
from emogan.data.shards import read_shards

SUFFIX = {"JPEG": "jpg", "PPM": "pgm", "TIFF": "tif"}  # of the others: the kind itself
MB = 10**6


class Sample(NamedTuple):
    """An image file's bytes, and what is known of it."""

    image: bytes
    emotion: int
    said: dict[str, str]


def main() -> None:
    """Pack, and check where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", default="folder")
    parser.add_argument("--megabytes", type=int, default=256, help="of a shard")
    parser.add_argument("--check", action="store_true", help="read them again with webdataset")
    asked, settings = parser.parse_known_args()
    try:
        faces = faces_of(asked.data, asked.folder, settings)
        shards = write_shards(samples_of(faces), asked.out, asked.megabytes * MB)
    except UserError as error:
        sys.exit(str(error))
    print(f"{len(faces)} images in {len(shards)} shards in {asked.out}")
    if asked.check:
        print(compared(shards, asked.out))


def faces_of(data: str, folder: str, settings: list[str]) -> list[Face]:
    """The faces of a database."""
    cfg = checked("inspect", compose_verb("inspect", [f"data={data}", f"data.root={quoted(folder)}", *settings]))
    check_faces(cfg.data)
    return list(instantiate(cfg.data.read, _convert_="all")().faces)


def samples_of(faces: Iterable[Face]) -> Iterator[Sample]:
    """What is packed; an image that cannot be read is told, and left out."""
    for face in faces:
        assert face.emotion is not None
        words = {"emotion": face.emotion.value, "sex": face.sex, "session": face.session, "angle": face.angle}
        if not face.anonymous:
            words["person"] = face.person
        try:
            image = face.source.read()
        except UnusableImageError as error:
            print(f"Left out {face.path}: {error}", file=sys.stderr)
            continue
        yield Sample(image, EMOTIONS.index(face.emotion), {key: word for key, word in words.items() if word})


def write_shards(samples: Iterable[Sample], out: Path, most: int) -> list[Path]:
    """Write shards of about ``most`` bytes, and of one image at least, into ``out``, a new or an empty folder; each is
    there whole or not at all.

    Raises:
        UserError: when there is something in it already.
    """
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()):
        raise UserError(f"{out} is not empty: give a new folder.")
    atomic_write(out / CLASSES[0], "".join(f"{emotion.value}\n" for emotion in EMOTIONS))
    shards: list[Path] = []
    number, left = 0, iter(samples)
    ahead = next(left, None)
    while ahead is not None:
        shard = out / f"faces-{len(shards):06d}.tar"
        with atomic(shard) as part, tarfile.open(part, "w", format=tarfile.USTAR_FORMAT) as tar:
            full = False
            while ahead is not None and not full:
                for suffix, content in parts_of(ahead):
                    info = tarfile.TarInfo(f"{number:09d}.{suffix}")  # no time, no owner: the same bytes every time
                    info.size = len(content)
                    tar.addfile(info, io.BytesIO(content))
                number, ahead, full = number + 1, next(left, None), tar.offset >= most
        shards.append(shard)
    return shards


def parts_of(sample: Sample) -> list[tuple[str, bytes]]:
    """The members of a sample, by their suffixes."""
    kind = kind_of(sample.image[:HEAD]) or "img"
    said = json.dumps(sample.said, ensure_ascii=True).encode()
    return [(SUFFIX.get(kind, kind.lower()), sample.image), ("json", said), ("cls", str(sample.emotion).encode())]


def compared(shards: list[Path], out: Path) -> str:
    """What webdataset and emogan read of the shards, side by side."""
    import webdataset  # type: ignore[import-untyped]

    theirs = {}
    for sample in webdataset.WebDataset([str(shard) for shard in shards], shardshuffle=False, empty_check=False):
        (image,) = (sample[key] for key in sample if not key.startswith("__") and key not in ("json", "cls"))
        emotion = json.loads(sample["json"])["emotion"]
        assert EMOTIONS[int(sample["cls"])].value == emotion
        theirs[hashlib.sha256(image).hexdigest()] = emotion
    ours = {face.source.fingerprint(): str(face.emotion) for face in read_shards(out).faces}
    if ours != theirs:
        sys.exit(f"webdataset {webdataset.__version__} reads {len(theirs)} images, emogan {len(ours)}: not the same")
    return f"webdataset {webdataset.__version__} and emogan read the same {len(ours)} images and emotions"


if __name__ == "__main__":
    main()
