"""What ``emogan --version`` says: versions, what the machine can do, and what emogan makes of it; in a moment."""

import os
import platform
import re
from importlib.metadata import requires

from emogan.config.compose import conf_dir
from emogan.core import hardware
from emogan.core.caching import folder_of
from emogan.core.trust import TRUSTED
from emogan.core.versions import PACKAGES, versions

_EXTRA = re.compile(r"([\w.-]+).*extra == ['\"](?!dev|docs)")  # a requirement that is no tool of who works on emogan


def text() -> str:
    """A line for each thing that matters to whoever reports how it went."""
    names = dict.fromkeys((*PACKAGES, *extras()))
    found = versions(tuple(names))
    lines = {
        f"emogan {found['emogan']}": "",
        "Python": f"{found['python']} ({platform.platform()})",
        **{name: found[name] for name in names if name in found and name != "emogan"},
        "CPU": f"{hardware.cpu_name()}, {cpu()}",
        "GPU": gpu(),
        "precision": precision(),
        "threads": threads(),
        "cache": str(folder_of("auto") or "nowhere: there is no home folder") + " (data.cache=auto)",
        "settings": str(conf_dir()),
        TRUSTED: os.environ.get(TRUSTED, "").strip() or "nothing: files name emogan's own networks and databases only",
    }
    return "\n".join(f"{name:<24}{value}".rstrip() for name, value in lines.items())


def extras() -> list[str]:
    """The packages of emogan's extras."""
    return [found[1] for one in requires("emogan") or [] if (found := _EXTRA.match(one))]


def cpu() -> str:
    """How many cores there are for this process, and what they are fast at."""
    units = ", ".join(hardware.units()) or "features that the system does not tell"
    return f"{hardware.cores()} cores here, {units}"


def gpu() -> str:
    """The GPUs, and whether the torch that is installed knows them."""
    cards, cuda = ", ".join(hardware.gpus()) or "none", hardware.torch_builds_for()
    return f"{cards} (torch was built for {f'CUDA {cuda}' if cuda else 'CPUs alone'})"


def precision() -> str:
    """What ``trainer.precision=auto`` means here, as :func:`emogan.core.machine.pick_precision` has it."""
    if hardware.gpus() and hardware.torch_builds_for():
        return "bf16-mixed where the GPU has bf16 units, else 32-true (trainer.precision=auto)"
    return f"{'bf16-mixed' if hardware.has_bf16_units() else '32-true'} (trainer.precision=auto)"


def threads() -> str:
    """How many threads one process computes with."""
    asked = os.environ.get("OMP_NUM_THREADS", "").strip()
    return f"{asked} (OMP_NUM_THREADS)" if asked else "one a core, as torch counts them (OMP_NUM_THREADS is not set)"
