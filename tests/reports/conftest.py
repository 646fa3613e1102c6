"""Run folders without a training."""

from tests.runs.conftest import damage, drawn_digest, make_run

__all__ = ["damage", "drawn_digest", "make_run"]
