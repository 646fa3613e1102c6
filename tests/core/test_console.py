import io
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from emogan.core.console import Unbreakable, say, unbreakable_logging

TALK = """
import logging, sys
from rich.console import Console
from emogan.core.console import Unbreakable, say, unbreakable_logging
logging.basicConfig(stream=sys.stdout, level=logging.INFO)
console = Console(file=Unbreakable(sys.stdout))
with unbreakable_logging():
    for number in range(2000):
        say(f"epoch {number} é → 漢")
        logging.getLogger("x").info("epoch %d", number)
        console.print("bar ━━━")
open("done", "w").close()
"""


@pytest.mark.parametrize("where", ["| head -1", "> /dev/full", ">&-"])
def test_nothing_ends_where_nobody_listens(tmp_path: Path, where: str) -> None:
    (tmp_path / "talk.py").write_text(TALK, encoding="utf-8")
    script = f"{sys.executable} talk.py {where}; echo ${{PIPESTATUS[0]}} >&2"
    ended = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.stderr.endswith("0\n") and "Error" not in ended.stderr, ended.stderr
    assert (tmp_path / "done").exists()


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_what_an_alphabet_lacks_is_spelt_out(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding))
    say("avó → 漢")
    grandmother = "av\\xf3" if encoding == "ascii" else "avó"
    assert written.getvalue().decode(encoding) == f"{grandmother} -> \\u6f22\n"


def test_log_handlers_get_their_streams_back() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    try:
        with unbreakable_logging():
            stream.close()
            logging.getLogger("x").warning("nobody hears this")
        assert handler.stream is stream
    finally:
        logging.getLogger().removeHandler(handler)


def test_a_closed_stream_is_no_terminal() -> None:
    stream = io.StringIO()
    stream.close()
    assert not Unbreakable(stream).isatty() and not Unbreakable(None).isatty()
