import json
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import which
from subprocess import run

import numpy as np
import pytest
from PIL import Image

from emogan.core.errors import UserError
from emogan.core.marking import CHANGED, OTHER_FACE, Mark
from emogan.sampling.sampler import Pictures
from emogan.sampling.video import EncodingError, ffmpeg, save_film, write_gif, write_mp4, write_webp

MARK = Mark("how it was made", OTHER_FACE)
STAND_IN = """#!{python}
import json, sys
from pathlib import Path
content = sys.stdin.buffer.read() if {reads} else b""
Path({told!r}).write_text(json.dumps([sys.argv[1:], len(content)]))
if {code}:
    sys.stderr.write("Unknown encoder 'libx264'\\n")
else:
    Path(sys.argv[-1].removeprefix("file:")).write_bytes(b"film" + content[:1])
sys.exit({code})
"""


@pytest.fixture
def frames() -> Pictures:
    return np.random.default_rng(0).integers(0, 256, (5, 17, 16, 1), dtype=np.uint8)


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Puts a command named ffmpeg on the path, which tells how it was called."""

    def made(code: int = 0, reads: bool = True) -> Path:
        command, told = tmp_path / "bin" / "ffmpeg", tmp_path / "told.json"
        command.parent.mkdir()
        command.write_text(STAND_IN.format(python=sys.executable, told=str(told), code=code, reads=reads))
        command.chmod(command.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", str(command.parent))
        return told

    return made


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_frames_come_back(kind: str, frames: Pictures, tmp_path: Path) -> None:
    path = tmp_path / f"x.{kind}"
    {"gif": write_gif, "webp": write_webp}[kind](frames, 10, path, MARK)
    with Image.open(path) as film:
        assert getattr(film, "n_frames") == 5 and film.size == (16, 17)  # noqa: B009 (mypy knows no n_frames)
        film.seek(3)
        film.load()
        assert film.info["duration"] == 100 and film.info["loop"] == 0
        assert np.abs(np.asarray(film.convert("L")).astype(int) - frames[3, :, :, 0]).max() <= 1
    assert [*tmp_path.iterdir()] == [path]


def test_films_say_that_they_are_synthetic(frames: Pictures, tmp_path: Path) -> None:
    write_gif(frames, 10, tmp_path / "x.gif", MARK)
    write_webp(frames, 10, tmp_path / "x.webp", MARK)
    with Image.open(tmp_path / "x.gif") as film:
        assert film.info["comment"] == MARK.comment.encode()
        assert MARK.comment.startswith(OTHER_FACE) and MARK.comment.endswith(": how it was made")
    with Image.open(tmp_path / "x.webp") as film:
        assert CHANGED.encode() in film.info["xmp"]


def test_mp4_is_the_commands_business(frames: Pictures, stand_in: Callable[..., Path], tmp_path: Path) -> None:
    told = stand_in()
    command = ffmpeg()
    assert command is not None
    write_mp4(frames, 12.5, tmp_path / "x.mp4", command, MARK)
    arguments, received = json.loads(told.read_text())
    assert received == 5 * 17 * 16 * 3
    for pair in (["-s", "16x17"], ["-r", "12.5"], ["-c:v", "libx264"], ["-pix_fmt", "yuv420p"], ["-f", "mp4"]):
        assert any(arguments[at : at + 2] == pair for at in range(len(arguments))), pair
    assert f"comment={MARK.comment}" in arguments
    assert (tmp_path / "x.mp4").read_bytes()[:4] == b"film"


@pytest.mark.parametrize("reads", [True, False])
def test_a_failing_command_is_quoted_and_leaves_nothing(
    reads: bool, stand_in: Callable[..., Path], tmp_path: Path
) -> None:
    stand_in(code=1, reads=reads)
    command = ffmpeg()
    assert command is not None
    many = np.zeros((50, 64, 64, 1), dtype=np.uint8)  # more than a pipe holds
    with pytest.raises(EncodingError, match="Unknown encoder 'libx264'"):
        write_mp4(many, 12, tmp_path / "x.mp4", command, MARK)
    assert not (tmp_path / "x.mp4").exists()
    with pytest.raises(UserError, match=r"x\.mp4 is not written: .*ffmpeg failed \(Unknown encoder"):
        save_film(many, 12, tmp_path / "x.mp4", MARK)


def test_without_the_command_there_is_a_word(frames: Pictures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UserError, match="for want of the command ffmpeg: install it"):
        save_film(frames, 12, tmp_path / "x.mp4", MARK)


@pytest.mark.skipif(which("ffmpeg") is None, reason="no ffmpeg here")
def test_a_real_mp4_is_h264(frames: Pictures, tmp_path: Path) -> None:
    save_film(frames, 10, tmp_path / "x.mp4", MARK)
    said = run(["ffmpeg", "-hide_banner", "-i", tmp_path / "x.mp4"], capture_output=True, text=True, check=False).stderr
    assert "Video: h264" in said and "yuv420p" in said and "16x18" in said
    assert OTHER_FACE in said
