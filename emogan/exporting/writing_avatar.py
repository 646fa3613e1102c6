"""An avatar's file, and beside it what photographs that drive it show."""

import time
from pathlib import Path

from emogan.core.emotions import Emotion
from emogan.core.files import as_json, atomic_write
from emogan.exporting.avatar import build, glb
from emogan.exporting.blendshapes import Performance, perform
from emogan.exporting.motion import emotions_shown, expressions, played, row
from emogan.exporting.places import Exported, new_files
from emogan.recognition.photographs import Photographs


def write_avatar(to: Path, seed: int, sex: str, number: int, found: Photographs | None, fps: float) -> Exported:
    """Write a person as a glTF binary.

    Args:
        to: the file; with photographs, what they show lies beside it as ``.json``.
        seed: of the people.
        sex: F or M.
        number: of the person of this sex, from 1.
        found: photographs whose face the avatar shows when it is opened; of several the first, all as an animation.
        fps: photographs in a second of it.

    Raises:
        UserError: when no photograph shows a face, anny is not installed, or the files cannot be written.
    """
    began = time.perf_counter()
    beside = to.with_suffix(".json")
    with new_files("gltf", (to, beside) if found else (to,)):
        performance = perform(found) if found else None
        avatar = build(seed, sex, number)
        shown = expressions(seed, sex, number)
        rest = row(shown[Emotion.NEUTRO])
        motions = emotions_shown(shown, rest)
        if performance:
            rest = row(performance.frames[0][1])
            motions += [played(performance.frames, fps)] if len(performance.frames) > 1 else []
        content = glb(avatar, shown, rest, motions)
        atomic_write(to, content)
        if performance:
            atomic_write(beside, as_json(performance.described(fps)))
    names = ", ".join(motion.name for motion in motions)
    said = [
        f"{to}: {avatar.name} of seed {seed}, {len(content) / 1e6:.1f} MB, {avatar.triangles:,} triangles, in"
        f" {time.perf_counter() - began:.0f} s. Animations: {names}."
    ]
    if performance is None:
        return Exported((to,), tuple(said))
    return Exported((to, beside), (*said, *_told(performance, beside)))


def _told(performance: Performance, beside: Path) -> list[str]:
    faces = [f"  {name}: {face.emotion}" for _, name, face in performance.faces]
    without = [f"  {name}: no weights ({reason})" for name, reason in performance.without.items()]
    return [f"{beside}: ARKit's weights of {len(faces)} face{'s' * (len(faces) != 1)}.", *faces, *without]
