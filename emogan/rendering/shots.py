"""Which photographs a database has: KDEF's names, the list of them all, and the part of it that a machine takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from emogan.core.emotions import Emotion


@dataclass(frozen=True, order=True)
class Shot:
    """One photograph of the database."""

    session: str  # A or B
    sex: str  # F or M
    number: int  # of the person, from 1 for each sex
    emotion: str  # Portuguese name
    angle: str  # FL HL S HR FR

    @property
    def person(self) -> str:
        """Who sits: ``F01``. Numbers above 99 simply take more digits."""
        return f"{self.sex}{self.number:02d}"

    @property
    def path(self) -> Path:
        """Path below ``KDEF``: ``AF01/AF01AFS.JPG``."""
        folder = f"{self.session}{self.person}"
        return Path(folder) / f"{folder}{Emotion(self.emotion).kdef}{self.angle}.JPG"


def plan(
    people: int, sessions: Sequence[str], emotions: Sequence[Emotion], angles: Sequence[str], angle_people: int
) -> list[Shot]:
    """All photographs of a database.

    Args:
        people: how many people; women and men alternate, so half of them (rounded up) are women.
        sessions: letters of the sessions.
        emotions: what each person shows.
        angles: "S" is frontal and taken of everyone; the others only of the first ``angle_people`` in session A.
        angle_people: for how many people the other angles are rendered.

    Returns:
        The shots, grouped by person and session because preparing a person costs as much as an image.
    """
    shots = []
    for person in range(people):
        sex, number = "FM"[person % 2], person // 2 + 1
        for session in sessions:
            for angle in angles:
                if angle == "S" or (person < angle_people and session == "A"):
                    shots += [Shot(session, sex, number, emotion.value, angle) for emotion in emotions]
    return shots


def batches(shots: Sequence[Shot]) -> list[list[Shot]]:
    """The shots of each person and session together, in order."""
    groups: dict[tuple[str, str, int], list[Shot]] = {}
    for shot in shots:
        groups.setdefault((shot.session, shot.sex, shot.number), []).append(shot)
    return list(groups.values())


def shard(shots: Sequence[Shot], which: str) -> list[Shot]:
    """Part ``which`` (``2/8``) of the shots: each is in exactly one of them, whole people and sessions together."""
    part, parts = (int(number) for number in which.split("/"))
    return [shot for group in batches(shots)[part - 1 :: parts] for shot in group]
