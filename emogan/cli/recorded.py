"""``from_run=RUN`` among a command's words: in its place stands what that run's record says, before Hydra composes."""

from collections.abc import Sequence
from importlib import import_module

from emogan.config.raw import unquoted

FROM_RUN = "from_run"
VERB = "train"  # that has it


def with_record(verb: str, words: Sequence[str], ready: Sequence[str]) -> list[str]:
    """``ready`` behind the settings of the run that ``words`` name, if they name one.

    Args:
        words: the command's arguments as they were typed.
        ready: the same for Hydra.

    Raises:
        UserError: when that run cannot be trained again.
    """
    named = [one.partition("=")[2] for one in words if one.lstrip("+").startswith(f"{FROM_RUN}=")]
    if verb != VERB or not named or named[-1] in ("", "null"):
        return list(ready)
    recorded: list[str] = import_module(f"emogan.{verb}").recorded(unquoted(named[-1]), ready)  # verbs ask the rooms
    return recorded
