"""Readers of databases named like KDEF; by default the synthetic faces that come with the project."""

from pathlib import Path

from emogan.data.index import Face, Index, LeftOut, image_files
from emogan.data.kdef import ANGLES, parse_name
from emogan.errors import UserError

PACKAGED = Path(__file__).parent / "packaged"


def packaged_faces(angle: str) -> Index:
    """The synthetic faces of the project, photographed at one ``angle`` ("S" is frontal)."""
    return read_kdef(PACKAGED, angle)


def read_kdef(root: str | Path, angle: str) -> Index:
    """All faces under ``root`` whose names follow KDEF's grammar, at one ``angle``.

    Raises:
        UserError: for an unknown angle, a folder that does not exist or one without images.
    """
    if angle not in ANGLES:
        raise UserError(f"data.angle={angle} is unknown: expected one of {', '.join(ANGLES)} (S is frontal).")
    root = Path(root).expanduser()
    faces, left_out = [], []
    for path in image_files(root):
        name = parse_name(path.stem)
        if name is None:
            left_out.append(LeftOut(path, "the name does not follow KDEF's grammar"))
        elif name.emotion is None:
            left_out.append(LeftOut(path, "disgust (DI) is not one of the six emotions"))
        elif name.angle != angle:
            left_out.append(LeftOut(path, f"its angle is {name.angle}, not {angle}"))
        else:
            faces.append(Face(path, name.emotion, name.person, name.sex, name.session, name.angle))
    return Index(root, faces, left_out)
