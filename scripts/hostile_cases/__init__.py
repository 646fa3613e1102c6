"""The cases of ``scripts/hostile.py``, a file for each kind, and what runs and judges them."""

import importlib

from hostile_cases.case import Case

# kind -> the modules that hold its cases, each with ``cases(seed)``
KINDS = {
    "images": ("images", "photographs"),
    "settings": ("settings", "paths"),
    "run folders": ("run_folders", "attacks"),
    "checkpoints": ("checkpoints",),
    "signals": ("signals", "outputs"),
}


def cases_of(kind: str, seed: int) -> list[Case]:
    """All cases of a kind; the same seed gives the same ones."""
    modules = (importlib.import_module(f"hostile_cases.{name}") for name in KINDS[kind])
    return [case for module in modules for case in module.cases(seed)]
