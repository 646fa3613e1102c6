"""A balancing in parts, for several machines that write into one folder.

Whole emotions each: a face is refused that is too like one of its emotion kept before, so that an emotion's faces are
judged one after the other, and those of another emotion play no part in it.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as as_safetensors

from emogan.balancing.filling import Filled
from emogan.balancing.manifest import Line
from emogan.balancing.plan import Need
from emogan.balancing.tree import Real, put
from emogan.runs.claim import is_claimed

LOCK = ".balancing.lock"  # of the whole
LOCKS = ".balancing_*of*.lock"  # of parts
PARTS = "filled_*.safetensors"  # a finished emotion each, until the parts are put together
FACTS, SHOWN = "filled", "shown"  # in such a file


def numbers(which: str) -> tuple[int, int]:
    """``2/8`` as part and parts."""
    part, parts = (int(number) for number in which.split("/"))
    return part, parts


def own_needs(missing: Sequence[Need], which: str) -> list[Need]:
    """The emotions of part ``which``, in their order: the largest first, each to whom has least to do."""
    part, parts = numbers(which)
    faces = [0] * parts
    own = []
    for need in sorted(missing, key=lambda need: -need.missing):
        least = faces.index(min(faces))
        faces[least] += need.missing
        if least == part - 1:
            own.append(need)
    return [need for need in missing if need in own]


def own_reals(reals: Sequence[Real], which: str) -> Sequence[Real]:
    """The real faces that part ``which`` copies."""
    part, parts = numbers(which)
    return reals[part - 1 :: parts]


def lock_of(which: str | None) -> str:
    """The name of the lock of a part; of the whole without one."""
    return LOCK if which is None else LOCKS.replace("*of*", which.replace("/", "of"))


def is_kept_out(out: Path, which: str | None) -> bool:
    """Whether another process works in ``out`` beside whom part ``which``, or the whole, may not."""
    others = [LOCK] if which else [path.name for path in out.glob(LOCKS)]
    return any(is_claimed(out, name) for name in others)


def keep(filled: Filled, asked: Mapping[str, Any], out: Path) -> int:
    """Write down what became of an emotion, for whoever puts the parts together; 1 if it was not there yet.

    Raises:
        OSError: when it cannot be written.
    """
    facts = {
        "asked": dict(asked),
        "lines": [asdict(line) for line in filled.lines],
        "drawn": filled.drawn,
        "refused": dict(filled.refused),
    }
    shown = {SHOWN: torch.stack(filled.shown)} if filled.shown else {}
    return int(put(_path(out, filled.need), as_safetensors(shown, {FACTS: json.dumps(facts, sort_keys=True)})))


def kept(need: Need, asked: Mapping[str, Any], out: Path) -> Filled | None:
    """What a part wrote down of an emotion; None where it did not, for other settings, or where a face is not there."""
    try:
        with safe_open(_path(out, need), "pt") as file:
            facts = json.loads(file.metadata()[FACTS])
            shown = list(file.get_tensor(SHOWN)) if SHOWN in file.keys() else []  # noqa: SIM118 (no mapping)
        lines = [Line(**line) for line in facts["lines"]]
        if facts["asked"] != asked or any(line.emotion != need.emotion.value for line in lines):
            return None
        if any(hashlib.sha256((out / line.file).read_bytes()).hexdigest() != line.sha256 for line in lines):
            return None
        return Filled(need, lines, int(facts["drawn"]), Counter(facts["refused"]), shown)
    except (OSError, SafetensorError, KeyError, TypeError, ValueError):
        return None


def are_left(out: Path) -> bool:
    """Whether parts wait in ``out`` to be put together."""
    return any(out.glob(PARTS))


def clear(out: Path) -> None:
    """Take away what parts wrote down, when all of it is in the lists of the whole, and their locks."""
    for path in (*out.glob(PARTS), *out.glob(LOCKS)):
        path.unlink()


def _path(out: Path, need: Need) -> Path:
    return out / PARTS.replace("*", need.emotion.value)
