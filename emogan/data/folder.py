"""Reader of any database that has a folder per emotion."""

from pathlib import Path

from emogan import emotions
from emogan.data.index import Face, Index, LeftOut, image_files
from emogan.errors import UserError


def read_folder(root: str | Path) -> Index:
    """All images under ``root``: the first folder below it names the emotion, in Portuguese, English or KDEF's code.

    A folder between the emotion and the image names the person; without one, the file name does.

    Raises:
        UserError: when ``root`` is not a folder, holds no image, or no folder in it is named after an emotion.
    """
    root = Path(root).expanduser()
    faces, left_out = [], []
    for path in image_files(root):
        emotion_folder, *people = path.relative_to(root).parts[:-1] or ("",)
        emotion = emotions.find(emotion_folder)
        if emotion is None:
            left_out.append(LeftOut(path, "it is in no folder named after one of the six emotions"))
        else:
            faces.append(Face(path, emotion, "/".join(people) or path.stem))
    if not faces:
        names = ", ".join(emotion.value for emotion in emotions.Emotion)
        raise UserError(f"data.root={root} has no folder named after an emotion: expected folders such as {names}.")
    return Index(root, faces, left_out)
