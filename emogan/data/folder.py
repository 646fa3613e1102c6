"""Reader of any database that has a folder per emotion."""

from collections.abc import Sequence
from pathlib import Path

from emogan.core import emotions
from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.data.index import Face, Index, LeftOut, image_files


def read_folder(root: str | Path) -> Index:
    """All images under ``root``, by the first of their folders named after an emotion: Portuguese, English, KDEF code.

    Folders between the emotion and the image name the person; without any, those above the emotion do; without those,
    the file's name does.

    Raises:
        UserError: when ``root`` is not a folder, holds no image, or no folder in it is named after an emotion.
    """
    root = Path(root).expanduser()
    paths, left_out = image_files(root)
    faces = []
    for path in paths:
        folders = path.relative_to(root).parts[:-1]
        place, emotion = emotion_among(folders)
        if emotion is None:
            nested = f"its folder {'/'.join(folders)} is none of the six emotions"
            left_out.append(LeftOut(path, nested if folders else "it lies in no emotion's folder"))
        else:
            person = "/".join(folders[place + 1 :] or folders[:place]) or path.stem
            faces.append(Face(path, emotion, person))
    if not faces:
        names = ", ".join(emotion.value for emotion in Emotion)
        raise UserError(
            f"data.root={root} has no folder named after an emotion: expected folders such as {names};"
            " rename yours, or give the folder that holds them."
        )
    return Index(root, faces, left_out)


def emotion_among(folders: Sequence[str]) -> tuple[int, Emotion | None]:
    """Place and emotion of the first folder that names one.

    A number is no name here, though the menu has numbers: people are numbered too, and other databases count
    emotions their own way.
    """
    for place, folder in enumerate(folders):
        emotion = None if folder.strip().isdigit() else emotions.find(folder)
        if emotion is not None:
            return place, emotion
    return len(folders), None
