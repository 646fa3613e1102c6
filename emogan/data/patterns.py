"""Regular expressions that say what a path means: ``data.pattern=`` and ``data.person=``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from emogan.core.errors import UserError

GROUPS = ("emotion", "person", "sex", "session", "angle")
UNMATCHED = "its path does not match {}"


@dataclass(frozen=True)
class Pattern:
    """A regular expression whose groups say what a path means.

    Attributes:
        text: as it was given.
        groups: the group of each meaning, by name or number.
    """

    text: str
    groups: Mapping[str, str | int]

    @classmethod
    def given(cls, setting: str, text: str | None, only: str | None = None) -> "Pattern | None":
        """The pattern of a setting, or None when there is none.

        Args:
            only: the one meaning that it has; then a single group needs no name.

        Raises:
            UserError: when it is no regular expression, or its groups have no meaning here.
        """
        if text is None:
            return None
        try:
            compiled = re.compile(str(text))
        except (re.error, OverflowError, RecursionError) as error:
            raise UserError(f"{setting}={text} is no regular expression ({error}): expected {_like(only)}.") from error
        named = {key: key for key in compiled.groupindex}
        if only is not None and not named and compiled.groups == 1:
            return cls(str(text), {only: 1})
        if not named or not set(named) <= ({only} if only else set(GROUPS)):
            raise UserError(f"{setting}={text} has other groups than expected: expected {_like(only)}.")
        return cls(str(text), named)

    def search(self, below: Path) -> dict[str, str] | None:
        """What the pattern finds in a path below the root, with ``/`` between folders; None where it does not match."""
        match = re.search(self.text, below.as_posix())
        if match is None:
            return None
        return {key: found for key, group in self.groups.items() if (found := match[group])}


def _like(only: str | None) -> str:
    if only is None:
        named = ", ".join(f"(?P<{name}>…)" for name in GROUPS)
        return rf"one with some of the groups {named}, such as (?P<person>\w+)_(?P<emotion>[a-z]+)\.jpg"
    return rf"one with a group that is the {only}, such as ([^/_]+)_\d+\.jpg"
