"""The page as a program (TestClient), as a process, and in a browser."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser

from emogan.config.check import checked
from emogan.config.compose import compose_verb, plain
from emogan.web.server import application
from tests.web.browser import Watched, chromium


def settings_of(*overrides: str) -> dict[str, Any]:
    """The settings of ``emogan app``, checked."""
    return plain(checked("app", compose_verb("app", list(overrides))))


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A page with the packaged network, no runs and no databases."""
    outputs = tmp_path_factory.mktemp("outputs")
    with TestClient(application(settings_of(f"outputs={outputs}")), base_url="http://localhost") as found:
        yield found


@pytest.fixture
def open_page() -> Iterator[Callable[..., TestClient]]:
    """Opens a page with settings of its own; all are closed at the end."""
    opened: list[TestClient] = []

    def begin(*overrides: str) -> TestClient:
        found = TestClient(application(settings_of(*overrides)), base_url="http://localhost")
        found.__enter__()
        opened.append(found)
        return found

    yield begin
    for one in opened:
        one.__exit__(None, None, None)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page that the command serves, as a process of its own."""
    with serving(f"outputs={tmp_path_factory.mktemp('outputs')}") as address:
        yield address


class serving:  # noqa: N801
    """``emogan app`` on a free port, ended as a person does."""

    def __init__(self, *overrides: str, env: dict[str, str] | None = None) -> None:
        command = [sys.executable, "-m", "emogan", "app", "port=0", "browser=false", *overrides]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, **(env or {})}
        )

    def __enter__(self) -> str:
        assert self.process.stdout is not None
        said = ""
        for line in self.process.stdout:
            said += line
            if found := re.search(r"http://\S+/", line):
                return found[0]
        raise AssertionError(said)

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.communicate(timeout=30)


@pytest.fixture(scope="session")
def slow_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same, of a page that waits two seconds for a body."""
    with serving(f"outputs={tmp_path_factory.mktemp('outputs')}", "most.seconds=2") as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with chromium() as found:
        yield found


@pytest.fixture
def watched(browser: Browser) -> Iterator[Callable[..., Watched]]:
    """Opens pages in windows of their own. What a page complains about fails the test."""
    opened: list[Watched] = []

    def begin(address: str, **context: Any) -> Watched:
        opened.append(Watched(browser, address, **context))
        return opened[-1]

    yield begin
    for one in opened:
        one.context.close()
    assert [fault for one in opened for fault in one.faults] == []
