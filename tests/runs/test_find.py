import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hydra import compose, initialize_config_dir

from emogan.config.compose import conf_dir
from emogan.core.errors import UserError
from emogan.runs.find import FOLDER, GENERATOR, find_generator
from emogan.runs.generator_file import load_generator
from emogan.sampling.conditioning import pure
from emogan.sampling.sampler import draw, latents_of
from emogan.training.build import build
from emogan.training.warm_start import start_from
from tests.runs.conftest import MakeRun


def test_the_packaged_weights_are_small_and_have_a_card() -> None:
    files = sorted(path.name for path in FOLDER.iterdir() if not path.name.startswith("__"))
    assert files == ["CARD.md", "discriminator.safetensors", "generator.safetensors"]
    assert sum(path.stat().st_size for path in FOLDER.glob("*.safetensors")) <= 8e6
    card = (FOLDER / "CARD.md").read_text()
    for word in ("emogan train", "KID", "coverage", "sha256"):
        assert word in card
    for path in FOLDER.glob("*.safetensors"):
        assert f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}" in card


def test_the_packaged_generator_draws_varied_faces_in_all_six_emotions() -> None:
    trained = load_generator(find_generator("packaged"))
    assert trained.emotion == "todas" and trained.centred
    images = draw(trained, latents_of(trained, 12, 1), pure(torch.arange(12) % 6), median=True)
    assert images.shape == (12, 1, 128, 128)
    values = np.asarray(images, dtype=float)
    assert values.std(axis=(1, 2, 3)).min() > 20  # not flat
    assert values.std(axis=0).mean() > 10  # not all alike


def test_training_starts_from_the_packaged_weights() -> None:
    with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        gan = build(compose("train", ["emotion=raiva", "run_dir=unused"]))
    start_from(gan, "packaged")
    expected = load_generator(GENERATOR).network.state_dict()
    for name, value in gan.generator.state_dict().items():
        torch.testing.assert_close(value, expected[name])


def test_what_holds_no_generator_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=f"{tmp_path} holds no generator: expected packaged"):
        find_generator(str(tmp_path))


def test_a_killed_run_is_a_run(make_run: MakeRun, caplog: pytest.LogCaptureFixture) -> None:
    run = make_run(killed=True)
    assert find_generator(str(run.path)) == run.last
    run.last.unlink()  # killed while the next one was put in its place
    assert find_generator(str(run.path)) == find_generator(str(run.last)) == run.previous
    finished = make_run("finished")
    assert find_generator(str(finished.path)) == finished.generator


def test_damaged_files_are_named_and_what_is_whole_is_used(
    make_run: MakeRun, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    run = make_run()
    damage(run.generator)
    assert find_generator(str(run.path)) == run.last
    assert f"{run.generator} is damaged" in caplog.text
    damage(run.last)
    assert find_generator(str(run.path)) == find_generator(str(run.last)) == run.previous
    assert f"{run.last} is damaged" in caplog.text
    damage(run.previous)
    with pytest.raises(UserError, match=f"{run.path} holds no generator that is not damaged"):
        find_generator(str(run.path))
    for named in (run.last, run.previous, run.generator):
        with pytest.raises(UserError, match=f"{named} is damaged"):
            load_generator(find_generator(str(named)))
