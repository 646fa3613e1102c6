"""Which emogan wrote what is read: every kept file says so."""

import re

import emogan
from emogan.core.errors import UserError

UNKNOWN = (0, 1)  # files of before versions were written


def check_version(written: object, what: object) -> None:
    """Refuse what a newer emogan wrote; whatever an older one wrote is read.

    Args:
        written: the version that a file names; anything that is no version counts as the first one.
        what: the file, for the message.

    Raises:
        UserError: when it is newer than this one, by more than its last number.
    """
    if release(written) > release(emogan.__version__):
        raise UserError(
            f"{what} was written by emogan {written}, this is {emogan.__version__}: update emogan to read it."
        )


def release(version: object) -> tuple[int, int]:
    """The first two numbers of a version: within them, files keep their format."""
    found = re.match(r"(\d{1,6})\.(\d{1,6})", version) if isinstance(version, str) else None
    return (int(found[1]), int(found[2])) if found else UNKNOWN
