import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hydra import compose, initialize_config_dir
from omegaconf import DictConfig
from PIL import Image

from emogan.config.compose import conf_dir
from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.core.median import median_filter
from emogan.generate import generate
from emogan.runs.generator_file import load_generator
from emogan.sampling.conditioning import mixture
from emogan.sampling.interpolation import between
from emogan.sampling.sampler import draw, latents_of
from emogan.training.loop import train
from tests.typed import typed

Compose = Callable[..., DictConfig]


@pytest.fixture
def config(conditional_run: Path, tmp_path: Path) -> Compose:
    """Composes the config of the verb for the tiny conditional run; results go to ``tmp_path/out``."""

    def composed(*overrides: str) -> DictConfig:
        base = {"weights": str(conditional_run), "out": str(tmp_path / "out")}
        base |= dict(one.split("=", 1) for one in overrides)
        with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
            return compose("generate", [f"{key}={value}" for key, value in base.items()])

    return composed


def pixels(path: Path) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    return np.asarray(Image.open(path))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_faces_a_grid_and_a_record(config: Compose, conditional_run: Path) -> None:
    out = generate(config("emotion=anger", "n=3", "seed=7")).folder
    faces = [f"raiva_s7_000{k}.png" for k in range(3)]
    assert names(out) == sorted([*faces, "grid.png", "generate.json"])
    trained = load_generator(conditional_run / "checkpoints" / "generator.safetensors")
    weights = mixture({Emotion.RAIVA: 1}, 1.0).expand(3, -1)
    expected = draw(trained, latents_of(trained, 3, 7), weights, median=True)
    for k, name in enumerate(faces):
        assert np.array_equal(pixels(out / name), expected[k, 0])
    assert pixels(out / "grid.png").shape == (16, 3 * 16 + 2 * 2)
    assert json.loads((out / "generate.json").read_text())["config"]["seed"] == 7


def test_a_face_of_a_seed_is_the_same_alone_and_among_many(config: Compose, tmp_path: Path) -> None:
    many = generate(config("emotion=medo", "n=150", f"out={tmp_path / 'many'}")).folder
    for number in (0, 19, 20, 149):
        alone = generate(config("emotion=medo", f"first={number}", "n=1", f"out={tmp_path / str(number)}")).folder
        name = f"medo_s1_{number:04d}.png"
        assert (alone / name).read_bytes() == (many / name).read_bytes()
    other = generate(config("emotion=medo", "n=1", "seed=2", f"out={tmp_path / 'other'}")).folder
    assert not np.array_equal(pixels(other / "medo_s2_0000.png"), pixels(many / "medo_s1_0000.png"))


def test_all_six_side_by_side(config: Compose) -> None:
    out = generate(config("emotion=todas", "n=2")).folder
    assert len(names(out)) == 2 * 6 + 2
    sheet = pixels(out / "grid.png")
    assert sheet.shape == (6 * 16 + 5 * 2, 2 * 16 + 2)
    for row, emotion in enumerate(Emotion):  # a row for each emotion, a column for each person
        assert np.array_equal(sheet[row * 18 : row * 18 + 16, 18:34], pixels(out / f"{emotion}_s1_0001.png"))


def test_a_mix_and_its_intensity(config: Compose, conditional_run: Path) -> None:
    out = generate(config("mix={raiva:0.7,fear:0.3}", "intensity=0.5", "n=1", "median=false", "truncation=0.6")).folder
    trained = load_generator(conditional_run / "checkpoints" / "generator.safetensors")
    weights = torch.zeros(1, 6)
    weights[0, [3, 1, 2]] = torch.tensor([0.35, 0.15, 0.5])
    expected = draw(trained, latents_of(trained, 1, 1), weights, median=False, truncation=0.6)
    assert np.array_equal(pixels(out / "raiva0.7_medo0.3_s1_0000.png"), expected[0, 0])


def test_median_and_truncation_do_what_they_say(config: Compose, tmp_path: Path) -> None:
    def faces(name: str, *settings: str) -> list["np.ndarray[tuple[int, ...], np.dtype[np.uint8]]"]:
        out = generate(config("emotion=medo", "n=8", f"out={tmp_path / name}", *settings)).folder
        return [pixels(out / f"medo_s1_{k:04d}.png") for k in range(8)]

    plain, filtered = faces("plain", "median=false"), faces("filtered")
    assert np.array_equal(filtered[0], median_filter(plain[0][None, :, :, None])[0, :, :, 0])
    average = faces("average", "truncation=0")
    assert all(np.array_equal(average[0], face) for face in average)
    assert np.std(faces("half", "truncation=0.5"), axis=0).mean() < np.std(filtered, axis=0).mean()


