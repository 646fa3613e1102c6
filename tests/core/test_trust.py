import sys
from pathlib import Path

import pytest

from emogan.core.errors import UserError
from emogan.core.trust import TRUSTED, trusted


@pytest.fixture
def named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a class in a file of a person's own that nobody has imported."""
    (tmp_path / "trusted_by_a_test.py").write_text("class Net:\n    pass\n\nvalue = 3\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delenv(TRUSTED, raising=False)
    return "trusted_by_a_test.Net"


@pytest.mark.parametrize(
    "listed", ["", ",", "trusted_by_a_test", "trusted_by_a_test.Ne", "x.trusted_by_a_test.Net", "*"]
)
def test_nothing_is_imported_that_is_not_listed(named: str, listed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TRUSTED, listed)
    for name in (named, "", None, 3, [named], {"_target_": named}):
        assert trusted(name) is None
    assert "trusted_by_a_test" not in sys.modules


def test_what_is_listed_is_found(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TRUSTED, f"mine.other, {named}")
    found = trusted(named)
    assert found is not None and found.__qualname__ == "Net"
    sys.modules.pop("trusted_by_a_test")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("trusted_by_a_test.Nett", "EMOGAN_TRUST=trusted_by_a_test.Nett is not found"),
        ("no_such_module.Net", "is not found .No module named 'no_such_module'.*PYTHONPATH=FOLDER"),
        ("trusted_by_a_test.value", "is not usable: expected a class or a function"),
        ("Net", "EMOGAN_TRUST=Net is not found"),
    ],
)
def test_what_is_listed_and_is_not_there_is_told(
    name: str, told: str, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TRUSTED, name)
    with pytest.raises(UserError, match=told):
        trusted(name)
