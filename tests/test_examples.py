"""Every public name has an example, and all of them run."""

import doctest
import inspect
import logging
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType, ModuleType

import numpy as np
import pytest

import emogan
import emogan.api
from emogan.cli.module import FunctionModule

PAGE = Path(__file__).parents[1] / "docs" / "python.md"


def public() -> Iterator[tuple[str, object]]:
    """What ``emogan`` gives, with its classes' own methods and properties."""
    for name in emogan.__all__:
        found = getattr(emogan, name)
        if isinstance(found, ModuleType):  # a verb: its function for Python
            found = getattr(found if isinstance(found, FunctionModule) else emogan.api, name)
        yield name, found
        for inner, member in vars(found).items() if isinstance(found, type) else ():
            if not inner.startswith("_") and isinstance(member, FunctionType | property):
                yield f"{name}.{inner}", member


def test_every_public_name_has_an_example_that_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(logging.root, "level", logging.WARNING)  # as where nobody has asked to be told
    logging.root.manager._clear_cache()  # type: ignore[attr-defined]
    runner, wrong = doctest.DocTestRunner(), list[str]()
    # The run that others measure comes first.
    for name, one in sorted(public(), key=lambda pair: pair[0] != "train"):
        text = inspect.getdoc(one) or ""
        assert ">>> " in text, f"{name} has no example"
        test = doctest.DocTestParser().get_doctest(text, {"emogan": emogan, "np": np}, name, None, 0)
        runner.run(test, out=wrong.append)
    assert not wrong, "".join(wrong)


def test_every_public_name_is_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    missing = [name for name in emogan.__all__ if not any(f".{name}{end}" in text for end in ("\n", " "))]
    assert not missing