def test_a_way_from_one_emotion_to_another(
    config: Compose, conditional_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    out = generate(config("emotion=raiva", "to=happy", "frames=5", "n=2", "fps=10")).folder
    stems = [f"raiva_to_felicidade_s1_000{k}" for k in range(2)]
    assert names(out) == sorted([f"{s}.{kind}" for s in stems for kind in ("gif", "webp")] + ["generate.json"])
    with Image.open(out / f"{stems[1]}.gif") as gif:
        assert getattr(gif, "n_frames") == 5 and gif.size == (16, 16)  # noqa: B009 (mypy knows no n_frames)
        assert gif.info["duration"] == 100 and gif.info["loop"] == 0
        gif.seek(4)
        last = np.asarray(gif.convert("L")).astype(int)
    trained = load_generator(conditional_run / "checkpoints" / "generator.safetensors")
    happy = draw(trained, latents_of(trained, 1, 1, first=1), mixture({Emotion.FELICIDADE: 1}, 1.0)[None], median=True)
    assert np.abs(last - np.asarray(happy[0, 0]).astype(int)).max() <= 1


def test_the_way_is_slow_at_both_ends() -> None:
    way = between(mixture({Emotion.RAIVA: 1}, 1.0), mixture({Emotion.MEDO: 1}, 1.0), 9)
    fear = way[:, Emotion.MEDO.number - 1]
    assert fear[0] == 0 and fear[-1] == 1 and fear[4].item() == pytest.approx(0.5)
    assert fear[1] < 1 / 8 and fear.diff().min() > 0
    torch.testing.assert_close(way.sum(dim=1), torch.ones(9))


@pytest.mark.parametrize(
    ("overrides", "says"),
    [
        (["emotion=odio"], "emotion=odio is not usable"),
        ([], "No emotion given"),
        (["emotion=raiva", "n=0"], "n=0 is not usable: expected a whole number"),
        (["emotion=raiva", "truncation=-1"], "truncation=-1 is not usable"),
        (["emotion=raiva", "mix={medo:1}"], "no emotion= beside it"),
        (["mix={medo:-1}"], "shares of emotions such as"),
        (["mix=medo"], "shares of emotions such as"),
        (["emotion=todas", "to=medo"], "to=medo starts from one emotion"),
        (["emotion=raiva", "to=nowhere"], "to=nowhere is not usable"),
        (["emotion=raiva", "weights=nowhere"], "nowhere holds no generator"),
        (["project=no.jpg"], "project=no.jpg cannot be used (cannot be read: No such file or directory)"),
    ],
)
def test_what_cannot_be_generated_is_said_and_nothing_is_written(
    config: Compose, overrides: list[str], says: str
) -> None:
    cfg = config(*overrides)
    with pytest.raises(UserError) as error:
        generate(cfg)
    assert says in str(error.value)
    assert not Path(cfg.out).exists()


@pytest.mark.parametrize(
    ("overrides", "says"),
    [
        (["emotion=raiva"], "shows all emotions it can: leave emotion out"),
        (["mix={medo:1}", "to=raiva"], "leave mix and to out"),
        (["crop_above=2"], "crop_above=2 is not usable: expected a number from 0 to 1"),
        (["median=maybe"], "median=maybe is not usable: expected true or false"),
        (["weights=null"], "weights=null is not usable"),
    ],
)
def test_a_projection_is_checked_at_the_door(config: Compose, overrides: list[str], says: str) -> None:
    cfg = config("project=some.jpg", *overrides)
    with pytest.raises(UserError) as error:
        generate(cfg)
    assert says in str(error.value)
    assert not Path(cfg.out).exists()


def test_a_folder_that_cannot_be_written_is_named(config: Compose, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        generate(config("emotion=raiva", "n=1", f"out={tmp_path / 'file' / 'faces'}"))


def test_an_interruption_says_what_is_there_and_leaves_no_torn_file(
    config: Compose, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = iter(range(2))

    def stopped(*arguments: object) -> torch.Tensor:
        if next(calls):
            raise KeyboardInterrupt
        return draw(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("emogan.sampling.sampler.draw", stopped)
    cfg = config("emotion=raiva", "n=150")
    with pytest.raises(KeyboardInterrupt, match=r"interrupted; 100 files are in"):
        generate(cfg)
    assert all(path.suffix == ".png" for path in Path(cfg.out).iterdir())


def test_a_sweep_has_a_folder_for_each_job(conditional_run: Path, tmp_path: Path) -> None:
    asked = ("-m", "emotion=raiva", "n=1", "seed=1,2,3", f"weights={conditional_run}")
    ended = typed("generate", *asked, cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    folders = list((tmp_path / "outputs" / "generate" / "raiva").iterdir())
    assert sorted(name for folder in folders for name in names(folder) if name.startswith("raiva")) == [
        f"raiva_s{seed}_0000.png" for seed in (1, 2, 3)
    ]


def test_results_never_go_over_others(config: Compose) -> None:
    cfg = config("emotion=raiva", "n=1")
    generate(cfg)
    with pytest.raises(UserError, match=r"holds generate\.json already: give a folder that is new or empty"):
        generate(cfg)


def test_a_network_of_one_emotion_draws_no_other(train_config: Compose, config: Compose, tmp_path: Path) -> None:
    run = train(train_config("epochs=1")).folder
    out = generate(config("emotion=raiva", f"weights={run}", "n=2", "truncation=0.5")).folder
    assert "raiva_s1_0001.png" in names(out)
    for overrides in (
        *(["emotion=medo"], ["emotion=todas"], ["emotion=raiva", "to=medo"], ["mix={raiva:1,medo:1}"]),
        ["emotion=raiva", "intensity=0.5"],
    ):
        with pytest.raises(UserError, match=r"draws raiva only, not .*other weights"):
            generate(config(*overrides, f"weights={run}", f"out={tmp_path / 'else'}"))
    with pytest.raises(UserError, match="needs a network of model=style: PaperGenerator"):
        generate(config("project=some.jpg", f"weights={run}", f"out={tmp_path / 'else'}"))
    assert not (tmp_path / "else").exists()


def test_on_the_command_line(conditional_run: Path, tmp_path: Path) -> None:
    asked = (f"weights={conditional_run}", "n=1")
    ended = typed("generate", *asked, "emotion=SU", cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    (out,) = (tmp_path / "outputs" / "generate" / "surpresa").iterdir()
    assert "surpresa_s1_0000.png" in names(out)
    assert "1 face in" in ended.stdout
    wrong = typed("generate", *asked, "emotion=?", cwd=tmp_path)
    assert wrong.returncode == 2 and wrong.stderr.startswith("emogan: emotion=? is not usable")
