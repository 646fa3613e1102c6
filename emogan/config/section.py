"""Sections of a config, and which one a ``_target_`` means."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from emogan.config.values import Raw, switch


def _section(value: Any) -> Any:
    if not isinstance(value, dict):
        raise ValueError("a section with settings of its own, as in conf/")
    return value


class Section(BaseModel):
    """A section whose settings are all known; their defaults are in ``conf/``."""

    model_config = ConfigDict(extra="forbid", serialize_by_alias=True)
    _whole = model_validator(mode="before")(_section)

    @classmethod
    def raw(cls) -> list[str]:
        """The settings that the command line takes as they are typed."""
        return [name for name, field in cls.model_fields.items() if any(isinstance(m, Raw) for m in field.metadata)]


class Target(Section):
    """A section that builds something; underscored keys are Hydra's."""

    to_build: str = Field(alias="_target_")
    partial: Annotated[bool, switch()] = Field(False, alias="_partial_")
    convert: str = Field("none", alias="_convert_")


class Built:
    """Marks a section that is checked by what it builds; what is not among ``KNOWN`` is a person's own business."""


Part = Annotated[dict[str, Any], BeforeValidator(_section), Built()]
OptionalPart = Annotated[dict[str, Any] | None, BeforeValidator(lambda value: value and _section(value)), Built()]
S = TypeVar("S", bound=type[Section])

KNOWN: dict[str, type[Section]] = {}


def builds(*targets: str) -> Callable[[S], S]:
    """Decorates the section of what ``targets`` name."""

    def register(section: S) -> S:
        KNOWN.update(dict.fromkeys(targets, section))
        return section

    return register
