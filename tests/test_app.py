import builtins
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

import emogan.app
from emogan.cli.command import run
from emogan.config.verbs import is_this_machine


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run("app", [*arguments, "browser=false"]) == 2
    return capsys.readouterr().err.strip()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "faces.lab.org"])
def test_others_are_let_in_with_a_password_only(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = refused(capsys, f"host={host}")
    assert told.startswith(f"emogan: host={host} lets others reach the page: give a password as well, best as EMOGAN_")


def test_this_machine_has_some_names() -> None:
    assert [is_this_machine(host) for host in ("127.0.0.1", "127.0.0.2", "::1", "localhost")] == [True] * 4
    assert [is_this_machine(host) for host in ("0.0.0.0", "::", "localhost.org", "128.0.0.1")] == [False] * 4


@pytest.mark.parametrize(
    ("argument", "told"),
    [
        ("port=70000", "port=70000 is not usable: expected a whole number from 0 to 65,535"),
        ("most.faces=0", "most.faces=0 is not usable: expected a whole number from 1 to 10,000"),
        ("most.upload=0", "most.upload=0 is not usable: expected a number above 0, at most 1,000"),
        ("roots=[no-such-place]", "roots=no-such-place does not exist: expected folders of databases"),
        ("weights=no-such-place", "weights=no-such-place does not exist: expected packaged, "),
        ("password=''", "password= is not usable: expected a password, or null"),
        ("hosts=x", "app has no setting hosts: did you mean host=VALUE?"),
    ],
)
def test_wrong_settings_are_told(argument: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert told in refused(capsys, argument)


def test_a_port_that_somebody_has_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        told = refused(capsys, f"port={port}")
    assert told == (
        f"emogan: The page cannot be at host=127.0.0.1 port={port} (Address already in use): give port=0 for any that"
        " is free, or another host of this machine."
    )


def test_without_its_packages_the_command_says_how_to_have_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *others: Any, **more: Any) -> Any:
        if name.split(".")[0] == "uvicorn":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *others, **more)

    for name in [name for name in sys.modules if name.startswith(("uvicorn", "emogan.web"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", without)
    assert 'The page needs packages that are not installed: pip install "emogan[app]".' in refused(capsys)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_is_there_until_somebody_ends_it(ending: signal.Signals, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "emogan", "app", "host=0.0.0.0", "port=0", "browser=false", f"outputs={tmp_path}"]
    env = {**os.environ, "EMOGAN_PASSWORD": "olá"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env) as process:
        assert process.stdout is not None
        found = re.fullmatch(r"emogan is at (http://localhost:\d+/)  \(Ctrl-C ends it\)\n", process.stdout.readline())
        assert found
        assert process.stdout.readline().startswith("WARNING: others reach it too. It asks for the password, which is")
        asked = urllib.request.Request(f"{found[1]}api/emotions")
        asked.add_header("Authorization", "Basic eDpvbMOh")  # x:olá
        assert b"felicidade" in urllib.request.urlopen(asked, timeout=20).read()
        process.send_signal(ending)
        said, _ = process.communicate(timeout=30)
    if ending is signal.SIGINT:
        assert (process.returncode, said) == (0, "The page is closed.\n")
    else:
        assert (process.returncode, said) == (-signal.SIGTERM, "")


def test_where_this_machine_finds_the_page() -> None:
    found = [emogan.app.address_of(host, 80) for host in ("127.0.0.1", "::1", "0.0.0.0", "lab")]
    assert found == ["http://127.0.0.1:80/", "http://[::1]:80/", "http://localhost:80/", "http://lab:80/"]
