"""What the machine can do, and what to tell it before heavy work."""

import ctypes
import logging
import os
import platform
import sys

import torch

log = logging.getLogger(__name__)


def pick_precision(asked: str) -> str:
    """``asked``, or for ``auto`` what this machine multiplies fastest in: bf16-mixed with bf16 units, else 32-true."""
    if asked != "auto":
        return asked
    if torch.cuda.is_available():
        fast, why = torch.cuda.is_bf16_supported(including_emulation=False), "the GPU"
    else:
        fast, why = cpu_has_bf16(), "the CPU"
    choice = "bf16-mixed" if fast else "32-true"
    log.info("Precision %s: %s %s bf16 units.", choice, why, "has" if fast else "has no")
    return choice


def cpu_has_bf16() -> bool:
    """Whether the CPU multiplies bf16 in hardware (AMX or AVX512-bf16); without that, bf16 is slower than fp32."""
    probes = (getattr(torch.cpu, name, None) for name in ("_is_amx_tile_supported", "_is_avx512_bf16_supported"))
    return any(probe is not None and probe() for probe in probes)


def keep_freed_memory() -> None:
    """Make glibc keep large buffers: else the kernel takes them back and clears them again at every step."""
    if platform.libc_ver()[0] != "glibc":
        return
    libc = ctypes.CDLL(None)
    trim_threshold, most_mapped_buffers, largest = -1, -4, 2**31 - 1
    libc.mallopt(most_mapped_buffers, 0)  # a threshold for mapping would do, but glibc refuses one above 32 MB
    libc.mallopt(trim_threshold, largest)


def sent(values: torch.Tensor, device: torch.device) -> torch.Tensor:
    """Values of the CPU on ``device``; a GPU goes on working meanwhile, and is not waited for."""
    if device.type == "cuda":
        return values.pin_memory().to(device, non_blocking=True)
    return values.to(device)


def peak_memory() -> int:
    """The most memory this process has held so far, in bytes; 0 where the system does not tell (Windows)."""
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def memory() -> int:
    """The machine's memory in bytes; ``sys.maxsize`` where the system does not tell (Windows): nothing is too large."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return sys.maxsize


def size(count: float) -> str:
    """So many bytes in the largest unit of which there is at least one: ``3.2 GB``, ``180 KB``."""
    units = ["bytes", "KB", "MB", "GB"]
    while count >= 1000 and len(units) > 1:
        count /= 1000
        del units[0]
    whole = units[0] == "bytes" or count >= 100
    return f"{count:.0f} {units[0]}" if whole else f"{count:.1f} {units[0]}"
