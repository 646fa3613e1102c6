"""Sections of a config, and which one a ``_target_`` means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from emogan.config.values import Raw, switch


def section(value: Any) -> Any:
    if not isinstance(value, dict):
        raise ValueError("a section with settings of its own, as in conf/")
    return value


class Section(BaseModel):
    """A section whose settings are all known; their defaults are in ``conf/``."""

    model_config = ConfigDict(extra="forbid", serialize_by_alias=True)
    _whole = model_validator(mode="before")(section)

    @classmethod
    def check_together(cls, settings: dict[str, Any]) -> None:
        """Raise a UserError for settings that are each in order and do not go together."""

    @classmethod
    def raw(cls) -> list[str]:
        """The settings that the command line takes as they are typed."""
        return [name for name, field in cls.model_fields.items() if any(isinstance(m, Raw) for m in field.metadata)]


class Target(Section):
    """A section that builds something; underscored keys are Hydra's."""

    to_build: str = Field(alias="_target_")
    partial: Annotated[bool, switch()] = Field(False, alias="_partial_")
    convert: str = Field("none", alias="_convert_")


S = TypeVar("S", bound=type[Section])

KNOWN: dict[str, type[Section]] = {}  # by what they build


def known(values: dict[str, Any]) -> type[Section] | None:
    """The section of what ``values`` build; None for a person's own class, whose arguments are its own business."""
    return KNOWN.get(str(values.get("_target_")))


@dataclass(frozen=True)
class Built:
    """Marks a section that is checked by what it builds.

    Attributes:
        section_of: finds the section that its values are of.
        by_choice: the sections of a group's choices; None: any of ``KNOWN``.
    """

    section_of: Callable[[dict[str, Any]], type[Section] | None] = known
    by_choice: Mapping[str, type[Section]] | None = None


Part = Annotated[dict[str, Any], BeforeValidator(section), Built()]
OptionalPart = Annotated[dict[str, Any] | None, BeforeValidator(lambda value: value and section(value)), Built()]


def builds(*targets: str) -> Callable[[S], S]:
    """Decorates the section of what ``targets`` name."""

    def register(section: S) -> S:
        KNOWN.update(dict.fromkeys(targets, section))
        return section

    return register
