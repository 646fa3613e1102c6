"""What a recorded run amounts to on a command line, so that it can be gone on with.

Nothing that a record names is built: what builds things comes from ``conf/``, and must be what the record names.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from emogan.cli.calling import composed
from emogan.config.check import checked
from emogan.config.compare import differences
from emogan.config.compose import choices, conf_dir, plain
from emogan.config.places import PACKAGED
from emogan.config.raw import quoted, raw_settings
from emogan.config.verbs import VERBS
from emogan.core import emotions
from emogan.core.errors import UserError
from emogan.core.names import printable
from emogan.runs.folder import Run
from emogan.web.databases import is_below

# What says which choice of a group a run was made with: in the group's file, and in a run's settings.
TELLING = {
    "model": ("model.generator._target_", "model.generator._target_"),
    "data": ("read._target_", "data.read._target_"),
    "objective": ("_target_", "objective._target_"),
    "augment": ("_target_", "augment._target_"),
}
ROUNDS = 4  # one value may stand in several places, of which a comparison names one
FREE = ("epochs", "grid.every", "grid.faces", "checkpoint.every_minutes")  # may change, but are kept


def again(run: Run, roots: Sequence[Path], outputs: Path) -> list[str]:
    """The settings of ``run`` that are not the defaults, as on a command line.

    Args:
        roots: folders that its images may be in.
        outputs: the folder that a run it started from may be in.

    Raises:
        UserError: when it has settings that only its own command has, or its images are elsewhere.
    """
    record = run.record
    emotion = emotions.canonical(record.emotion)
    chosen = {group: _choice(group, record.setting(key), place) for group, (place, key) in TELLING.items()}
    if emotion is None or None in chosen.values():
        raise _of_its_own(run, "networks, images or emotions")
    base = [f"emotion={emotion}", *(f"{group}={name}" for group, name in chosen.items())]
    root, start = record.setting("data.root"), record.setting("init_from")
    if root is not None:
        _check_below(run, "images", root, roots)
        base.append(f"data.root={root}")
    if start not in (None, PACKAGED):
        _check_below(run, "first networks", start, [outputs.resolve()])
    raw = dict(raw_settings(VERBS["train"], "", chosen))
    kept = [f"{key}={record.setting(key)}" for key in FREE if type(record.setting(key)) in (int, float)]
    overrides, differing = [*base, *kept], dict[str, Any]()
    for _ in range(ROUNDS):
        cfg = checked("train", composed("train", overrides, {}))
        if not (differing := differences(record.config, plain(cfg))):
            return overrides
        _check_changeable(run, differing, cfg)
        overrides += [f"{key}={written(old, key in raw)}" for key, (old, _) in differing.items()]
    raise _of_its_own(run, ", ".join(differing))


def _choice(group: str, target: Any, place: str) -> str | None:
    for name in choices(group):
        if (
            target is not None
            and OmegaConf.select(OmegaConf.load(conf_dir() / group / f"{name}.yaml"), place) == target
        ):
            return name
    return None


def _check_changeable(run: Run, keys: Iterable[str], cfg: DictConfig) -> None:
    """Refuse settings that say what is built, and those that there are none of."""
    for key in keys:
        if any(part.startswith("_") for part in key.split(".")) or OmegaConf.select(cfg, key, default="…") == "…":
            raise _of_its_own(run, key)


def written(value: Any, raw: bool) -> str:
    """A plain value as on a command line; ``raw``: of a setting that is taken as it is typed."""
    if isinstance(value, list):
        return f"[{','.join(written(one, raw) for one in value)}]"
    if isinstance(value, str):
        return value if raw else quoted(value)
    return json.dumps(value)


def _check_below(run: Run, what: str, place: Any, roots: Sequence[Path]) -> None:
    try:
        inside = isinstance(place, str) and is_below(Path(place).resolve(), roots)
    except (OSError, ValueError):
        inside = False
    if not inside:
        name, told = printable(run.folder.path.name), printable(str(place))[:200]
        raise UserError(
            f"The {what} of {name} are not in a folder of this page ({told}): start emogan app with roots=[FOLDER], or"
            " go on in a terminal."
        )


def _of_its_own(run: Run, what: str) -> UserError:
    name, last = printable(run.folder.path.name), printable(run.folder.last)
    return UserError(
        f"{name} has settings of its own ({printable(what)[:200]}): go on in a terminal, with the command that it was"
        f" started with and ckpt_path={last}."
    )
