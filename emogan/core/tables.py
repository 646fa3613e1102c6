"""A table: what reports print, and what surveys find."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """A title, the names of the columns, and the rows below them."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str | int]]
