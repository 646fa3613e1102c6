import json
import os
from pathlib import Path

import pytest

from emogan.runs.record import RunRecord, read_record

CONFIG: dict[str, object] = {"data": {}}


@pytest.mark.parametrize("content", [b"{", b"", b"null", b"[1]", b"\xff\xfe{", b'{"resumed": {}}', b"[" * 100_000])
def test_a_run_goes_on_although_its_record_is_torn(
    content: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(content)
    RunRecord.start(path, {"emotion": "raiva", "config": CONFIG})
    assert json.loads(path.read_text())["emotion"] == "raiva"
    assert str(path) in caplog.text


def test_a_record_whose_list_is_none_is_told_and_written_anew(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "run.json"
    RunRecord.start(path, {"emotion": "raiva", "config": CONFIG})
    facts = json.loads(path.read_text()) | {"resumed": {}}
    path.write_text(json.dumps(facts))
    RunRecord.start(path, {"emotion": "raiva", "config": CONFIG})
    assert json.loads(path.read_text())["resumed"] == []
    assert "resumed is of another kind" in caplog.text


def test_a_run_that_goes_on_keeps_what_was_recorded_before(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    RunRecord.start(path, {"emotion": "raiva", "config": CONFIG}).update(measuring_seconds=7.0)
    began = json.loads(path.read_text())["started"]
    record = RunRecord.start(path, {"emotion": "raiva", "config": CONFIG})
    assert record.facts["started"] == began and record.facts["measuring_seconds"] == 7.0
    assert len(record.facts["resumed"]) == 1


def test_a_record_with_names_that_are_no_utf8_is_read_again(tmp_path: Path) -> None:
    path, name = tmp_path / "run.json", os.fsdecode(b"D\xe9")
    RunRecord.start(path, {"emotion": "raiva", "config": {"data": {"root": name}}})
    assert read_record(path).setting("data.root") == name
