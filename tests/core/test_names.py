import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emogan.core.names import expanded, printable


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("avó, [1] (2).jpg", "avó, [1] (2).jpg"),
        (os.fsdecode(b"Jos\xe9.jpg"), "Jos\\xe9.jpg"),
        ("two\nlines\x1b[31m", "two\\nlines\\x1b[31m"),
    ],
)
def test_names_for_a_screen(name: str, shown: str) -> None:
    assert printable(name) == printable(Path(name)) == shown


@given(st.binary())
def test_any_name_can_be_written_as_utf8(name: bytes) -> None:
    shown = printable(os.fsdecode(name))
    shown.encode("utf-8")
    assert shown.isprintable()


def test_a_home_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ana")
    assert expanded("~/faces") == Path("/home/ana/faces")
    assert expanded("~nobody-of-this-name/faces") == Path("~nobody-of-this-name/faces")
