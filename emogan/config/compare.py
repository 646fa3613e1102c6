"""Two configs side by side."""

from collections.abc import Mapping
from typing import Any

# What may change between a run and its continuation. "run_dir" and "ckpt_path" say where it is; images may have moved,
# since a digest tells whether they are the same.
FREE = (
    "epochs",
    "minutes",
    "collapse",
    "grid",
    "checkpoint",
    "trainer",
    "run_dir",
    "ckpt_path",
    "resume",
    "debug",
    "data.cache",
    "data.module.cache",
    "data.in_memory",
    "data.module.in_memory",
    "data.on_disk",
    "data.module.on_disk",
    "data.root",
    "data.read.root",
    "data.module.root",
    "data.module.read.root",
)


def differences(had: Mapping[str, Any], has: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Settings that differ and may not, by dotted key: what they were and what they are."""
    old, new = dict(_flat(had)), dict(_flat(has))
    binding = sorted(key for key in old.keys() | new.keys() if not _is_free(key))
    found = {key: (old.get(key), new.get(key)) for key in binding if old.get(key) != new.get(key)}
    # Many values stand in several places: the outermost says it all.
    told: dict[tuple[str, str], str] = {}
    for key in sorted(found, key=lambda key: (key.count("."), key)):
        told.setdefault((key.rsplit(".", 1)[-1], str(found[key])), key)
    return {key: found[key] for key in sorted(told.values())}


def _is_free(key: str) -> bool:
    return any(key == free or key.startswith(f"{free}.") for free in FREE)


def _flat(settings: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for key, value in settings.items():
        pairs += _flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else [(prefix + key, value)]
    return pairs
