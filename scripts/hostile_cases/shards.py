"""Hostile tar files as shards beside a good one, and a damaged file of decoded images."""

import io
import tarfile
from collections.abc import Callable, Sequence
from pathlib import Path

from hostile_cases import fixtures, pictures
from hostile_cases.case import DONE, REFUSED, Bench, Case, Expected, Told

Parts = Sequence[tarfile.TarInfo | tuple[str, bytes]]
HUGE = 30 << 30  # bytes that a member claims


def cases() -> list[Case]:
    """All of them."""
    found = [beside(name, packed(*parts), says) for name, (parts, says) in MEMBERS.items()]
    found += [beside(name, content, says) for name, (content, says) in DAMAGED.items()]
    return [*found, alone("shards: a zip alone", b"PK\x03\x04" + bytes(600)), flipped()]


def header(name: str, kind: bytes = tarfile.REGTYPE, size: int = 0, target: str = "") -> tarfile.TarInfo:
    """A member without content."""
    info = tarfile.TarInfo(name)
    info.type, info.size, info.linkname = kind, size, target
    return info


def packed(*parts: tarfile.TarInfo | tuple[str, bytes]) -> bytes:
    """A tar file."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        for part in parts:
            if isinstance(part, tarfile.TarInfo):
                tar.addfile(part)
            else:
                tar.addfile(header(part[0], size=len(part[1])), io.BytesIO(part[1]))
    return file.getvalue()


def whole() -> bytes:
    """A shard without its end."""
    length = 512 + -(-len(FACE[1]) // 512) * 512
    return packed(FACE)[:length]


def claims(kind: bytes) -> bytes:
    """A header that claims 30 GB."""
    return header("medo/x.jpg", kind, HUGE).tobuf(tarfile.GNU_FORMAT)


FACE = ("medo/0.jpg", pictures.sound(".jpg"))
MEMBERS: dict[str, tuple[Parts, str]] = {
    "an absolute name": ([("/etc/medo/x.jpg", FACE[1])], "its name leads out of the shard"),
    "a name with ..": ([("medo/../../x.jpg", FACE[1])], "its name leads out of the shard"),
    "a symbolic link": ([header("medo/x.jpg", tarfile.SYMTYPE, target="/etc/passwd")], "a symbolic link"),
    "a hard link": ([header("medo/x.jpg", tarfile.LNKTYPE, target="/etc/passwd")], "a hard link"),
    "a device": ([header("medo/x.jpg", tarfile.CHRTYPE)], "a device"),
    "a pipe": ([header("medo/x.jpg", tarfile.FIFOTYPE)], "a pipe"),
    "text named .jpg": ([("medo/x.jpg", b"no image at all")], "corrupt"),
    "deep JSON": ([("x.jpg", FACE[1]), ("x.json", b"[" * 60_000)], "its .json cannot be read"),
}
DAMAGED: dict[str, tuple[bytes, str]] = {
    "torn": (whole()[:-700], "a torn shard"),
    "30 GB claimed": (whole() + claims(tarfile.REGTYPE), "32,212,254,720"),
    "a name of 30 GB": (whole() + claims(tarfile.GNUTYPE_LONGNAME), "a torn shard"),
    "attributes of 30 GB": (whole() + claims(tarfile.XHDTYPE), "a torn shard"),
    "noise after a member": (whole() + b"noise" * 500, "what follows is no tar file"),
    "a zip": (b"PK\x03\x04" + bytes(600), "a torn shard"),
}


def look(bench: Bench) -> Told:
    """Inspect the shards."""
    words = ["data=shards", "data.crop=square", f"data.root={bench.folder / 'shards'}", "out=out", "image_size=32"]
    return bench.call("inspect", words)


def beside(name: str, content: bytes, says: str) -> Case:
    """A hostile shard beside a good one, of which the face must be used."""

    def play(bench: Bench) -> Told:
        (bench.folder / "shards").mkdir()
        (bench.folder / "shards" / "good.tar").write_bytes(packed(("raiva/0.jpg", pictures.sound(".png"))))
        (bench.folder / "shards" / "x.tar").write_bytes(content)
        return look(bench)

    def check(bench: Bench, told: Told) -> str | None:
        used = (bench.folder / "out" / "files.csv").read_text("utf-8", "surrogateescape")
        return None if "good.tar/raiva/0.jpg" in used else "the good shard is not used"

    return Case(f"shards: {name}", play, Expected(DONE, (says,), check=check))


def alone(name: str, content: bytes) -> Case:
    """A database that is one such file."""

    def play(bench: Bench) -> Told:
        (bench.folder / "shards").mkdir()
        (bench.folder / "shards" / "x.tar").write_bytes(content)
        return look(bench)

    return Case(name, play, Expected(REFUSED, (r"x\.tar", "a torn shard")))


def flipped() -> Case:
    """A byte of the decoded images turned over between two trainings that read them from a file."""

    def play(bench: Bench) -> Told:
        base = [*fixtures.training(bench.shared), "epochs=1", "data.in_memory=0", "data.cache=cache"]
        first = bench.call("train", [*base, "run_dir=one"])
        for path in Path(bench.folder / "cache").glob("*.images"):
            content = bytearray(path.read_bytes())
            content[len(content) // 2] ^= 1
            path.write_bytes(content)
        return first if first.code else bench.call("train", [*base, "run_dir=two"])

    def check(bench: Bench, told: Told) -> str | None:
        losses: Callable[[str], bytes] = lambda run: (bench.folder / run / "losses.csv").read_bytes()  # noqa: E731
        return None if losses("one") == losses("two") else "trained on other images"

    return Case("shards: a byte of the decoded images", play, Expected(DONE, (r"\.images is torn",), check=check))
