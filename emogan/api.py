"""emogan from Python, for notebooks, pages and other programs: docs/api.md shows it.

Faces in memory: :func:`load`. What a photograph shows, and would show with another emotion: :func:`recognise`,
:func:`translate`, :func:`complete`. The other functions are verbs of the command line, which write files: they take
settings by name, with the defaults, types and ranges of ``conf/``. None prints, and all raise
:class:`emogan.core.errors.UserError` for what the caller can put right.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from omegaconf import DictConfig

from emogan.balance import balance as _balance
from emogan.cli.calling import call
from emogan.complete import complete as complete  # a photograph with what is hidden drawn
from emogan.evaluate import evaluate as _evaluate
from emogan.export import export as _export
from emogan.generate import generate as _generate
from emogan.inspect import inspect as _inspect
from emogan.recognise import recognise as recognise  # what a photograph shows
from emogan.sampling.in_memory import Faces as Faces
from emogan.sampling.in_memory import Film as Film
from emogan.sampling.in_memory import Generator as Generator
from emogan.sampling.in_memory import load as load
from emogan.study import study as _study
from emogan.train import train as _train
from emogan.translate import translate as translate  # a photograph with other expressions

if TYPE_CHECKING:
    from pytorch_lightning import Callback

    from emogan.balancing.job import Balanced
    from emogan.exporting.places import Exported
    from emogan.reports.database import Inspected
    from emogan.reports.evaluating import Evaluated
    from emogan.sampling.writing import Generated
    from emogan.studying.files import Findings
    from emogan.training.loop import Result


def train(*overrides: str | DictConfig, callbacks: Sequence[Callback] = (), **settings: Any) -> Result:
    """Train a generator: ``train("emotion=raiva", epochs=2)``; the run folder and what ``run.json`` says.

    Args:
        overrides: as on the command line; or one config that Hydra composed.
        callbacks: Lightning's; once measured, ``kid`` and ``emotion_accuracy`` are in ``trainer.callback_metrics``.
        settings: values by the names of their settings: ``model="paper"``, ``data={"root": "faces"}``.

    Example:
        >>> small = {"image_size": 16, "samples_per_emotion": 4, "evaluate_every": None}
        >>> result = emogan.train("emotion=raiva", epochs=1, run_dir="my_run", **small)
        >>> result.folder.name, result.record.facts["images_seen"]
        ('my_run', 4)

    Raises:
        UserError: for anything that makes it impossible.
    """
    return call("train", partial(_train, callbacks=callbacks), overrides, settings)


def generate(*overrides: str | DictConfig, **settings: Any) -> Generated:
    """Write faces into a folder: ``generate("emotion=raiva", n=100)``; see :func:`train` for the arguments.

    Example:
        >>> made = emogan.generate("emotion=raiva", n=2, seed=7, out="two_faces")
        >>> [file.name for file in made.files]
        ['generate.json', 'grid.png', 'raiva_s7_0000.png', 'raiva_s7_0001.png']
    """
    return call("generate", _generate, overrides, settings)


def evaluate(*overrides: str | DictConfig, **settings: Any) -> Evaluated:
    """Measure runs: ``evaluate(run="outputs/train/raiva/…")``; see :func:`train` for the arguments.

    Example:
        >>> quick = {"steps": 2, "width": 8}  # all defaults where it is not for an example
        >>> evaluated = emogan.evaluate(run="my_run", faces=20, subsets=2, bootstrap=2, recogniser=quick)
        >>> sorted(evaluated.measures)
        ['copies of the training faces', 'my_run', 'noise', 'real, blurred', 'real, other people']
    """
    return call("evaluate", _evaluate, overrides, settings)


def inspect(*overrides: str | DictConfig, **settings: Any) -> Inspected:
    """Look at a database: ``inspect("data=folder", data={"root": "faces"})``; see :func:`train` for the arguments.

    Example:
        >>> inspected = emogan.inspect("data=faces", image_size=16, out="what_there_is")
        >>> [table.title for table in inspected.tables]
        ['Images', 'Sizes', 'Left out', 'Faces found']
    """
    return call("inspect", _inspect, overrides, settings)


def balance(*overrides: str | DictConfig, **settings: Any) -> Balanced:
    """Fill a database's short emotions: ``balance(data={"root": "faces"}, out="balanced")``; see :func:`train`.

    Example:
        >>> planned = emogan.balance("data=faces", out="balanced", target=150, plan=True, data={"person": "F01"})
        >>> planned.folder is None, planned.tables[0].title  # nothing was written
        (True, 'Faces')
    """
    return call("balance", _balance, overrides, settings)


def study(*overrides: str | DictConfig, **settings: Any) -> Findings:
    """Measure whether drawn faces help: ``study(data={"root": "faces"}, out="study")``; see :func:`train`.

    Example:
        >>> short = {"arms": ["plain"], "recognisers": "small", "imbalances": "one", "seeds": 1, "shares": [1]}
        >>> found = emogan.study(out="study", weights="packaged", workers=1, training={"steps": 2}, **short)
        >>> [table.title for table in found.tables]
        ['one, small: 12 images of raiva, up to 100 of the others']
    """
    return call("study", _study, overrides, settings)


def export(*overrides: str | DictConfig, **settings: Any) -> Exported:
    """Take a network or faces to other programs: ``export(out="generator.onnx")``; see :func:`train`.

    Example:
        >>> made = emogan.export(out="generator.safetensors", format="safetensors", weights="packaged")
        >>> [file.name for file in made.files]
        ['generator.safetensors', 'README.md']
    """
    return call("export", _export, overrides, settings)
