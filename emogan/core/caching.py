"""Where emogan remembers what takes long: decoded images, recognisers, pairs."""

import logging
import os
from pathlib import Path

from emogan.core.names import expanded

log = logging.getLogger(__name__)


def folder_of(setting: str | None) -> Path | None:
    """The folder that ``data.cache`` names: None for null, the user's cache for ``auto`` where there is a home."""
    if setting is None:
        return None
    if setting != "auto":
        return expanded(setting)
    if cache := os.environ.get("XDG_CACHE_HOME"):
        return Path(cache) / "emogan"
    home = expanded("~")
    if str(home) == "~":
        log.warning("There is no home folder: nothing is remembered; data.cache=FOLDER gives a place for it.")
        return None
    return home / ".cache" / "emogan"
