"""The database that is to be balanced: its real faces, and what is missing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from emogan.balancing.plan import Need, needs_of
from emogan.balancing.sieve import Sieve
from emogan.balancing.tree import Real, laid_out
from emogan.core.emotions import EMOTIONS
from emogan.core.errors import UserError
from emogan.core.names import printable
from emogan.data.decode import Framing
from emogan.data.face_set import Faces
from emogan.data.index import Index
from emogan.data.keeping import Keeping
from emogan.data.people import People, keep
from emogan.data.reals import read_usable
from emogan.recognition.cache import recogniser_of
from emogan.recognition.training import Recipe


@dataclass(frozen=True)
class Database:
    """What is balanced.

    Attributes:
        everybody: all usable faces, those of people who are kept aside included.
        digest: of ``everybody``.
        people: who may be learnt from.
        faces: theirs, as ``reals`` names them in the tree.
        needs: what is missing of each emotion.
    """

    everybody: Faces
    digest: str
    people: People
    faces: Faces
    reals: Sequence[Real]
    needs: Sequence[Need]

    @classmethod
    def read(cls, index: Index, framing: Framing, people: People, target: str | int, keeping: Keeping) -> "Database":
        """Decode all of ``index``; the balanced tree holds the faces of ``people``.

        Raises:
            UserError: when there is no such face, or ``target`` cannot be met.
        """
        chosen = {face.path for face in keep(index, people).faces}
        usable = read_usable(index, framing, keeping)
        places = [place for place, face in enumerate(usable.files) if face.path in chosen]
        if not places:
            raise UserError(
                f"No face under {printable(index.root)} is of data.people={people}: give data.people=all, or another"
                " folder with data.root=FOLDER."
            )
        faces = usable.faces[torch.tensor(places)]
        there = Counter(EMOTIONS[place] for place in faces.emotions.tolist())
        reals = laid_out([usable.files[place] for place in places])
        return cls(usable.faces, usable.digest, people, faces, reals, needs_of(there, target))

    @property
    def missing(self) -> list[Need]:
        """The emotions that are short."""
        return [need for need in self.needs if need.missing]

    def sieve(self, framing: Framing, recipe: Recipe, confidence: float, cache: Path | None) -> Sieve:
        """What generated faces must pass; its recogniser is trained, or remembered.

        Raises:
            UserError: when the database has too few people, emotions or faces of one.
        """
        if len(self.needs) < 2:
            raise UserError(
                f"The database shows {self.needs[0].emotion} only: a recogniser tells emotions apart, so that it needs"
                " at least two; add images of another."
            )
        recogniser = recogniser_of(self.everybody, self.digest, framing, recipe, cache, self.people)
        return Sieve.of(recogniser, self.faces, confidence)
