"""``render.json``: what all images of a folder share, so that a later start does not mix others in."""

import json
from dataclasses import asdict
from pathlib import Path

from emogan.core.errors import UserError
from emogan.core.files import atomic
from emogan.rendering.takes import Settings

NAME = "render.json"


def keep_to(folder: Path, settings: Settings, quality: int) -> None:
    """Write down what the images of a folder share, or see that it is what was written there before.

    Raises:
        UserError: when the folder was begun with other settings.
    """
    asked = json.loads(json.dumps({**asdict(settings), "quality": quality}))
    path = folder / NAME
    begun = _read(path)
    if begun is None:
        with atomic(path) as part:
            part.write_text(json.dumps(asked, indent=1) + "\n", encoding="utf-8")
        return
    for name, value in asked.items():
        if begun.get(name) != value:
            raise UserError(
                f"{folder} was begun with {_said(name, begun.get(name))}, not {_said(name, value)}: go on with its own"
                " settings, or give another folder with out=FOLDER."
            )


def _read(path: Path) -> dict[str, object] | None:
    """What a folder was begun with; nothing where nothing is known."""
    if not path.is_file():
        return None
    try:
        begun = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UserError(f"{path} is damaged: delete it, and go on with the settings that it had.") from error
    return begun if isinstance(begun, dict) else {}


def _said(name: str, value: object) -> str:
    return f"{name}={json.dumps(value).replace(' ', '')}"
