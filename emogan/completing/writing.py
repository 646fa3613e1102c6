"""Completed photographs as files, and a table of what was seen of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emogan.completing.drawing import Completion
from emogan.completing.photo import Hidden, Shown, completed
from emogan.core.console import Watch
from emogan.core.marking import COMPLETED, Mark
from emogan.recognition.photographs import Photographs, Which
from emogan.translating.photo import read_usable
from emogan.translating.written import Changes, Kept, Written, save_marked, suffix_for, write_each

KEPT = Kept("completed.csv", "complete.json", "Completions", "a covered face", ("hidden", "shows", "probability"))
AS_SEEN = "completed"


@dataclass(frozen=True, eq=False)
class Job:
    """What is wanted of every photograph.

    Attributes:
        shown: what faces are to show, by the name for files.
        hidden: where they are hidden.
        which: of the faces.
        settings: the command's, for the record.
    """

    shown: Mapping[str, Shown]
    hidden: Hidden
    which: Which
    settings: Mapping[str, Any]


def write_completions(found: Photographs, job: Job, out: Path, watch: Watch) -> Changes:
    """Complete the covered faces of every photograph; writes a file for each emotion, and a table.

    Raises:
        UserError: when the one photograph that was given shows no face, none that is covered, or cannot be read;
            nothing is written.
    """
    said: list[str] = []

    def one(path: Path, stem: str) -> Written:
        photograph = read_usable(path, job.which)
        files, seen = [], None
        for name, shown in job.shown.items():
            picture, seen = completed(photograph, job.hidden, shown)
            files.append(f"{stem}_{name}{suffix_for(path)}")
            save_marked(picture, out / files[-1], Mark(f"emogan complete: {name}", COMPLETED))
        assert seen
        said.extend(f"{found.name(path)}: {sentence(each)}" for each in seen)
        return Written(found.name(path), files, len(seen), facts=facts(seen[0]))

    return write_each(found, one, KEPT, job.settings, out, watch, said)


def facts(made: Completion) -> dict[str, str]:
    """Cells of the table."""
    emotion = max(made.shows, key=lambda name: made.shows[name])
    return {"hidden": f"{made.hidden:.2f}", "shows": emotion, "probability": f"{made.shows[emotion]:.2f}"}


def sentence(made: Completion) -> str:
    """What was seen of a face."""
    seen = facts(made)
    return f"{100 * made.hidden:.0f} % of a face hidden, what is visible shows {seen['shows']} ({seen['probability']})"
