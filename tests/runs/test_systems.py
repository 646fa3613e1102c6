import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

import emogan
from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.data.keeping import IN_MEMORY
from emogan.runs.folder import RunFolder
from emogan.runs.systems import find_system, learnt_by, of_checkpoint, shared_config, unseen_by
from tests.runs.conftest import MakeRun

Damage = Callable[[Path], None]


def change(run: RunFolder, how: Callable[[dict[str, Any]], object]) -> None:
    """Writes run.json anew."""
    facts = json.loads(run.record.read_text())
    how(facts)
    run.record.write_text(json.dumps(facts))


def test_a_killed_run_is_measured_at_its_last_checkpoint(make_run: MakeRun) -> None:
    run = make_run(killed=True)
    system = find_system(run.path, "last", None)
    assert system.sources[Emotion.RAIVA].weights == run.last
    assert len(learnt_by(system, IN_MEMORY)) == 10
    with pytest.raises(UserError, match=r"holds no run with checkpoints/best\.safetensors"):
        find_system(run.path, "best", None)


def test_a_damaged_last_checkpoint_gives_way_to_the_one_before(
    make_run: MakeRun, damage: Damage, caplog: pytest.LogCaptureFixture
) -> None:
    run = make_run(killed=True)
    damage(run.last)
    assert find_system(run.path, "last", None).sources[Emotion.RAIVA].weights == run.previous
    assert f"{run.last} is damaged" in caplog.text
    assert of_checkpoint(run.last, None).sources[Emotion.RAIVA].weights == run.previous


def test_one_bad_record_does_not_stop_the_others(make_run: MakeRun, caplog: pytest.LogCaptureFixture) -> None:
    run = make_run("all/good")
    for name, content in (("torn", '{"emotion": "medo", '), ("empty", ""), ("old", "[]"), ("foreign", '{"a": 1}')):
        other = RunFolder(run.path.parent / name)
        shutil.copytree(run.path, other.path)
        other.record.write_text(content)
    system = find_system(run.path.parent, "last", None)
    assert [*system.sources] == [Emotion.RAIVA]
    for name in ("torn", "empty", "old", "foreign"):
        assert f"Passed over: {run.path.parent / name / 'run.json'} is no record of a run" in caplog.text


def test_images_that_moved_are_known_by_their_digest(make_run: MakeRun, drawn_faces: Path, tmp_path: Path) -> None:
    run, moved = make_run(), tmp_path / "moved"
    shutil.copytree(drawn_faces, moved)
    change(run, lambda facts: facts["config"]["data"]["module"]["read"].update(root="/nowhere/faces"))
    system = find_system(run.path, "last", None)
    with pytest.raises(UserError, match=r"data\.root=/nowhere/faces does not exist"):
        learnt_by(system, IN_MEMORY)
    assert len(learnt_by(system, IN_MEMORY, str(moved))) == 10
    (moved / "raiva" / "p03.jpg").unlink()
    with pytest.raises(
        UserError, match=r"have changed since \(10 then, 9 now\): put them back, give another data\.root="
    ):
        learnt_by(system, IN_MEMORY, str(moved))


def test_runs_from_other_folders_are_compared_where_the_images_are_now(make_run: MakeRun) -> None:
    systems = []
    for name in ("a", "b"):
        run = make_run(name)
        change(run, lambda facts, name=name: facts["config"]["data"]["read"].update(root=f"/{name}"))  # type: ignore[misc]
        systems.append(find_system(run.path, "last", None))
    with pytest.raises(UserError, match=r"has data\.read\.root=/a, .* has data\.read\.root=/b"):
        shared_config(systems)
    assert shared_config(systems, "/c")["emotion"] == "raiva"


def test_a_run_of_an_older_version_says_what_to_do(make_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emogan, "__version__", "0.2.0")
    run = make_run()
    change(run, lambda facts: facts["versions"].update(emogan="0.1.0"))
    system = find_system(run.path, "last", None)
    assert len(learnt_by(system, IN_MEMORY)) == 10
    change(run, lambda facts: facts["images"].update(sha256="0" * 64))
    with pytest.raises(UserError, match=r"or emogan 0\.1\.0 chose them in another way than this 0\.2\.0"):
        learnt_by(find_system(run.path, "last", None), IN_MEMORY)
    change(run, lambda facts: facts["versions"].update(emogan="0.9.0"))
    with pytest.raises(UserError, match="holds no run"):
        find_system(run.path, "last", None)
    with pytest.raises(UserError, match=r"run\.json was written by emogan 0\.9\.0, this is 0\.2\.0: update emogan"):
        of_checkpoint(run.last, None)


def test_code_in_any_of_several_runs_does_not_run(make_run: MakeRun, tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> Any:
            return Path.touch, (tmp_path / "sprung",)

    torch.save(Evil(), tmp_path / "evil.pt")
    trap = {"_target_": "torch.load", "f": str(tmp_path / "evil.pt"), "weights_only": False}
    for number, part in enumerate(("variations", "read", "framing")):
        run = make_run(f"evil{number}")
        change(run, lambda facts, part=part: facts["config"]["data"]["module"].update({part: trap}))  # type: ignore[misc]
        with pytest.raises(UserError, match=r"Data of torch\.load are not read: a run's record may name emogan\.data"):
            learnt_by(find_system(run.path, "last", None), IN_MEMORY)
    assert not (tmp_path / "sprung").exists()


def test_starts_in_a_circle_end(make_run: MakeRun) -> None:
    one, other = make_run("one"), make_run("other")
    for run, start in ((one, other), (other, one)):
        change(run, lambda facts, start=start: facts["config"].update(init_from=str(start.path)))  # type: ignore[misc]
        change(run, lambda facts: facts["config"]["data"].update(people="train"))
    assert not unseen_by(one.read_record().config)


@pytest.mark.parametrize("emotion", ["../../x", "<script>", "", "x" * 10_000, "fashion_mnist"])
def test_what_is_no_emotion_is_no_system(make_run: MakeRun, emotion: str) -> None:
    run = make_run()
    change(run, lambda facts: facts.update(emotion=emotion))
    with pytest.raises(UserError, match="holds no run with checkpoints"):
        find_system(run.path, "last", None)
    with pytest.raises(UserError, match=r"Unknown emotion|no record of a run"):
        of_checkpoint(run.last, None)
