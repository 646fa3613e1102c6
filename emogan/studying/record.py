"""What a study's folder says of itself: ``study.json``, so that no cell of another study comes among its cells."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emogan.balancing.manifest import check_same
from emogan.core.errors import UserError
from emogan.core.files import as_json, atomic_write
from emogan.core.folders import check_unused
from emogan.core.renamed import as_now

NAME = "study.json"


def read(out: Path) -> dict[str, Any] | None:
    """What the study in ``out`` is about; None where there is nothing yet.

    Raises:
        UserError: when the folder holds something else.
    """
    path = out / NAME
    try:
        if path.is_file():
            found = json.loads(path.read_text(encoding="utf-8"))["about"]
            if not isinstance(found, dict):
                raise TypeError("it has other content")
            return as_now(found)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise UserError(f"{path} is no record of emogan study ({error!s:.80}): give another out=FOLDER.") from error
    check_unused(out)
    return None


def begin(out: Path, about: Mapping[str, Any], version: str) -> None:
    """Note what the study in ``out`` is about, or check that it is the same.

    Raises:
        UserError: when it is not.
    """
    plain = json.loads(json.dumps(about))
    found = read(out)
    if found is None:
        atomic_write(out / NAME, as_json({"emogan": version, "about": plain}))
    else:
        check_same(out, found, plain)
