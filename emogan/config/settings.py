"""Checks of a config at the door, before hours of work."""

from collections.abc import Iterable
from math import isfinite
from typing import Any

from omegaconf import DictConfig, OmegaConf

from emogan.core.errors import UserError

# What a number must be: type, least value, and whether that value itself is allowed.
NUMBERS: dict[str, tuple[type[int] | type[float], float, bool]] = {
    "epochs": (int, 1, True),
    "batch_size": (int, 2, True),
    "lr": (float, 0, False),
    "latent_dim": (int, 1, True),
    "image_size": (int, 1, True),
    "channels": (int, 1, True),
    "samples_per_emotion": (int, 2, True),
    "seed": (int, 0, True),
    "ema_images": (int, 1, True),
    "grid.every": (int, 1, True),
    "grid.faces": (int, 1, True),
    "checkpoint.every_minutes": (float, 0, True),
    "checkpoint.share": (float, 0, False),
    "data.rotation": (float, 0, True),
    "data.warp": (float, 0, True),
    "data.zoom": (float, 1, True),
    "evaluate_every": (int, 1, True),
    "evaluate_faces": (int, 20, True),
    "minutes": (float, 0, False),
    "collapse": (float, 1, False),
    "recogniser.steps": (int, 2, True),
    "recogniser.batch": (int, 2, True),
    "faces": (int, 1, True),
    "neighbours": (int, 1, True),
    "subsets": (int, 1, True),
    "subset_size": (int, 2, True),
    "bootstrap": (int, 0, True),
    "penalties.real": (float, 0, True),
    "penalties.fake": (float, 0, True),
    "penalties.every": (int, 1, True),
    "specialising.people": (float, 0, True),
    "specialising.mean": (float, 0, True),
    "augment.strength.images": (int, 1, True),
    "augment.strength.every": (int, 1, True),
    "n": (int, 1, True),
    "first": (int, 0, True),
    "intensity": (float, 0, True),
    "truncation": (float, 0, True),
    "frames": (int, 2, True),
    "fps": (float, 0, False),
    "steps": (int, 1, True),
    "augment.light": (float, 0, True),
    "augment.scale": (float, 0, True),
    "augment.turn": (float, 0, True),
    "augment.strength.target": (float, -1, True),
    "model.generator.width": (int, 1, True),
    "model.generator.widest": (int, 1, True),
    "model.generator.style_dim": (int, 1, True),
    "model.discriminator.width": (int, 1, True),
    "model.discriminator.widest": (int, 1, True),
    "model.discriminator.features": (int, 1, True),
}
FRACTIONS = (
    *("b1", "b2", "data.flip", "data.crop_above"),
    *("augment.shift", "augment.contrast", "augment.hide", "augment.strength.start", "augment.strength.most"),
)
CHOICES = {"resume": (None, "auto"), "data.crop": ("face", "paper"), "data.border": ("border", "zeros")}
OPTIONAL = ("minutes", "samples_per_emotion", "ema_images", "evaluate_every")  # null means something


def check_settings(cfg: DictConfig) -> None:
    """Raise a UserError for the first setting that is missing or out of its range."""
    check_given(cfg)
    check_numbers(cfg, NUMBERS)
    check_fractions(cfg, FRACTIONS)
    for key in _there(cfg, CHOICES):
        value = OmegaConf.select(cfg, key)
        if value not in CHOICES[key]:
            raise _wrong(key, value, "one of " + ", ".join(str(c or "null") for c in CHOICES[key]))


def check_numbers(cfg: DictConfig, keys: Iterable[str]) -> None:
    """Raise a UserError for the first of ``keys`` whose value is not in its range of ``NUMBERS``."""
    for key in _there(cfg, keys):
        kind, least, inclusive = NUMBERS[key]
        value = OmegaConf.select(cfg, key)
        if not (value is None and key in OPTIONAL) and not _is_number(value, kind, least, inclusive):
            what = "a whole number" if kind is int else "a number"
            raise _wrong(key, value, f"{what} {'of at least' if inclusive else 'above'} {least}")


def check_fractions(cfg: DictConfig, keys: Iterable[str]) -> None:
    """Raise a UserError for the first of ``keys`` that is no number from 0 to 1 (an Adam beta: below 1)."""
    for key in _there(cfg, keys):
        value = OmegaConf.select(cfg, key)
        if not _is_number(value, float, 0, True) or value > 1 or (key in ("b1", "b2") and value == 1):
            raise _wrong(key, value, "a number from 0 to 1")


def check_switches(cfg: DictConfig, keys: Iterable[str]) -> None:
    """Raise a UserError for the first of ``keys`` that is neither true nor false."""
    for key in keys:
        if not isinstance(OmegaConf.select(cfg, key), bool):
            raise _wrong(key, OmegaConf.select(cfg, key), "true or false")


def check_given(cfg: DictConfig) -> None:
    """Raise a UserError for the first setting without a default that was not given."""
    for key in sorted(_missing(cfg)):
        raise UserError(f"{key} is missing: give it as {key}=VALUE{_hint(key)}.")


def _missing(node: DictConfig, prefix: str = "") -> list[str]:
    # OmegaConf.missing_keys follows interpolations, and fails at those that lead to a missing value.
    missing: list[str] = []
    for key in map(str, node):
        if OmegaConf.is_missing(node, key):
            missing.append(prefix + key)
        elif not OmegaConf.is_interpolation(node, key) and isinstance(node[key], DictConfig):
            missing += _missing(node[key], f"{prefix}{key}.")
    return missing


def _there(cfg: DictConfig, keys: Iterable[str]) -> list[str]:
    # Not every database has every setting: Fashion-MNIST has nothing to crop.
    return [key for key in keys if OmegaConf.select(cfg, key, default=_there) is not _there]


def _is_number(value: Any, kind: type[int] | type[float], least: float, inclusive: bool) -> bool:
    if isinstance(value, bool) or not isinstance(value, int if kind is int else int | float):
        return False
    return isfinite(value) and bool(value >= least if inclusive else value > least)


def _wrong(key: str, value: Any, expected: str) -> UserError:
    return UserError(
        f"{key}={'null' if value is None else value} is not usable: expected {expected}; change it with {key}=VALUE."
    )


def _hint(key: str) -> str:
    return ", the folder of your images" if key.endswith("root") else ""
