"""What the machine has, as the system tells it: known at once, without importing torch."""

import os
import platform
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

CPUINFO, NVIDIA = Path("/proc/cpuinfo"), Path("/proc/driver/nvidia/gpus")  # Linux's
# Units that arithmetic is faster with, the widest last, by their names in /proc/cpuinfo.
UNITS = {
    "avx2": "AVX2",
    "avx512f": "AVX-512",
    "avx512_vnni": "AVX512-VNNI",
    "avx512_bf16": "AVX512-bf16",
    "amx_tile": "AMX",
    "amx_bf16": "AMX-bf16",
    "asimd": "NEON",
    "bf16": "bf16",
}
BF16 = ("avx512_bf16", "amx_tile")  # as :func:`emogan.core.machine.cpu_has_bf16` asks torch


@cache
def cpuinfo() -> dict[str, str]:
    """What Linux says of the first core; {} on other systems."""
    try:
        first = CPUINFO.read_text(encoding="utf-8", errors="replace").split("\n\n")[0]
    except OSError:
        return {}
    pairs = (line.partition(":")[::2] for line in first.splitlines())
    return {key.strip(): value.strip() for key, value in pairs}


def cpu_name() -> str:
    """The CPU's model, or its kind where the system does not tell."""
    return cpuinfo().get("model name") or platform.processor() or platform.machine()


def flags() -> set[str]:
    """The features that the CPU says it has, in Linux's words."""
    known = cpuinfo()
    return {*known.get("flags", known.get("Features", "")).split()}


def units() -> list[str]:
    """Those of :data:`UNITS` that the CPU has."""
    return [name for flag, name in UNITS.items() if flag in flags()]


def has_bf16_units() -> bool:
    """Whether the CPU multiplies bf16 in hardware."""
    return any(flag in flags() for flag in BF16)


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def gpus() -> list[str]:
    """NVIDIA's GPUs, by their models; [] where there is none, or on other systems than Linux."""
    told = []
    for card in sorted(NVIDIA.glob("*/information")) if NVIDIA.is_dir() else []:
        found = re.search(r"Model:\s*(.+)", card.read_text(encoding="utf-8", errors="replace"))
        told.append(found[1].strip() if found else "a GPU without a name")
    return told


def torch_builds_for() -> str | None:
    """The CUDA that the installed torch was built for; None: it knows CPUs only, or there is no torch."""
    spec = find_spec("torch")
    file = Path(spec.origin).with_name("version.py") if spec and spec.origin else None
    found = re.search(r"^cuda\b.*'([\d.]+)'", file.read_text(encoding="utf-8"), re.MULTILINE) if file else None
    return found[1] if found else None
