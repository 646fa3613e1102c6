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
