"""WebDataset's shards: what they say is read, and nothing in them is trusted."""

import io
import json
import re
import tarfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from emogan.core.emotions import EMOTIONS, Emotion
from emogan.core.errors import UserError
from emogan.data.decode import Framing
from emogan.data.decoded import decode_all
from emogan.data.index import Index
from emogan.data.shards import read_shards
from tests.data.pictures import drawn_face

FRAMING = Framing(image_size=16, channels=1, crop="square", crop_above=0.5)
Content = bytes | tarfile.TarInfo


def face(seed: int, kind: str = "JPEG") -> bytes:
    content = io.BytesIO()
    drawn_face(seed, (20, 24)).save(content, kind)
    return content.getvalue()


def shard(path: Path, members: dict[str, Content]) -> Path:
    """A tar file of these members; a header alone is put in as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w") as tar:
        for name, content in members.items():
            if isinstance(content, tarfile.TarInfo):
                tar.addfile(content)
                continue
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


def sample(key: str, seed: int, **said: object) -> dict[str, Content]:
    return {f"{key}.jpg": face(seed), f"{key}.json": json.dumps(said).encode()}


def said(index: Index) -> list[tuple[str, str, str, bool]]:
    shown = [(face.path.relative_to(index.root).as_posix(), face) for face in index.faces]
    return [(name, str(face.emotion), face.person, face.anonymous) for name, face in shown]


def why(index: Index) -> dict[str, str]:
    return {item.path.relative_to(index.root).as_posix(): str(item) for item in index.left_out}


def test_samples_say_emotion_and_person(tmp_path: Path) -> None:
    shard(tmp_path / "b-1.tar", sample("0", 0, emotion="raiva", person="ana", other=[1]) | {"0.txt": b"a caption"})
    shard(
        tmp_path / "b-0.tar",
        {
            **sample("9", 1, emotion="HAPPY", person=7, sex="F"),
            "8.png": face(2, "PNG"),
            "8.cls": b"2\n",
            "7.webp": face(3, "WEBP"),
            "7.cls": b"medo",
            "sad/bia/1.jpg": face(4),
            "6.jpg": face(5),
            "6.cls": b"4",
            "5.jpg": face(6),
            "5.cls": b"disgust",
            **sample("sad/x", 7, emotion="surprise"),
        },
    )
    (tmp_path / "classnames.txt").write_text("anger\nfear\nhappiness\nsadness\n")
    (tmp_path / "notes.md").write_text("x")
    index = read_shards(tmp_path)
    assert said(index) == [
        ("b-0.tar/7.webp", "medo", "b-0.tar/7", True),
        ("b-0.tar/8.png", "felicidade", "b-0.tar/8", True),
        ("b-0.tar/9.jpg", "felicidade", "7", False),
        ("b-0.tar/sad/bia/1.jpg", "tristeza", "bia", False),
        ("b-0.tar/sad/x.jpg", "surpresa", "b-0.tar/sad/x", True),
        ("b-1.tar/0.jpg", "raiva", "ana", False),
    ]
    assert why(index) == {
        "b-0.tar/5.jpg": "its emotion disgust is none of the six",
        "b-0.tar/6.jpg": "its .cls is none of the 4 classes: 4",
        "b-1.tar/0.txt": "no image (txt)",
        "notes.md": "no shard (.md)",
    }
    assert index.faces[2].sex == "F"
    assert index.remarks == [
        "3 people are told apart by folders and what lies beside them; nothing says who 3 others show"
    ]
    decoded = decode_all([one.source for one in index.faces], FRAMING)
    alone = decode_all([one.source for one in read_shards(tmp_path / "b-1.tar").faces], FRAMING)
    assert len(decoded.images) == 6 and torch.equal(alone.images, decoded.images[5:])


def test_a_number_without_names_means_nothing(tmp_path: Path) -> None:
    shard(tmp_path / "a.tar", {"0.jpg": face(0), "0.cls": b"3", **sample("1", 1, emotion="medo")})
    assert why(read_shards(tmp_path)) == {
        "a.tar/0.jpg": "its .cls is a number, and no classnames.txt beside the shards says what it means: 3"
    }


def test_a_range_of_shards(tmp_path: Path) -> None:
    for number in range(12):
        shard(tmp_path / f"f-{number:03d}.tar", sample("0", number, emotion="medo", person=f"p{number}"))
    index = read_shards(f"{tmp_path}/f-{{002..010}}.tar")
    assert [one.person for one in index.faces] == [f"p{number}" for number in range(2, 11)]
    for name, told in (
        ("f-{000..013}.tar", r"means 14 shards, and 2 are not there, such as f-012\.tar: get them"),
        ("f-{9..2}.tar", r"means 0 shards: expected 1 to 100,000; turn the range round"),
        ("f-{0..999999999}.tar", r"means 1,000,000,000 shards"),
        ("f-{a..b}.tar", r"is no range of shards: expected \{000000\.\.000123\} in its name"),
    ):
        with pytest.raises(UserError, match=told):
            read_shards(tmp_path / name)


def test_a_pattern_tells_people_of_the_keys(tmp_path: Path) -> None:
    shard(tmp_path / "a.tar", {f"{who}_{number}.jpg": face(7 * number + place) for number in range(2)
                               for place, who in enumerate(("ana_happy", "rui_sad"))})  # fmt: skip
    index = read_shards(tmp_path, pattern=r"(?P<person>[a-z]+)_(?P<emotion>[a-z]+)_")
    assert [(one.person, one.emotion) for one in index.faces] == [
        *(("ana", Emotion.FELICIDADE),) * 2, *(("rui", Emotion.TRISTEZA),) * 2
    ]  # fmt: skip
    assert [one.person for one in read_shards(tmp_path, person="/([a-z]+)_").faces] == ["ana", "ana", "rui", "rui"]


def test_the_same_image_twice_counts_once(tmp_path: Path) -> None:
    shard(tmp_path / "a.tar", sample("0", 0, emotion="medo") | sample("1", 1, emotion="medo"))
    shard(tmp_path / "b.tar", sample("0", 0, emotion="medo") | sample("1", 1, emotion="raiva"))
    index = read_shards(tmp_path)
    assert [name for name, *_ in said(index)] == ["a.tar/0.jpg"]
    assert why(index)["b.tar/0.jpg"] == "the same image as another file: a.tar/0.jpg"
    assert why(index)["a.tar/1.jpg"] == "the same image stands for two emotions: b.tar/1.jpg"


def header(name: str, kind: bytes = tarfile.REGTYPE, size: int = 0, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.size, info.linkname = kind, size, target
    return info


def test_nothing_but_plain_files_inside_is_used(tmp_path: Path) -> None:
    shard(
        tmp_path / "a.tar",
        {
            **sample("good", 0, emotion="raiva"),
            "/etc/x.jpg": face(1), "../x.jpg": face(2), "a/../../y.jpg": face(3),
            "a//b.jpg": face(4), "a/b.jpg": face(5),
            "1": header("medo/soft.jpg", tarfile.SYMTYPE, target="/etc/passwd"),
            "2": header("medo/hard.jpg", tarfile.LNKTYPE, target="good.jpg"),
            "3": header("medo/null.jpg", tarfile.CHRTYPE), "4": header("medo/pipe.jpg", tarfile.FIFOTYPE),
            "5": header("medo/folder.jpg", tarfile.DIRTYPE), "6": header("medo/odd.jpg", b"Z"),
            "._good.jpg": b"x", "two.jpg": face(6), "two.seg.png": face(7, "PNG"), "two.cls": b"medo",
            "long.jpg": face(8), "long.json": b" " * 70_000, "bad.jpg": face(9), "bad.json": b"[" * 60_000,
            "list.jpg": face(10), "list.json": b"[1]",
        },
    )  # fmt: skip
    index = read_shards(tmp_path)
    assert [name for name, *_ in said(index)] == ["a.tar/good.jpg", "a.tar/two.jpg"]
    reasons = why(index)
    out = "its name leads out of the shard"
    assert [reasons[f"a.tar/{name}"] for name in ("etc/x.jpg", "../x.jpg", "a/../../y.jpg")] == [out] * 3
    assert reasons["a.tar/medo/soft.jpg"] == "no file: a symbolic link"
    assert reasons["a.tar/medo/hard.jpg"] == "no file: a hard link"
    assert reasons["a.tar/medo/null.jpg"] == "no file: a device"
    assert reasons["a.tar/medo/pipe.jpg"] == "no file: a pipe"
    assert reasons["a.tar/medo/odd.jpg"] == "no file: a kind that is not read"
    assert reasons["a.tar/._good.jpg"] == "hidden and system files and folders"
    assert reasons["a.tar/two.seg.png"] == "another image of the same sample: two.jpg"
    assert reasons["a.tar/long.jpg"] == "its .json cannot be read: it has more than 65,536 bytes"
    assert reasons["a.tar/bad.jpg"].startswith("its .json cannot be read: ")
    assert reasons["a.tar/list.jpg"] == "its .json cannot be read: it holds no {…}"
    assert reasons["a.tar/a/b.jpg"].startswith(("another image of the same sample", "its folder a is none"))


SECOND = 512 + -(-len(face(1)) // 512) * 512  # where the header of the second member of a shard is


def claims(size: int, kind: bytes = tarfile.REGTYPE) -> Callable[[bytes], bytes]:
    """A member with a header that claims ``size`` bytes, after what is there."""
    return lambda whole: (
        whole.rstrip(b"\0").ljust(-(-len(whole.rstrip(b"\0")) // 512) * 512, b"\0")
        + header("medo/x.jpg", kind, size).tobuf(tarfile.GNU_FORMAT)
        + b"short"
    )


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda whole: whole[:900], "the shard ends before it: it claims "),
        (lambda whole: whole[:900], "a torn shard: its end is missing, after 1 files"),
        (lambda whole: whole[: SECOND - 1], "a torn shard: unexpected end of data, after 1 files"),
        (lambda whole: whole[:SECOND] + b"x" * 512, "a torn shard: what follows is no tar file, after 1 files"),
        (claims(30 * 2**30), r"the shard ends before it: it claims 32,212,254,720 bytes"),
        (claims(30 * 2**30), r"a torn shard: its end is missing, after 3 files"),
        (claims(30 * 2**30, tarfile.GNUTYPE_LONGNAME), r"a torn shard: a header claims 32,212,\d+,\d+ bytes, after 2"),
        (claims(30 * 2**30, tarfile.XHDTYPE), r"a torn shard: a header claims 32,212,\d+,\d+ bytes, after 2"),
        (claims(-512), r"a torn shard"),
        (lambda whole: whole[:SECOND] + 3000 * (header("x", tarfile.GNUTYPE_LONGNAME, 512).tobuf() + bytes(512)),
         "a torn shard"),
    ],
)  # fmt: skip
def test_a_torn_shard_is_told_and_the_rest_used(damage: Callable[[bytes], bytes], told: str, tmp_path: Path) -> None:
    shard(tmp_path / "a.tar", sample("0", 0, emotion="raiva"))
    torn = shard(tmp_path / "b.tar", {"medo/1.jpg": face(1), "medo/1.json": b"{}"})
    torn.write_bytes(damage(torn.read_bytes()))
    tracemalloc.start()
    index = read_shards(tmp_path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert any(re.search(told, text) for text in why(index).values()), why(index)
    assert "a.tar/0.jpg" in {name for name, *_ in said(index)}
    assert peak < 20 * 2**20


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.tar", b"PK\x03\x04" + bytes(600), r"\(a\.tar: a torn shard: .*, after 0 files\)"),
        ("a.tar", b"", r"\(a\.tar: a torn shard: empty file, after 0 files\)"),
        ("a.tar", bytes(1024), r"has no image that says an emotion: expected members such as 000123\.jpg"),
        ("a.tar.gz", b"\x1f\x8b", r"holds no shard but a\.tar\.gz, a compressed shard: unpack it to a \.tar file"),
        ("a.jpg", b"x", r"holds no shard: expected files ending in \.tar"),
    ],
)  # fmt: skip
def test_what_is_no_shard(name: str, content: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=told):
        read_shards(tmp_path)


def test_a_shard_that_changes_is_not_read_on(tmp_path: Path) -> None:
    path = shard(tmp_path / "a.tar", sample("0", 0, emotion="raiva"))
    (one,) = read_shards(tmp_path).faces
    shard(path, sample("0", 1, emotion="raiva") | sample("1", 2, emotion="medo"))
    assert decode_all([one.source], FRAMING).faults == [("cannot be read", "the shard has changed since it was read")]


def test_every_emotion_by_its_place_in_a_file_of_names(tmp_path: Path) -> None:
    (tmp_path / "classes.txt").write_text("\n".join(emotion.value for emotion in EMOTIONS))
    shard(tmp_path / "a.tar", {f"{n}.{end}": face(n) if end == "jpg" else str(n).encode()
                               for n in range(6) for end in ("jpg", "cls")})  # fmt: skip
    assert [one.emotion for one in read_shards(tmp_path).faces] == list(EMOTIONS)
