"""Weights in ``.safetensors`` files: with a checksum of the whole file inside, the same bytes for the same weights."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

import emogan
from emogan.core.errors import DamagedFileError, UserError
from emogan.core.files import atomic, utf8_name
from emogan.runs.version import check_version, release

# The names that the format has for kinds of values.
KINDS = {
    torch.float64: "F64",
    torch.float32: "F32",
    torch.float16: "F16",
    torch.bfloat16: "BF16",
    torch.int64: "I64",
    torch.int32: "I32",
    torch.int16: "I16",
    torch.int8: "I8",
    torch.uint8: "U8",
    torch.bool: "BOOL",
}
CHECKED_SINCE = (0, 2)  # the first version whose files have a checksum
BLANK = b"0" * 64  # stands for the checksum while the file is hashed
_CHECKSUM = re.compile(rb'"sha256":"([0-9a-f]{64})"')
LENGTH, LONGEST = 8, 100_000_000  # bytes of the header's length, and of the header as the format allows
BLOCK = 1 << 22


@dataclass(frozen=True)
class Weights:
    """Tensors by name, and what their file says of them."""

    tensors: dict[str, Tensor]
    facts: Mapping[str, str]


def write_weights(tensors: Mapping[str, Tensor], facts: Mapping[str, str], path: Path) -> None:
    """Write ``tensors`` with ``facts``, the version and a checksum, whole or not at all.

    The same tensors and facts give the same bytes: the ``safetensors`` library writes facts in an order of its own.

    Raises:
        OSError: when it cannot be written.
    """
    facts = {**facts, "emogan": emogan.__version__, "sha256": BLANK.decode()}
    values = {name: tensors[name].detach().cpu().contiguous().reshape(-1) for name in sorted(tensors)}
    header: dict[str, object] = {"__metadata__": dict(sorted(facts.items()))}
    # Wider values first: each then lies at a multiple of its size.
    order = sorted(values, key=lambda name: (-values[name].itemsize, name))
    begin = 0
    for name in order:
        end = begin + values[name].nbytes
        shape = list(tensors[name].shape)
        header[name] = {"dtype": KINDS[values[name].dtype], "shape": shape, "data_offsets": [begin, end]}
        begin = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % LENGTH)
    with atomic(path, sync=True) as part, part.open("r+b") as file:
        file.write(len(text).to_bytes(LENGTH, "little") + text)
        total = hashlib.sha256(len(text).to_bytes(LENGTH, "little") + text)
        for name in order:
            content = values[name].view(torch.uint8).numpy().data
            total.update(content)
            file.write(content)
        found = _CHECKSUM.search(text)
        assert found
        file.seek(LENGTH + found.start(1))
        file.write(total.hexdigest().encode())


def read_weights(path: Path) -> Weights:
    """What a ``.safetensors`` file holds. Files of before there was a checksum, and other programs', are read as well.

    Raises:
        DamagedFileError: when it is not what was written.
        UserError: when it cannot be read, is of a newer version, or holds values that are no numbers.
    """
    ours = False
    try:
        with path.open("rb") as file:
            ours = b'"emogan":"' in file.read(BLOCK)
            verified = _verify(file, path)
        with utf8_name(path) as opens, safe_open(opens, "pt") as opened:
            facts = opened.metadata() or {}
            tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118 (no mapping)
    except FileNotFoundError as error:
        raise UserError(f"{path} does not exist: expected weights that emogan train left.") from error
    except OSError as error:
        raise UserError(f"{path} cannot be read as weights ({error.strerror or error}).") from error
    except (SafetensorError, ValueError) as error:
        raise (_damaged(path, error) if ours else UserError(f"{path} cannot be read as weights: {error}.")) from error
    if not verified and release(facts.get("emogan")) >= CHECKED_SINCE:
        raise _damaged(path, "its checksum is gone")
    check_version(facts.get("emogan"), path)
    check_finite(tensors, path)
    return Weights(tensors, facts)


def check_finite(tensors: Mapping[str, Tensor], path: Path) -> None:
    """Raise a UserError when a value is no number."""
    for name, tensor in tensors.items():
        if tensor.dtype not in KINDS:
            raise UserError(f"{path} holds values of a kind that emogan does not know ({tensor.dtype} in {name}).")
        if not bool(tensor.isfinite().all()):
            raise UserError(
                f"{path} holds values that are no numbers (in {name}): its training went wrong, use other weights."
            )


def _verify(file: IO[bytes], path: Path) -> bool:
    """Whether a file carries a checksum, which fits then."""
    size = file.seek(0, 2)
    file.seek(0)
    first = file.read(LENGTH)
    length = int.from_bytes(first, "little")
    if length > min(LONGEST, size - LENGTH):
        raise ValueError("its beginning is no header")
    header = file.read(length)
    kept = _CHECKSUM.search(header)
    if kept is None:
        return False
    total = hashlib.sha256(first + header[: kept.start(1)] + BLANK + header[kept.end(1) :])
    while block := file.read(BLOCK):
        total.update(block)
    if kept[1] != total.hexdigest().encode():
        raise _damaged(path, "its checksum does not fit")
    return True


def _damaged(path: Path, why: object) -> DamagedFileError:
    return DamagedFileError(f"{path} is damaged ({why}): use other weights, or train anew.")
