"""Verbs that are called like functions: ``from emogan import train; train("emotion=raiva", epochs=2)``.

The import system puts a verb's module into the package under the verb's name, over any function of that name there. So
the module itself can be called (https://docs.python.org/3/reference/datamodel.html#customizing-module-attribute-access).
"""

import inspect
import sys
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

from emogan.cli.calling import call


class VerbModule(ModuleType):
    """A module with a function of its own name that takes a config."""

    def __call__(self, *overrides: Any, **settings: Any) -> Any:
        """Call that function on the config composed from ``overrides`` and ``settings``.

        What it takes by name beside the config is handed on. See :func:`emogan.cli.calling.composed`.
        """
        verb = self.__name__.rpartition(".")[2]
        function: Callable[..., Any] = getattr(self, verb)
        takes = inspect.signature(function).parameters.values()
        named = {one.name for one in takes if one.kind is one.KEYWORD_ONLY}
        handed = {name: value for name, value in settings.items() if name in named}
        settings = {name: value for name, value in settings.items() if name not in named}
        return call(verb, partial(function, **handed), overrides, settings)


class FunctionModule(ModuleType):
    """A module with a function of its own name that takes what it is called with."""

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Call that function."""
        function: Callable[..., Any] = getattr(self, self.__name__.rpartition(".")[2])
        return function(*arguments, **named)


def callable_module(name: str, in_memory: bool = False) -> None:
    """Make a verb's module one that is called.

    Args:
        in_memory: its function is one for Python, not the command.
    """
    sys.modules[name].__class__ = FunctionModule if in_memory else VerbModule
