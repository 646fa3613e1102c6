import io
import subprocess
import sys

import pytest
from rich.table import Table

from emogan.cli.console import show
from emogan.core.console import say


def test_names_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("[red]x", title="/x/a[/b] :smile:")
    table.add_row("[/b] in a wide column")
    show(table)
    say("[bold]y[/b]")
    printed = capsys.readouterr().out
    assert all(text in printed for text in ("[red]x", "/x/a[/b] :smile:", "[bold]y[/b]"))


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_narrow_alphabet_is_no_obstacle(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", stream)
        say("KID ↓ 3 ± 1", "Jos\udce9.jpg")
        stream.flush()
    first, second = raw.getvalue().decode(encoding).splitlines()
    assert first in ("KID v 3 +- 1", "KID v 3 ± 1")
    assert second == "Jos\\udce9.jpg"


def test_a_closed_output_is_no_obstacle() -> None:
    code = "from emogan.core.console import say\nsay('x')"
    done = subprocess.run(["sh", "-c", '"$0" -c "$1" >&-', sys.executable, code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
