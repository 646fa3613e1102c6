"""Files that are there whole or not at all."""

from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Write ``text`` beside its place and move it there; killed in between, what was there before stays."""
    part = path.with_suffix(".part")
    part.write_text(text)
    part.replace(path)
