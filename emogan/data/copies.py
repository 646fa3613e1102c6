"""The same image twice in a database: told, and counted once."""

from collections import defaultdict
from dataclasses import replace

from emogan.core.names import printable
from emogan.data.decode import Framing, decode
from emogan.data.index import Face, Index, LeftOut
from emogan.data.reading import UnusableImageError

COPY = "the same image as another file"
TWO_EMOTIONS = "the same image stands for two emotions"
_TINY = Framing(image_size=8, channels=1, crop="paper", crop_above=0)


def each_once(index: Index) -> Index:
    """``index`` without second files of the same content; the first by path stays.

    Where the same content stands for different emotions, nobody knows which is right: none of those files stays. Only
    files of the same size are read, and what cannot be decoded is left for decoding to tell.
    """
    left_out = []
    for faces in _alike(index):
        kinds = {face.emotion for face in faces}
        for face in faces[len(kinds) == 1 :]:
            other = next(one for one in faces if one is not face and (len(kinds) == 1 or one.emotion != face.emotion))
            there = printable(other.path.relative_to(index.root).as_posix())
            reason = COPY if len(kinds) == 1 else TWO_EMOTIONS
            left_out.append(LeftOut(face.path, reason, there, irregular=True))
    if not left_out:
        return index
    gone = {item.path for item in left_out}
    kept = [face for face in index.faces if face.path not in gone]
    return replace(index, faces=kept, left_out=sorted([*index.left_out, *left_out], key=lambda item: item.path))


def _alike(index: Index) -> list[list[Face]]:
    """Groups of faces with the same usable content, each in the order of the index."""
    of_size: dict[int, list[Face]] = defaultdict(list)
    for face in index.faces:
        of_size[face.source.size()].append(face)
    of_content: dict[str, list[Face]] = defaultdict(list)
    for size, faces in of_size.items():
        for face in faces if size > 0 and len(faces) > 1 else []:
            try:
                of_content[face.source.fingerprint()].append(face)
            except UnusableImageError:  # decoding tells why
                continue
    return [faces for faces in of_content.values() if len(faces) > 1 and _is_usable(faces[0])]


def _is_usable(face: Face) -> bool:
    try:
        decode(face.source.read(), _TINY)
    except UnusableImageError:
        return False
    return True
