import subprocess
import sys

import pytest
import torch

from emogan.core import machine


def test_a_precision_that_was_asked_for_is_kept() -> None:
    assert machine.pick_precision("32-true") == "32-true"


@pytest.mark.parametrize(("has", "precision"), [(True, "bf16-mixed"), (False, "32-true")])
def test_auto_is_bf16_only_with_units_for_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, has: bool, precision: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(machine, "cpu_has_bf16", lambda: has)
    with caplog.at_level("INFO"):
        assert machine.pick_precision("auto") == precision
    assert precision in caplog.text


STEPS = """
import resource, torch
from emogan.core.machine import keep_freed_memory
from emogan.networks.paper import PaperDiscriminator
{call}
network = PaperDiscriminator(64, 1, (2048, 2048, 1024), dropout=0.2)
optimizer = torch.optim.Adam(network.parameters(), fused=True)
def step():
    optimizer.zero_grad()
    network(torch.rand(8, 1, 64, 64)).sum().backward()
    optimizer.step()
for _ in range(5):
    step()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(5):
    step()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def test_steps_do_not_fault_their_buffers_in_again() -> None:
    faults = [
        int(subprocess.run([sys.executable, "-c", STEPS.format(call=call)], check=True, capture_output=True).stdout)
        for call in ("", "keep_freed_memory()")
    ]
    if faults[0] < 1000:
        pytest.skip("this C library keeps freed buffers anyway")
    assert faults[1] < faults[0] / 4


def test_memory_figures_are_bytes() -> None:
    assert 50e6 < machine.peak_memory() < machine.memory()


def test_it_imports_where_there_is_no_resource_module_and_no_sysconf() -> None:
    """As on Windows."""
    code = """
import os, sys
sys.modules["resource"] = None
del os.sysconf
from emogan.core import machine
import emogan.training.loop, emogan.runs.record
print(machine.peak_memory(), machine.memory() == sys.maxsize)
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.stdout.split() == ["0", "True"], ended.stderr


@pytest.mark.parametrize(
    ("count", "told"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 KB"), (180_400, "180 KB"), (3.25e9, "3.2 GB"), (5e12, "5000 GB")],
)
def test_sizes_have_a_unit_that_says_something(count: float, told: str) -> None:
    assert machine.size(count) == told
