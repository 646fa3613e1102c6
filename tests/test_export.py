"""Networks and sheets for other programs, by the verb and from Python."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from PIL import Image

import emogan
from emogan import UserError
from emogan.cli.command import run
from emogan.core.emotions import EMOTIONS, Emotion
from emogan.exporting.exportable import Exportable
from emogan.exporting.formats import WRITERS, Run
from emogan.exporting.places import Exported
from emogan.networks.paper import PaperGenerator
from emogan.recognition.reading import packaged_reader
from emogan.runs.generator_file import load_generator, save_generator
from emogan.sampling.conditioning import mixture
from emogan.sampling.sampler import draw, latents_of
from emogan.translating.network import packaged_translator, read_translator

pytestmark = pytest.mark.usefixtures("log_handlers")
ROOT = Path(__file__).parents[1]
# A program in which nothing of emogan, Lightning or Hydra can be imported.
BARE = "import sys; sys.modules.update(dict.fromkeys(('emogan', 'hydra', 'pytorch_lightning', 'omegaconf')))\n"
DRAWN = """
with torch.no_grad():
    torch.save(draw(weights, *torch.load("asked.pt")), "drawn.pt")
"""


def code(page: Path) -> list[str]:
    """The blocks of Python on a page."""
    return re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def bare(script: str, folder: Path) -> str:
    """What a script prints where there is no emogan."""
    done = subprocess.run(
        [sys.executable, "-c", BARE + script], cwd=folder, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def as_onnx(conditional_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """A generator of the tiny run."""
    exported: Exported = emogan.export(weights=conditional_run, out=tmp_path_factory.mktemp("onnx") / "generator.onnx")
    return exported


def test_a_generator_as_onnx_draws_what_the_verb_generates(as_onnx: Exported, conditional_run: Path) -> None:
    assert [file.name for file in as_onnx.files] == ["generator.onnx", "README.md"]
    assert re.search(r"Checked against PyTorch with 1, 2, 3, 5 faces at once: \S+e-0[5-9] apart", as_onnx.said[1])
    session = onnxruntime.InferenceSession(str(as_onnx.files[0]))
    trained = load_generator(conditional_run / "checkpoints" / "generator.safetensors")
    latents, emotions = latents_of(trained, 4, 7), mixture({Emotion.RAIVA: 1}, 0.6).expand(4, -1)
    given = {"latents": latents.numpy(), "emotions": emotions.numpy(), "truncation": np.array([0.7], np.float32)}
    (images,) = session.run(None, given)
    wanted = draw(trained, latents, emotions, median=True, truncation=0.7).numpy()
    assert images.shape == (4, 1, 16, 16)
    apart = np.abs((255 * images).round() - wanted)
    assert apart.max() <= 1 and (apart > 0).mean() < 0.01  # a value that lies between two may go either way


def test_the_card_beside_it_has_hugging_face_s_fields_and_code_that_runs(as_onnx: Exported) -> None:
    folder, card = as_onnx.files[0].parent, as_onnx.files[1].read_text()
    fields = card.split("---\n")[1]
    assert "license: unknown\n" in fields  # not emogan's to give
    assert "library_name: onnx\npipeline_tag: unconditional-image-generation\ntags:\n- emogan\n" in fields
    for port in ("| `latents` | (n, 8) |", "| `truncation` | (1) |", "| `images` | (n, 1, 16, 16) |"):
        assert port in card
    bare(code(as_onnx.files[1])[0], folder)
    assert Image.open(folder / "face_3.png").size == (16, 16)


def test_the_paper_s_network_has_no_input_for_emotions(tmp_path: Path) -> None:
    settings = {
        "latent_dim": 8,
        "image_size": 16,
        "channels": 1,
        "hidden": [32, 16, 48],
        "norm_eps": 0.8,
        "dropout": 0.3,
    }
    network = PaperGenerator(**settings).eval()  # type: ignore[arg-type]
    generator = {"_target_": "emogan.networks.paper.PaperGenerator", **settings}
    config = {"emotion": "raiva", "model": {"generator": generator}, "data": {"centred": False}}
    save_generator(network, config, 10, tmp_path / "paper.safetensors")
    made = emogan.export(weights=tmp_path / "paper.safetensors", out=tmp_path / "made", format="torch", median=False)
    assert "`emotions`" not in made.files[1].read_text()
    latents = torch.randn(3, 8, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        images = torch.export.load(made.files[0]).module()(latents, torch.tensor([0.5]))
        assert torch.allclose(images, network(latents / 2).clamp(0, 1), atol=1e-6)


def test_bare_weights_are_read_by_emogan_again(conditional_run: Path, tmp_path: Path) -> None:
    made = emogan.export(weights=conditional_run, out=tmp_path / "generator.safetensors")
    mine, theirs = (emogan.load(where).faces("raiva", n=2).pixels for where in (made.files[0], conditional_run))
    assert np.array_equal(mine, theirs)
    assert 'safe_open("generator.safetensors"' in made.files[1].read_text()
    made = emogan.export(network="translator", out=tmp_path / "translator", format="safetensors")
    again, own = read_translator(made.files[0]).network.state_dict(), packaged_translator().network.state_dict()
    assert all(torch.equal(again[name], own[name]) for name in own)


def test_the_recogniser_reads_as_emogan_does(tmp_path: Path) -> None:
    made = emogan.export(network="recogniser", out=tmp_path, format="torch")
    card = made.files[1].read_text()
    assert "license: mit\n" in card
    faces = torch.rand(3, 1, 12, 12, generator=torch.Generator().manual_seed(1))
    faces = torch.nn.functional.interpolate(faces, 96, mode="bicubic").clamp(0, 1)
    names = re.findall(r"^\| `(\w+)`", card.split("| output |")[1], re.MULTILINE)
    with torch.no_grad():
        found = dict(zip(names, torch.export.load(made.files[0]).module()(faces), strict=True))
    reader = packaged_reader()
    light = (faces - faces.mean((1, 2, 3), keepdim=True)) / (faces.std((1, 2, 3), keepdim=True) + 1e-3)
    read = reader.network.read(light)
    wanted = {
        "emotions": (read.emotions / reader.temperature).softmax(1),
        "strength": read.strength.clamp_min(0),
        "actions": read.actions,
        "identity": read.identity,
    }
    assert names == list(wanted)
    for name, values in wanted.items():
        assert torch.allclose(found[name], values, atol=1e-4), name


def test_a_file_that_computes_something_else_is_not_left(
    conditional_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(exported: Exportable, path: Path) -> Run:
        path.write_bytes(b"wrong")
        return lambda inputs: tuple(one + 1e-3 for one in exported.run(inputs))

    monkeypatch.setitem(WRITERS, "torch", wrong)
    with pytest.raises(UserError, match=r"it would differ from PyTorch by 0\.001, expected at most 0\.0001"):
        emogan.export(weights=conditional_run, out=tmp_path / "new", format="torch")
    assert not (tmp_path / "new").exists()


def test_a_sheet_shows_each_person_s_way_to_each_emotion(conditional_run: Path, tmp_path: Path) -> None:
    settings = {"n": 2, "seed": 5, "frames": 3, "emotion": ["raiva", "medo"], "fps": 20, "hold": 400, "truncation": 0.9}
    made = emogan.export(weights=conditional_run, sheet=tmp_path / "sheet.png", **settings)
    assert [file.name for file in made.files] == ["sheet.png", "sheet.json"]
    image, told = Image.open(made.files[0]), json.loads(made.files[1].read_text())
    assert image.text["Description"].startswith("Synthetic") and image.mode == "L"  # type: ignore[attr-defined]
    assert told["meta"]["size"] == {"w": image.width, "h": image.height} and told["meta"]["image"] == "sheet.png"
    tags = [(tag["name"], tag["from"], tag["to"]) for tag in told["meta"]["frameTags"]]
    assert tags[:2] == [("s5_0000_medo", 0, 2), ("s5_0000_raiva", 3, 5)] and tags[3] == ("s5_0001_raiva", 9, 11)
    frames = told["frames"]
    assert [frame["duration"] for frame in frames[:3]] == [400, 50, 400]
    assert frames[4]["emotions"] == {"neutro": 0.5, "raiva": 0.5}  # halfway
    assert frames[0]["frame"] == frames[3]["frame"]  # the same picture of neutro
    generator = emogan.load(conditional_run)
    for number, emotion, person in ((0, "neutro", 0), (5, "raiva", 0), (8, "medo", 1), (6, "neutro", 1)):
        x, y, wide, high = (frames[number]["frame"][key] for key in "xywh")
        wanted = generator.faces(emotion, n=2, seed=5, truncation=0.9).pixels[person].squeeze()
        around = np.asarray(image.crop((x - 1, y - 1, x + wide + 1, y + high + 1)))
        assert np.array_equal(around, np.pad(wanted, 1, mode="edge")), number


def test_frames_of_another_size(conditional_run: Path, tmp_path: Path) -> None:
    made = emogan.export(weights=conditional_run, sheet=tmp_path / "s.png", size=8, frames=2, emotion="raiva")
    told = json.loads(made.files[1].read_text())
    assert [frame["frame"]["w"] for frame in told["frames"]] == [8, 8] and Image.open(made.files[0]).size == (20, 10)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("", "Nothing is to be written: expected one of out=FILE.onnx or sheet=FILE.png or gltf=FILE.glb."),
        ("out=a sheet=b.png", "out=a and sheet=b.png is to be written: expected one of"),
        ("sheet=a.gif", "sheet=a.gif is not usable: expected a name that ends in .png"),
        ("sheet=a.png network=translator", "network=translator draws no sheet: give out=FILE.onnx for it"),
        ("out=a.onnx format=torch", "format=torch is not usable with out=a.onnx, the name of a file of format=onnx"),
        ("out=a network=recogniser weights=there", "weights=there is not usable with network=recogniser"),
        ("out=a network=decoder", "network=decoder is not usable: expected one of generator, encoder, translator"),
        ("sheet=a.png emotion=neutro", "emotion=neutro is where the faces of a sheet come from"),
        ("sheet=a.png n=1000", "a.png would have 24,700 x 24,700 pixels for 36,000 faces: expected at most 8,192"),
        ("sheet=there/old.png", "sheet=there/old.png is not written: there/old.png is there already"),
        ("out=there", "out=there/generator.onnx is not written: there/README.md is there already"),
        ("sheet=there/old.png/x.png", "sheet=there/old.png/x.png cannot be written"),
    ],
)
def test_what_cannot_be_exported_is_a_sentence(
    words: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    there = Path("there")
    there.mkdir()
    for name in ("old.png", "README.md"):
        (there / name).write_text("mine")
    assert run("export", words.split()) == 2
    assert says in capsys.readouterr().err
    assert {path.name for path in tmp_path.rglob("*")} == {"there", "old.png", "README.md"}


def test_the_loaders_of_the_page_need_nothing_of_emogan(
    as_onnx: Exported, conditional_run: Path, tmp_path: Path
) -> None:
    page = code(ROOT / "docs" / "export.md")
    loader, weights = (next(one for one in page if one.startswith(f"# {name}")) for name in ("faces.py", "weights.py"))
    assert len(loader.splitlines()) <= 35
    shutil.copy(as_onnx.files[0], tmp_path)
    emogan.export(weights=conditional_run, out=tmp_path / "bare", format="safetensors")
    bare(loader, tmp_path)
    trained = load_generator(conditional_run / "checkpoints" / "generator.safetensors")
    latents = torch.from_numpy(np.random.default_rng(7).standard_normal((3, 8), np.float32))
    emotions = mixture({Emotion.SURPRESA: 1}, 1).expand(3, -1)
    faces = [np.asarray(Image.open(tmp_path / f"surpresa_{number}.png"), dtype=int) for number in range(3)]
    wanted = draw(trained, latents, emotions, median=True, truncation=0.8)
    assert np.abs(np.stack(faces) - wanted[:, 0].numpy()).max() <= 1
    assert f"EMOTIONS = {tuple(map(str, EMOTIONS))}".replace("'", '"') in loader
    torch.save((latents, emotions), tmp_path / "asked.pt")
    assert "(2, 128)" in weights
    bare(weights.replace("(2, 128)", "(2, 8)") + DRAWN, tmp_path)
    with torch.no_grad():
        faces_of = (trained.network(latents, emotions) + 1) / 2
    assert torch.allclose(torch.load(tmp_path / "drawn.pt"), faces_of, atol=1e-5)
