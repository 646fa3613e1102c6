import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hydra import compose, initialize_config_dir
from PIL import Image

import emogan
from emogan import UserError
from emogan.cli.calling import composed
from emogan.core.emotions import Emotion
from emogan.runs.generator_file import load_generator
from emogan.sampling.conditioning import mixture
from emogan.sampling.sampler import draw, latents_of


@pytest.fixture(scope="module")
def generator(conditional_run: Path) -> emogan.Generator:
    return emogan.load(conditional_run)


def test_nothing_heavy_is_imported_before_it_is_used() -> None:
    code = "import emogan, sys; from emogan import train; assert callable(train); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "False"


def test_a_verb_is_called_whatever_was_imported_before(tmp_path: Path) -> None:
    """The import system puts the module ``emogan.generate`` over anything of that name in the package."""
    code = (
        "import emogan.generate\nfrom emogan.generate import main\nfrom emogan import generate\n"
        "made = generate('emotion=raiva', n=1, out='faces')\nassert callable(main)\nassert len(made.files) == 3\n"
        "import emogan\nassert emogan.generate is generate\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_faces_in_memory_are_those_of_the_network(generator: emogan.Generator, conditional_run: Path) -> None:
    faces = generator.faces("anger", n=3, seed=7, median=False, truncation=0.7)
    trained = load_generator(conditional_run / "checkpoints" / "generator.safetensors")
    weights = mixture({Emotion.RAIVA: 1}, 1.0).expand(3, -1)
    expected = draw(trained, latents_of(trained, 3, 7), weights, median=False, truncation=0.7)
    assert faces.names == ("raiva_s7_0000", "raiva_s7_0001", "raiva_s7_0002")
    assert np.array_equal(faces.pixels, expected.permute(0, 2, 3, 1).numpy())
    assert len(faces) == 3 and faces.images()[0].size == (16, 16) and faces.grid(2).size == (34, 34)


def test_defaults_are_those_of_the_command(generator: emogan.Generator, tmp_path: Path) -> None:
    faces = generator.faces(Emotion.MEDO)
    assert len(faces) == composed("generate", [], {}).n == 16
    made = emogan.generate("emotion=medo", weights=generator.sampler.name, out=tmp_path / "out")
    for name, face in zip(faces.names, faces.pixels, strict=True):
        assert np.array_equal(np.asarray(Image.open(made.folder / f"{name}.png")), face.squeeze())


def test_faces_and_films_are_saved(generator: emogan.Generator, tmp_path: Path) -> None:
    faces = generator.faces(mix={"raiva": 0.7, "fear": 0.3}, n=2)
    files = faces.save(tmp_path / "new")
    assert [file.name for file in files] == ["raiva0.7_medo0.3_s1_0000.png", "raiva0.7_medo0.3_s1_0001.png"]
    assert np.array_equal(np.asarray(Image.open(files[1])), faces.pixels[1].squeeze())
    with pytest.raises(UserError, match="holds raiva0"):
        faces.save(tmp_path / "new")
    film = generator.interpolate("raiva", "happy", frames=4, fps=10)
    assert film.name == "raiva_to_felicidade_s1_0000" and film.pixels.shape == (4, 16, 16, 1)
    with Image.open(film.save(tmp_path / "film.gif")) as gif:
        assert getattr(gif, "n_frames") == 4  # noqa: B009 (mypy knows no n_frames)
    with pytest.raises(UserError, match=r"expected a name that ends in \.gif, \.webp or \.mp4"):
        film.save(tmp_path / "film.avi")


def test_a_photograph_is_projected(generator: emogan.Generator, six_emotions: Path) -> None:
    found = generator.project(six_emotions / "medo" / "p03.png", steps=2, crop="square")
    assert list(found.in_emotions) == list(Emotion) and found.face.shape == (16, 16, 1)
    assert sum(found.shares.values()) == pytest.approx(1) and 0 < found.away < 255


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"emotion": "odio"}, "emotion=odio is not usable"),
        ({"emotion": "raiva", "n": 0}, "n=0 is not usable: expected a whole number"),
        ({"emotion": "raiva", "truncation": 1e30}, "truncation=1e+30 is not usable"),
        ({"emotion": "raiva", "mix": {"medo": 1}}, "no emotion= beside it"),
        ({}, "No emotion given"),
        ({"emotion": "raiva", "n": 10**12}, "n=1000000000000 is too much at once: 1,000,000,000,000 images take"),
    ],
)
def test_what_cannot_be_drawn_is_a_sentence(
    generator: emogan.Generator, settings: dict[str, object], says: str
) -> None:
    with pytest.raises(UserError) as error:
        generator.faces(**settings)  # type: ignore[arg-type]
    assert says in str(error.value)


def test_a_hydra_of_the_callers_own_stays_as_it_is(tmp_path: Path, conditional_run: Path) -> None:
    (tmp_path / "mine.yaml").write_text("a: 1\nemotion: medo\n")
    with initialize_config_dir(version_base="1.2", config_dir=str(tmp_path)):
        emogan.generate("emotion=raiva", n=1, weights=conditional_run, out=tmp_path / "one")
        assert compose("mine").a == 1


def test_settings_are_python_values() -> None:
    cfg = composed(
        "train",
        ["data=folder", "data.root=a, b (1)=é"],
        {"model": "paper", "data": {"zoom": 2}, "data.flip": 0.25, "emotion": Emotion.MEDO, "run_dir": Path("${x}")},
    )
    assert (cfg.data.root, cfg.data.zoom, cfg.data.flip) == ("a, b (1)=é", 2, 0.25)
    assert (cfg.emotion, cfg.run_dir) == ("medo", "${x}")
    assert cfg.model.generator._target_ == "emogan.networks.paper.PaperGenerator"
    assert composed("train", [cfg], {"epochs": 5}).epochs == 5


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"epoks": 2}, "train has no setting epoks: did you mean epochs=VALUE?"),
        ({"grid": {"fases": 1}}, "train has no setting grid.fases: did you mean grid.faces"),
        ({"minutes.most": 1}, "train has no setting minutes.most"),
        (
            {"model": "papper"},
            "model=papper is not there: expected one of encoded, paper, style, translator; did you mean model=paper?",
        ),
    ],
)
def test_what_is_no_setting_is_a_sentence(settings: dict[str, object], says: str) -> None:
    with pytest.raises(UserError) as error:
        composed("train", ["emotion=raiva"], settings)
    assert says in str(error.value)


def test_one_config_or_overrides() -> None:
    cfg = composed("generate", [], {})
    with pytest.raises(UserError, match="expected one config, or overrides"):
        emogan.generate(cfg, "emotion=raiva")
