"""What the faces of photographs do, as weights of ARKit's blendshapes, for any face that has these."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from emogan.core.errors import UserError
from emogan.data.reading import UnusableImageError
from emogan.exporting.motion import Frame
from emogan.recognition.photographs import NO_FACE, Photographs, read_photograph
from emogan.recognition.reading import ReadFace
from emogan.rendering.arkit import ARKIT, OWN

DIGITS = 4


@dataclass(frozen=True)
class Performance:
    """What photographs show, in their order: the largest face of each.

    Attributes:
        faces: number of the photograph from 0, its name, and its face.
        without: names of the others, with reasons.
    """

    faces: Sequence[tuple[int, str, ReadFace]]
    without: Mapping[str, str]

    @property
    def frames(self) -> list[Frame]:
        """The facial actions, for an animation."""
        return [(number, face.actions) for number, _, face in self.faces]

    def described(self, fps: float) -> dict[str, object]:
        """Plain values for a file of JSON: ARKit's weights in 0..1, and beside them those that only emogan has."""
        frames = [
            {
                "file": name,
                "seconds": round(number / fps, DIGITS),
                "emotion": face.emotion,
                "weights": _within(face.actions, ARKIT),
                "own": _within(face.actions, OWN),
            }
            for number, name, face in self.faces
        ]
        return {"fps": fps, "frames": frames, "without_a_face": dict(self.without)}


def _within(actions: Mapping[str, float], names: Sequence[str]) -> dict[str, float]:
    return {name: round(min(max(actions.get(name, 0.0), 0.0), 1.0), DIGITS) for name in names}


def perform(found: Photographs) -> Performance:
    """Read the largest face of each photograph.

    Raises:
        UserError: when none of them shows a face.
    """
    faces, without = [], {found.name(left.path): str(left) for left in found.left_out}
    for number, path in enumerate(found.files):
        name = found.name(path)
        try:
            read = read_photograph(path, "largest").faces
        except UnusableImageError as error:
            without[name] = str(error)
            continue
        if read:
            faces.append((number, name, read[0]))
        else:
            without[name] = NO_FACE
    if not faces:
        name, reason = next(iter(without.items()))
        raise UserError(f"No face drives the avatar ({name}: {reason}): expected photos= of at least one face.")
    return Performance(faces, without)
