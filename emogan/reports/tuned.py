"""What came of a search for settings: the study that ``scripts/tune.py`` leaves in a folder, as tables and pictures."""

from collections import Counter
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from emogan.core.errors import UserError, missing_extra
from emogan.core.files import atomic_write
from emogan.core.tables import Table
from emogan.reports.coordinates import Axis, history_png, parallel_png
from emogan.reports.tables import to_markdown
from emogan.reports.text import shown

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial

DATABASE, NAME, TRIALS = "study.db", "emogan", "trials"  # in the folder of a study; its name in there; runs
PICTURES = ("study_history.png", "study_parallel.png")
BEST = 10  # trials in the table


def study_in(source: Path) -> "Study | None":
    """The study in a folder; None where there is none.

    Raises:
        UserError: when there is one that cannot be read, or Optuna is not installed.
    """
    path = source / DATABASE
    if not path.is_file():
        return None
    if find_spec("optuna") is None:
        raise missing_extra("optuna", "optuna")
    import optuna
    from sqlalchemy.exc import SQLAlchemyError

    try:
        # Tables are not made: a file of somebody else stays as it is.
        storage = optuna.storages.RDBStorage(f"sqlite:///{path}", skip_table_creation=True)
        study = optuna.load_study(study_name=NAME, storage=storage)
        study.get_trials()
    except (SQLAlchemyError, optuna.exceptions.OptunaError, KeyError, RuntimeError, ValueError) as error:
        raise UserError(f"{path} is no study of scripts/tune.py: take it away, or give another runs=FOLDER.") from error
    else:
        return study


def write_study(study: "Study", out: Path) -> str:
    """Write the pictures of a study into ``out``; gives its part of a page, in Markdown.

    Raises:
        OSError: when they cannot be written.
    """
    trials = study.get_trials()
    ended = sorted((one for one in trials if one.state.name == "COMPLETE"), key=lambda one: one.value or 0.0)
    states = Counter(one.state.name.lower() for one in trials)
    parts = ["## Settings that were tried\n", f"{', '.join(f'{n} {state}' for state, n in sorted(states.items()))}.\n"]
    for name in PICTURES:
        (out / name).unlink(missing_ok=True)  # of a former report
    if not ended:
        return "\n".join([*parts, "No trial has come to its end.\n"])
    settings = list(dict.fromkeys(name for one in trials for name in one.params))
    rows = [
        [str(one.number), f"{one.value:.4f}", *(_number(one.params.get(name)) for name in settings)]
        for one in ended[:BEST]
    ]
    parts.append(to_markdown(Table("Best", ("trial", "KID", *settings), rows)) + "\n")
    if weights := importance(study):
        told = [[name, f"{weight:.2f}"] for name, weight in weights.items()]
        parts += ["### How much each setting matters\n", to_markdown(Table("", ("setting", "importance"), told)) + "\n"]
        parts.append("By Optuna's PED-ANOVA: what tells the best tenth of the trials from the others.\n")
    atomic_write(out / PICTURES[0], history_png([(one.number, one.value, _last(one)) for one in trials]))
    axes = [_axis(name, ended) for name in settings if all(name in one.params for one in ended)]
    atomic_write(out / PICTURES[1], parallel_png(axes, [one.value or 0.0 for one in ended], "KID"))
    parts += [f"![{name.removesuffix('.png').replace('_', ' ')}]({name})\n" for name in PICTURES]
    return "\n".join(parts)


def importance(study: "Study") -> dict[str, float]:
    """How much each setting matters for KID, in shares of one; {} where the trials do not tell."""
    import optuna

    try:
        evaluator = optuna.importance.PedAnovaImportanceEvaluator()
        return dict(optuna.importance.get_param_importances(study, evaluator=evaluator))
    except (RuntimeError, ValueError):  # fewer than two trials, or all with the same values
        return {}


def _axis(name: str, trials: "Sequence[FrozenTrial]") -> Axis:
    values = [one.params[name] for one in trials]
    if any(isinstance(value, str) for value in values):
        words = sorted({str(value) for value in values})
        return Axis(name, [float(words.index(str(value))) for value in values], words=words)
    return Axis(
        name, [float(value) for value in values], log=bool(getattr(trials[0].distributions[name], "log", False))
    )


def _last(trial: "FrozenTrial") -> float | None:
    """The last KID of a trial that was given up."""
    found = trial.intermediate_values
    return found[max(found)] if trial.state.name == "PRUNED" and found else None


def _number(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else shown("-" if value is None else value)
