"""Which emotion an image shows, by the folders it lies in and its own name."""

from collections.abc import Sequence
from dataclasses import dataclass

from emogan.core import emotions
from emogan.core.emotions import Emotion
from emogan.core.names import printable
from emogan.data.schemes import Known

TWO = "its path names two emotions"


@dataclass(frozen=True)
class Label:
    """What a path says.

    Attributes:
        emotion: None where it says nothing, or an expression that is none of the six.
        place: which of the folders says it, from 0; their number where it is the file's name.
        reason, detail: why there is no emotion, as in :class:`emogan.data.index.LeftOut`.
        note: what else the path says, where that was not followed.
    """

    emotion: Emotion | None
    place: int
    reason: str = ""
    detail: str = ""
    note: str = ""


def label_of(folders: Sequence[str], stem: str, known: Known | None) -> Label:
    """The emotion of an image in ``folders`` (from the outermost) under the name ``stem``.

    Words come before codes, names that say nothing else before names that say more, and what is nearer to the image
    before what is farther. Two different emotions in words are no label. A number is none either: people are numbered
    too, and other databases count emotions their own way.
    """
    parts = [*folders, stem]
    said = [emotions.spoken(part) for part in parts]
    for whole in (True, False):
        named = [
            (place, next(iter(one.named)))
            for place, one in enumerate(said)
            if len(one.named) == 1 and (one.whole or not whole or (place == len(folders) and _is_rafd(known)))
        ]
        kinds = {emotion for _, emotion in named}
        if len(kinds) > 1:
            first = [next((place, kind) for place, kind in named if kind is each) for each in kinds]
            words = sorted(f"{printable(parts[place])} ({kind or 'none of the six'})" for place, kind in first)
            return Label(None, len(folders), TWO, " and ".join(words))
        if named:
            return _checked(named[-1], folders, known)
    codes = [(place, emotions.coded(part)) for place, part in enumerate(parts)]
    if known and known.says_emotion:
        codes.append((len(folders), known.emotion))
        return _checked(codes[-1], folders, None)
    found = [(place, emotion) for place, emotion in codes if emotion is not None]
    return _checked(found[-1] if found else (len(folders), None), folders, None)


def _is_rafd(known: Known | None) -> bool:
    return known is not None and known.scheme == "RaFD"


def _checked(found: tuple[int, Emotion | None], folders: Sequence[str], known: Known | None) -> Label:
    place, emotion = found
    if emotion is None:
        if place == len(folders) and not folders:
            return Label(None, place, "it lies in no emotion's folder")
        return Label(None, place, f"its folder {printable('/'.join(folders))} is none of the six emotions")
    note = ""
    if known and known.says_emotion and known.emotion is not emotion:
        note = f"used as {emotion}, by its folder; by its name it is {known.emotion or 'none of the six'}"
    return Label(emotion, place, note=note)
