"""What a run's record may name: the readers of databases, and the things around them, built from plain values."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from emogan.core.errors import UserError
from emogan.core.renamed import as_now
from emogan.core.trust import TRUSTED, trusted
from emogan.data.decode import Framing
from emogan.data.faces import packaged_faces
from emogan.data.fer2013 import read_fer2013
from emogan.data.folder import read_folder
from emogan.data.index import Index
from emogan.data.kdef import read_kdef
from emogan.data.keeping import Keeping
from emogan.data.shards import read_shards
from emogan.data.variations import Variations

if TYPE_CHECKING:
    from emogan.data.datamodule import FaceDataModule

Read = Callable[[], Index]

READERS: dict[str, Callable[..., Index]] = {
    "emogan.data.faces.packaged_faces": packaged_faces,
    "emogan.data.fer2013.read_fer2013": read_fer2013,
    "emogan.data.folder.read_folder": read_folder,
    "emogan.data.kdef.read_kdef": read_kdef,
    "emogan.data.shards.read_shards": read_shards,
}
# Hydra's words about how to build something: they name nothing, and mean nothing here.
_HOW = ("_target_", "_partial_", "_convert_")
KEPT = ("cache", "in_memory", "on_disk")  # of whoever reads a record, not of whom it is


def reader(settings: object, root: str | None = None) -> Read:
    """The reader that ``config.data.read`` of a run describes.

    Args:
        root: the folder of its images now; None: as recorded.

    Raises:
        UserError: when it is none of :data:`READERS` and none that the person listed (:mod:`emogan.core.trust`), or has
            other settings than plain ones.
    """
    named = settings.get("_target_") if isinstance(settings, Mapping) else None
    own = trusted(named)
    readers = READERS if own is None else {**READERS, str(named): own}
    name, arguments = _of(settings, readers)
    if root is not None and "root" not in arguments:
        raise UserError(f"data.root={root} does not go with a run on the packaged faces: leave it out.")
    if root is not None:
        arguments["root"] = root
    read = readers[name]
    with usable(name):
        inspect.signature(read).bind(**arguments)

    def reading() -> Index:
        with usable(name):
            return read(**arguments)

    return reading


def framing(settings: object) -> Framing:
    """How a run framed its images, from ``config.data.framing``."""
    of_then = as_now(settings) if isinstance(settings, Mapping) else settings
    name, arguments = _of(of_then, {"emogan.data.decode.Framing": Framing})
    with usable(name):
        return Framing(**arguments)


def face_module(settings: object, keeping: Keeping, root: str | None = None) -> "FaceDataModule":
    """The images that a run learnt from, read, from ``config.data.module``.

    Args:
        keeping: where decoded images are kept: a record names no folder to write to.
        root: see :func:`reader`.
    """
    from emogan.data.datamodule import FaceDataModule  # Lightning takes seconds to import

    whole = settings if isinstance(settings, Mapping) else {}
    parts = {name: whole.get(name) for name in ("read", "framing", "variations")}
    rest = {name: value for name, value in whole.items() if name not in (*parts, *KEPT)}
    name, arguments = _of(rest, {"emogan.data.datamodule.FaceDataModule": FaceDataModule})
    _, variations = _of(parts["variations"], {"emogan.data.variations.Variations": Variations})
    with usable(name):
        module = FaceDataModule(
            read=reader(parts["read"], root),
            framing=framing(parts["framing"]),
            variations=Variations(**{"warp": 0, **variations}),  # older runs knew no warp
            cache=str(keeping.folder) if keeping.folder else None,
            in_memory=keeping.in_memory,
            on_disk=keeping.on_disk,
            # Older runs knew no people kept aside, and no strengths and no partners.
            **{"people": "all", "graded": False, "partners": False, **arguments},
        )
        module.setup()
    return module


def _of(settings: object, known: Mapping[str, object]) -> tuple[str, dict[str, Any]]:
    """The name among ``known`` that ``settings`` give, and their plain values."""
    target = settings.get("_target_") if isinstance(settings, Mapping) else None
    if not isinstance(settings, Mapping) or not isinstance(target, str) or target not in known:
        raise UserError(
            f"Data of {target!s:.100} are not read: a run's record may name {', '.join(sorted(known))} only, and what"
            f" {TRUSTED}=NAME before the command allows."
        )
    arguments = {str(name): value for name, value in settings.items() if name not in _HOW}
    hints = _hints(known[target])
    for name, value in arguments.items():
        if not fits(value, hints.get(name, Any)):
            raise UserError(f"{target}: {name}={value!s:.60} in a run's record is of another kind: train anew.")
    return target, arguments


def fits(value: object, hint: Any) -> bool:
    """Whether ``value`` is a plain value, or a list of them, of the kind that ``hint`` says."""
    if isinstance(value, list):
        inner = [get_args(one)[0] for one in (hint, *get_args(hint)) if get_origin(one) in (list, Sequence)]
        return bool(inner) and all(not isinstance(one, list) and fits(one, inner[0]) for one in value)
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    if get_args(hint):
        return any(fits(value, one) for one in get_args(hint) if get_origin(one) not in (list, Sequence))
    kinds = {float: (int, float), Path: (str,), Any: (str, int, float, type(None))}.get(hint, (hint,))
    return type(value) in kinds


def _hints(known: Any) -> dict[str, Any]:
    """The kinds of all arguments, also of those that a class hands on."""
    makers = (
        [vars(one)["__init__"] for one in known.__mro__[:-1] if "__init__" in vars(one)]
        if isinstance(known, type)
        else [known]
    )
    found: dict[str, Any] = {}
    for maker in makers:
        found = get_type_hints(maker) | found
    return found


@contextmanager
def usable(name: str) -> Iterator[None]:
    """Errors of values of a wrong kind, from a record, as one UserError."""
    try:
        yield
    except (TypeError, ValueError, AttributeError, LookupError, ArithmeticError, OSError) as error:
        reason = str(error).split("\n")[0][:150]
        raise UserError(f"The record's settings of {name} cannot be used ({reason}): train anew.") from error
