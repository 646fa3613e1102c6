"""The verb ``evaluate``: ``python -m emogan.evaluate run=FOLDER``: how good the generated faces are, in numbers."""

if __name__ == "__main__":  # first, so that Ctrl-C is answered while all else is imported
    from emogan.cli.start import main as start

    start("evaluate")

from pathlib import Path
from typing import TYPE_CHECKING

from hydra.utils import instantiate
from omegaconf import DictConfig

from emogan.cli.console import show
from emogan.cli.module import callable_module
from emogan.config.check import checked
from emogan.config.compose import plain
from emogan.core.console import say
from emogan.core.errors import UserError
from emogan.core.folders import claimed
from emogan.core.trust import callable_named

if TYPE_CHECKING:
    from emogan.reports.evaluating import Evaluated
    from emogan.runs.systems import System


def evaluate(cfg: DictConfig) -> "Evaluated":
    """Measure the generators that ``cfg`` names; writes ``metrics.json`` and ``report.html``.

    Raises:
        UserError: for anything that cannot be measured.
    """
    cfg = checked("evaluate", cfg)
    folders = asked(cfg)
    names = [cfg.measures] if isinstance(cfg.measures, str) else cfg.measures
    own = {name: callable_named(name, "measures") for name in names}

    from emogan.data.keeping import Keeping
    from emogan.metrics.measuring import Settings
    from emogan.reports import evaluating
    from emogan.runs.folder import RunFolder
    from emogan.sampling.asked import Look

    systems = find(cfg, folders)
    settings = Settings(**{name: cfg[name] for name in ("neighbours", "subsets", "subset_size", "bootstrap", "seed")})
    feature = instantiate(cfg.feature).eval() if cfg.feature._target_ else None
    keeping = Keeping.of({"cache": cfg.cache, **cfg.data})
    method = evaluating.Method(settings, instantiate(cfg.recogniser), feature, keeping, cfg.data.root, own)
    drawn = evaluating.Drawn(cfg.faces, cfg.seed, Look(cfg.truncation, cfg.median))
    named = Path(folders[0])
    beside = RunFolder.containing(named) if cfg.ckpt_path else RunFolder(named)
    default = beside.path / "comparison" if len(folders) > 1 else beside.evaluation
    with claimed(cfg.out or default, default, ours=(evaluating.METRICS, evaluating.PAGE)) as out:
        return evaluating.evaluate(systems, drawn, method, out, plain(cfg))


def asked(cfg: DictConfig) -> list[str]:
    """The folders, or the one file, that ``run``, ``ckpt_path`` or ``runs`` name; exactly one of them is given."""
    given = [key for key in ("run", "ckpt_path", "runs") if cfg[key]]
    if len(given) != 1:
        raise UserError(
            f"{' and '.join(given) or 'Nothing to evaluate is'} given: expected one of run=FOLDER, ckpt_path=FILE or"
            " runs=[FOLDER,FOLDER]."
        )
    if cfg.ckpt_path and cfg.weights != "last":
        raise UserError(f"weights={cfg.weights} goes with run=FOLDER: ckpt_path={cfg.ckpt_path} names a file already.")
    named = cfg[given[0]]
    folders = [named] if isinstance(named, str) else list(named)
    places = [Path(folder).resolve() for folder in folders]
    if twice := [folder for folder, place in zip(folders, places, strict=True) if places.count(place) > 1]:
        raise UserError(f"runs names {twice[0]} twice: expected different folders.")
    return folders


def find(cfg: DictConfig, folders: list[str]) -> "list[System]":
    """The generators that are to be measured."""
    from emogan.core import emotions
    from emogan.reports.evaluating import named_apart
    from emogan.runs.systems import find_system, of_checkpoint

    only = emotions.chosen(plain(cfg)["emotion"]) if cfg.emotion else None
    if cfg.ckpt_path:
        return [of_checkpoint(Path(cfg.ckpt_path), only)]
    return named_apart([find_system(Path(folder), cfg.weights, only) for folder in folders], folders)


def main(cfg: DictConfig) -> None:
    """The command."""
    from emogan.core import machine

    machine.keep_freed_memory()
    evaluated = evaluate(cfg)

    from emogan.reports.measures import of_emotions, overall
    from emogan.reports.tables import to_rich

    rows = evaluated.rows
    show(to_rich(overall(rows)))
    if len(next(iter(rows.values())).emotions) > 1:
        show(to_rich(of_emotions(rows)))
    seconds = evaluated.found["seconds_in_all"]
    where = f"In {evaluated.folder}: report.html (tables and pictures), metrics.json. It took {seconds:.0f} s."
    say(*evaluated.notes, where)


callable_module(__name__)
