"""emogan: faces with an emotion from small generative adversarial networks.

From Python: ``emogan.load().faces("raiva")`` in memory, and the verbs as functions, such as ``emogan.train(...)``; see
:mod:`emogan.api`. Nothing heavy is imported before it is used.
"""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emogan.api import (
        Faces,
        Film,
        Generator,
        balance,
        complete,
        evaluate,
        export,
        generate,
        inspect,
        load,
        recognise,
        study,
        train,
        translate,
    )
    from emogan.core.emotions import Emotion
    from emogan.core.errors import UserError

__all__ = [
    "Emotion",
    "Faces",
    "Film",
    "Generator",
    "UserError",
    "balance",
    "complete",
    "evaluate",
    "export",
    "generate",
    "inspect",
    "load",
    "recognise",
    "study",
    "train",
    "translate",
]
__version__ = version("emogan")

_ELSEWHERE = {"Emotion": "emogan.core.emotions", "UserError": "emogan.core.errors"}


def __getattr__(name: str) -> Any:
    if name in import_module("emogan.cli.verbs").VERBS:  # modules that are called: emogan.cli.module
        return import_module(f"emogan.{name}")
    if name in __all__:
        return getattr(import_module(_ELSEWHERE.get(name, "emogan.api")), name)
    raise AttributeError(f"module 'emogan' has no attribute {name!r}")
