"""Two configs side by side."""

from collections.abc import Mapping, Sequence
from typing import Any

# Where decoded images are kept: the same ones wherever that is.
_KEEPING = tuple(f"data.{module}{name}" for name in ("cache", "in_memory", "on_disk") for module in ("", "module."))
# What is of one command alone: where it writes, and what it goes on from.
OF_A_COMMAND = ("run_dir", "ckpt_path", "resume", "from_run", "debug", *_KEEPING)
# What says where a run is and not what it does. Images may have moved, since a digest tells whether they are the same.
PLACES = (
    *OF_A_COMMAND,
    "data.root",
    "data.read.root",
    "data.module.root",
    "data.module.read.root",
)
# What may change between a run and its continuation.
FREE = (*PLACES, "epochs", "minutes", "collapse", "grid", "checkpoint", "trainer")


def differences(
    had: Mapping[str, Any], has: Mapping[str, Any], free: Sequence[str] = FREE
) -> dict[str, tuple[Any, Any]]:
    """Settings that differ and are not ``free`` to, by dotted key: what they were and what they are."""
    old, new = dict(_flat(had)), dict(_flat(has))
    binding = sorted(key for key in old.keys() | new.keys() if not _is_below(key, free))
    found = {key: (old.get(key), new.get(key)) for key in binding if old.get(key) != new.get(key)}
    # Many values stand in several places: the outermost says it all.
    told: dict[tuple[str, str], str] = {}
    for key in sorted(found, key=lambda key: (key.count("."), key)):
        told.setdefault((key.rsplit(".", 1)[-1], str(found[key])), key)
    return {key: found[key] for key in sorted(told.values())}


def _is_below(key: str, names: Sequence[str]) -> bool:
    return any(key == name or key.startswith(f"{name}.") for name in names)


def _flat(settings: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for key, value in settings.items():
        pairs += _flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else [(prefix + key, value)]
    return pairs
