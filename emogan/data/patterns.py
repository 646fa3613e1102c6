"""Regular expressions that say what a path means: ``data.pattern=`` and ``data.person=``."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from emogan.core.errors import UserError

GROUPS = ("emotion", "person", "sex", "session", "angle")
UNMATCHED = "its path does not match {}"
LONGEST = 200  # characters of an expression
SECONDS = 20.0  # for all paths of a database; 100,000 take less than one
_MATCHING = Path(__file__).with_name("matching.py")


@dataclass(frozen=True)
class Pattern:
    """A regular expression whose groups say what a path means.

    Attributes:
        setting: what it was given as, ``data.person`` or ``data.pattern``.
        text: as it was given.
        groups: the group of each meaning, by name or number.
    """

    setting: str
    text: str
    groups: Mapping[str, str | int]

    @classmethod
    def given(cls, setting: str, text: str | None, only: str | None = None) -> "Pattern | None":
        """The pattern of a setting, or None when there is none.

        Args:
            only: the one meaning that it has; then a single group needs no name.

        Raises:
            UserError: when it is no regular expression, is too long, or its groups have no meaning here.
        """
        if text is None:
            return None
        if len(str(text)) > LONGEST:
            raise UserError(
                f"{setting}={text!s:.60}… has {len(str(text))} characters: expected a regular expression of at most"
                f" {LONGEST}; give a shorter one."
            )
        try:
            compiled = re.compile(str(text))
        except (re.error, OverflowError, RecursionError) as error:
            raise UserError(f"{setting}={text} is no regular expression ({error}): expected {_like(only)}.") from error
        named = {key: key for key in compiled.groupindex}
        if only is not None and not named and compiled.groups == 1:
            return cls(setting, str(text), {only: 1})
        if not named or not set(named) <= ({only} if only else set(GROUPS)):
            raise UserError(f"{setting}={text} has other groups than expected: expected {_like(only)}.")
        return cls(setting, str(text), named)

    def search(self, below: Sequence[Path]) -> list[dict[str, str] | None]:
        """What the pattern finds in each path below the root, with ``/`` between folders; None where it does not match.

        In a process of its own: a command line's or a record's expression may take for ever.

        Raises:
            UserError: when it takes more than :data:`SECONDS`.
        """
        asked = json.dumps([self.text, [path.as_posix() for path in below]])
        command = [sys.executable, "-I", "-S", str(_MATCHING), str(SECONDS)]
        done = subprocess.run(command, input=asked, capture_output=True, text=True, encoding="ascii", check=False)
        if done.returncode:
            raise UserError(
                f"{self.setting}={self.text} takes more than {SECONDS:g} s to look through all paths: expected a"
                " regular expression without repeats inside repeats, such as (a+)+; give a simpler one."
            )
        return [None if match is None else self._told(match) for match in json.loads(done.stdout)]

    def _told(self, match: Mapping[str, str | None]) -> dict[str, str]:
        return {key: found for key, group in self.groups.items() if (found := match[str(group)])}


def _like(only: str | None) -> str:
    if only is None:
        named = ", ".join(f"(?P<{name}>…)" for name in GROUPS)
        return rf"one with some of the groups {named}, such as (?P<person>\w+)_(?P<emotion>[a-z]+)\.jpg"
    return rf"one with a group that is the {only}, such as ([^/_]+)_\d+\.jpg"
