"""Writes glTF 2.0 binaries (.glb): numbers as accessors, what hardly moves stored sparsely.

By hand, because it is short: of the format's JSON only what an avatar needs is written, and packages for it
(pygltflib) give its field names alone, no buffers, bounds or sparse storage.

Source: Khronos Group, glTF 2.0 Specification (ISO/IEC 12113:2022).
"""

import json
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Json = dict[str, Any]
BYTE, SHORT, INT, FLOAT = 5121, 5123, 5125, 5126  # unsigned; the specification's numbers of kinds
KINDS = {np.dtype(np.uint8): BYTE, np.dtype(np.uint16): SHORT, np.dtype(np.uint32): INT, np.dtype(np.float32): FLOAT}
VERTICES, TRIANGLES = 34962, 34963  # what a buffer is for
MAGIC, VERSION, JSON_CHUNK, BINARY_CHUNK = 0x46546C67, 2, 0x4E4F534A, 0x004E4942


class Buffer:
    """The binary part of a file while it grows, and the JSON that says what lies where.

    Args:
        most: rows that :meth:`moved` is given at most.
    """

    def __init__(self, most: int) -> None:
        self._bytes = bytearray()
        self._views: list[Json] = []
        self._accessors: list[Json] = []
        # The standard takes a missing view for zeros, Godot before 4.1 for the first one: so there is one of zeros.
        self._zeros = {"bufferView": self.view(bytes(12 * most), VERTICES)}
        self._views[0]["byteStride"] = 12  # many accessors share it

    def view(self, content: bytes, target: int | None = None) -> int:
        """Bytes on a multiple of 4; returns the number of their view."""
        self._bytes.extend(bytes(-len(self._bytes) % 4))
        placed: Json = {"buffer": 0, "byteOffset": len(self._bytes), "byteLength": len(content)}
        self._views.append(placed if target is None else {**placed, "target": target})
        self._bytes.extend(content)
        return len(self._views) - 1

    def numbers(self, values: NDArray[Any], target: int | None = None, normalized: bool = False) -> int:
        """An accessor of scalars (n,) or of vectors (n, 2 … 4), with their bounds where they are real numbers.

        Args:
            values: uint8, uint16, uint32 or float32; rows are multiples of 4 bytes, but for scalars.
            target: :data:`VERTICES` or :data:`TRIANGLES`; None for animations.
            normalized: whether whole numbers mean 0..1.
        """
        stored = {"bufferView": self.view(np.ascontiguousarray(values).tobytes(), target)}
        return self._accessor(values, {**stored, **({"normalized": True} if normalized else {})})

    def moved(self, values: NDArray[np.float32]) -> int:
        """An accessor of vectors (n, 3) of which many rows are 0: only the others are stored."""
        rows = np.flatnonzero(values.any(1))
        if not len(rows):
            return self._accessor(values, self._zeros)
        numbers = rows.astype(np.uint16 if len(values) <= 0xFFFF else np.uint32)
        if numbers.nbytes + values[rows].nbytes >= values.nbytes:
            return self.numbers(values, VERTICES)
        places = {"bufferView": self.view(numbers.tobytes()), "componentType": KINDS[numbers.dtype]}
        offsets = {"bufferView": self.view(values[rows].tobytes())}
        return self._accessor(
            values, {**self._zeros, "sparse": {"count": len(rows), "indices": places, "values": offsets}}
        )

    def _accessor(self, values: NDArray[Any], stored: Mapping[str, Any]) -> int:
        shape = "SCALAR" if values.ndim == 1 else f"VEC{values.shape[1]}"
        described: Json = {"componentType": KINDS[values.dtype], "count": len(values), "type": shape, **stored}
        if values.dtype == np.float32:
            described["min"] = np.atleast_1d(values.min(0)).tolist()
            described["max"] = np.atleast_1d(values.max(0)).tolist()
        self._accessors.append(described)
        return len(self._accessors) - 1

    def file(self, document: Mapping[str, Any]) -> bytes:
        """The whole file: ``document`` with this buffer."""
        whole = {
            **document,
            "accessors": self._accessors,
            "bufferViews": self._views,
            "buffers": [{"byteLength": len(self._bytes)}],
        }
        text = json.dumps(whole, separators=(",", ":"), allow_nan=False).encode()
        text += b" " * (-len(text) % 4)
        binary = bytes(self._bytes) + bytes(-len(self._bytes) % 4)
        head = struct.pack("<III", MAGIC, VERSION, 12 + 8 + len(text) + 8 + len(binary))
        chunks = struct.pack("<II", len(text), JSON_CHUNK) + text + struct.pack("<II", len(binary), BINARY_CHUNK)
        return head + chunks + binary
