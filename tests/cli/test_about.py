import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
import torch

from emogan.cli import about
from emogan.config.compose import conf_dir
from emogan.core import hardware, machine

ASK = "import sys; sys.argv = ['emogan', '--version']; from emogan.cli.start import main; import atexit;"
HEAVY = "atexit.register(lambda: print('heavy', {'torch', 'numpy', 'pytorch_lightning'} & {*sys.modules})); main()"


def test_the_versions_are_told_in_a_moment() -> None:
    began = os.times()
    done = subprocess.run([sys.executable, "-c", ASK + HEAVY], capture_output=True, text=True, check=True)
    ended = os.times()  # of the processor, whatever else the machine does
    assert ended.children_user + ended.children_system - began.children_user - began.children_system < 2
    assert "heavy set()" in done.stdout
    told = {line[:24].strip(): line[24:] for line in done.stdout.splitlines()}
    assert f"emogan {version('emogan')}" in told
    assert told["Python"].startswith(platform.python_version())
    assert (told["torch"], told["fastapi"]) == (version("torch"), version("fastapi"))  # an extra's as well
    assert "pytest" not in told
    assert told["settings"] == str(conf_dir())
    assert {"CPU", "GPU", "precision", "threads", "cache", "EMOGAN_TRUST"} <= told.keys()


def test_it_says_what_torch_finds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    text = about.text()
    assert str(tmp_path / "emogan") in text and "3 (OMP_NUM_THREADS)" in text
    if not torch.cuda.is_available():
        assert hardware.has_bf16_units() == machine.cpu_has_bf16()
        assert about.precision().split()[0] == machine.pick_precision("auto")
    assert hardware.torch_builds_for() == torch.version.cuda
    assert bool(hardware.gpus()) >= torch.cuda.is_available()


def test_what_the_system_says_of_a_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "cpuinfo").write_text("model name\t: Some CPU\nflags\t\t: fpu avx2 amx_tile\n\nmodel name\t: another\n")
    (tmp_path / "gpus/0000").mkdir(parents=True)
    (tmp_path / "gpus/0000/information").write_text("Model: \t\t NVIDIA H100\nIRQ: 1\n")
    monkeypatch.setattr(hardware, "CPUINFO", tmp_path / "cpuinfo")
    monkeypatch.setattr(hardware, "NVIDIA", tmp_path / "gpus")
    monkeypatch.setattr(hardware, "torch_builds_for", lambda: "13.0")
    hardware.cpuinfo.cache_clear()
    try:
        assert (hardware.cpu_name(), hardware.units()) == ("Some CPU", ["AVX2", "AMX"])
        assert hardware.has_bf16_units()
        assert about.gpu() == "NVIDIA H100 (torch was built for CUDA 13.0)"
        assert about.precision().startswith("bf16-mixed where the GPU has bf16 units")
    finally:
        hardware.cpuinfo.cache_clear()
