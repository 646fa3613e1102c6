"""A person as glTF with facial actions as morph targets, and photographs that drive it."""

import io
import json
import shutil
import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from scipy.spatial import cKDTree

import emogan
from emogan import UserError
from emogan.cli.command import run
from emogan.core.emotions import EMOTIONS
from emogan.data.faces import PACKAGED
from emogan.exporting.hues import HAIR, IRIS, LUMINANCE, SKIN, coloured, to_screen
from emogan.exporting.ribbons import ribbons
from emogan.rendering.arkit import ARKIT, OWN
from emogan.rendering.expression import LIMIT, WAYS
from emogan.rendering.head import load_head
from emogan.rendering.photograph import sit

pytestmark = pytest.mark.usefixtures("log_handlers")
KINDS = {5121: "<u1", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
SEED, SEX, NUMBER = 4, "M", 2
REACH = 0.0001  # m that may be left out of a morph target


@dataclass(frozen=True)
class Opened:
    """A .glb as the specification says that it is read, by other code than wrote it."""

    told: dict[str, Any]
    binary: bytes

    @classmethod
    def of(cls, file: Path) -> "Opened":
        content = file.read_bytes()
        magic, version, length, first, kind = struct.unpack_from("<4sIIII", content)
        assert (magic, version, length) == (b"glTF", 2, len(content)) and kind == 0x4E4F534A and first % 4 == 0
        second, kind = struct.unpack_from("<II", content, 20 + first)
        assert kind == 0x004E4942 and 28 + first + second == length
        return cls(json.loads(content[20 : 20 + first]), content[28 + first :])

    def view(self, number: int, kind: int, count: int, start: int = 0) -> NDArray[Any]:
        view = self.told["bufferViews"][number]
        return np.frombuffer(self.binary, KINDS[kind], count, view["byteOffset"] + start)

    def values(self, number: int) -> NDArray[Any]:
        one = self.told["accessors"][number]
        width = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}[one["type"]]
        if "bufferView" in one:
            flat = self.view(one["bufferView"], one["componentType"], one["count"] * width).copy()
        else:
            flat = np.zeros(one["count"] * width, np.float32)
        values = flat.reshape(-1, width)
        if sparse := one.get("sparse"):
            places = self.view(sparse["indices"]["bufferView"], sparse["indices"]["componentType"], sparse["count"])
            moved = self.view(sparse["values"]["bufferView"], one["componentType"], sparse["count"] * width)
            values[places] = moved.reshape(-1, width)
        if "min" in one:
            assert np.array_equal(values.min(0), np.float32(one["min"]))
            assert np.array_equal(values.max(0), np.float32(one["max"]))
        return values

    def face(self) -> dict[str, Any]:
        mesh: dict[str, Any] = self.told["meshes"][0]
        return mesh

    def part(self, material: str) -> dict[str, Any]:
        numbers = [one["name"] for one in self.told["materials"]]
        (found,) = [one for one in self.face()["primitives"] if numbers[one["material"]] == material]
        return dict(found)

    def moves(self, material: str, action: str) -> NDArray[Any]:
        number = self.face()["extras"]["targetNames"].index(action)
        return self.values(self.part(material)["targets"][number]["POSITION"])

    def clip(self, name: str) -> tuple[NDArray[Any], NDArray[Any]]:
        (found,) = [one for one in self.told["animations"] if one["name"] == name]
        (sampler,) = found["samplers"]
        return self.values(sampler["input"])[:, 0], self.values(sampler["output"]).reshape(-1, len(ARKIT) + len(OWN))


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Frames: two faces with a picture of nothing between them."""
    folder = tmp_path_factory.mktemp("frames")
    for name, frame in (("1.jpg", "HAS"), ("3.jpg", "SUS")):
        shutil.copy(PACKAGED / "KDEF" / "AF01" / f"AF01{frame}.JPG", folder / name)
    Image.new("RGB", (90, 70), (120, 110, 90)).save(folder / "2.jpg")
    return folder


@pytest.fixture(scope="module")
def made(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A person who shows the photographs."""
    file = tmp_path_factory.mktemp("avatar") / "person.glb"
    emogan.export(gltf=file, seed=SEED, person=f"{SEX}{NUMBER:02d}", photos=photos, fps=10)
    return file


@pytest.fixture(scope="module")
def opened(made: Path) -> Opened:
    return Opened.of(made)


def in_gltf(vectors: NDArray[Any]) -> NDArray[Any]:
    """The renderer's axes as glTF's."""
    return np.stack([vectors[:, 0], vectors[:, 2], -vectors[:, 1]], 1)


def test_the_head_stands_upright_in_metres_and_looks_to_the_front(opened: Opened) -> None:
    told = opened.told
    assert told["asset"]["version"] == "2.0" and told["asset"]["copyright"].startswith("CC0")
    assert [one["name"] for one in told["materials"]] == ["skin", "eye", "mouth", "hair", "cloth", "worn", "locks"]
    skin, eyes = (opened.values(opened.part(name)["attributes"]["POSITION"]) for name in ("skin", "eye"))
    every = [one["attributes"]["POSITION"] for mesh in told["meshes"] for one in mesh["primitives"]]
    assert min(opened.values(number)[:, 1].min() for number in every) == 0
    assert 0.25 < skin[:, 1].max() < 0.60  # a head and what is above the collar
    assert eyes[:, 2].mean() > skin[:, 2].mean() + 0.02  # the eyes are in front
    assert abs(eyes[:, 0].mean()) < 0.005 and eyes[:, 0].max() > 0.03
    for mesh in told["meshes"]:
        for part in mesh["primitives"]:
            normals = opened.values(part["attributes"]["NORMAL"])
            assert np.allclose(np.linalg.norm(normals, axis=1), 1, atol=1e-4)
            assert opened.values(part["indices"]).max() < len(normals)
    nose = skin[:, 2].argmax()
    assert opened.values(opened.part("skin")["attributes"]["NORMAL"])[nose][2] > 0.5


def test_the_skin_is_a_jpeg_with_lips_that_are_redder_than_a_cheek(opened: Opened) -> None:
    (image,) = opened.told["images"]
    view = opened.told["bufferViews"][image["bufferView"]]
    content = opened.binary[view["byteOffset"] : view["byteOffset"] + view["byteLength"]]
    picture = Image.open(io.BytesIO(content))
    assert picture.format == "JPEG"
    pixels = np.asarray(picture, float) / 255
    attributes = opened.part("skin")["attributes"]
    at = opened.values(attributes["POSITION"])
    uv = np.clip((opened.values(attributes["TEXCOORD_0"]) * picture.size).astype(int), 0, np.array(picture.size) - 1)
    colours = pixels[uv[:, 1], uv[:, 0]]
    rolled = np.linalg.norm(opened.moves("skin", "mouthRollLower"), axis=1)
    lip = rolled > 0.6 * rolled.max()
    cheek = (np.abs(at[:, 0]) > 0.03) & (np.linalg.norm(opened.moves("skin", "cheekPuff"), axis=1) > 0.006)
    redness = colours[:, 0] / colours[:, 1]
    assert np.median(redness[lip]) > np.median(redness[cheek])


@pytest.mark.parametrize("action", ["jawOpen", "mouthSmileLeft", "eyeBlinkRight", "browInnerUp", "cheekPuff", "browV"])
def test_a_morph_target_takes_the_skin_where_the_renderer_takes_it(opened: Opened, action: str) -> None:
    face = opened.face()
    assert face["extras"]["targetNames"] == [*ARKIT, *OWN]
    assert all(len(part["targets"]) == len(face["weights"]) == 56 for part in face["primitives"])
    sitter = sit(SEED, SEX, NUMBER)
    head, person = sitter.head, sitter.person
    posed = head.shape(person.phenotype, person.changes, {action: 1.0})
    here, there = (in_gltf(head.plain.weights @ places) for places in (sitter.neutral, posed))
    rest = opened.values(opened.part("skin")["attributes"]["POSITION"])
    moves = opened.moves("skin", action)
    rest = rest - [0, rest[:, 1].max() - here[:, 1].max(), 0]  # the file stands on the ground
    distance, nearest = cKDTree(here).query(rest)  # skin under the shirt is not in it
    assert distance.max() < 1e-5
    assert np.abs(rest + moves - there[nearest]).max() < REACH
    assert np.linalg.norm(moves, axis=1).max() > 0.002


def test_jaw_tongue_and_eyes_move_as_they_should(opened: Opened) -> None:
    assert -0.045 < opened.moves("mouth", "jawOpen")[:, 1].min() < -0.015
    assert opened.moves("mouth", "tongueOut")[:, 2].max() > 0.015  # to the front
    assert not opened.moves("mouth", "browDownLeft").any()
    eyes = opened.values(opened.part("eye")["attributes"]["POSITION"])
    front = eyes[:, 2] > eyes[:, 2].max() - 0.002
    for side, on_it in (("Left", eyes[:, 0] > 0), ("Right", eyes[:, 0] < 0)):
        away = 1 if side == "Left" else -1
        assert (away * opened.moves("eye", f"eyeLookOut{side}")[front & on_it, 0]).min() > 0.002
        assert (away * opened.moves("eye", f"eyeLookIn{side}")[front & on_it, 0]).max() < -0.002
        assert opened.moves("eye", f"eyeLookDown{side}")[front & on_it, 1].max() < -0.002
        assert opened.moves("eye", f"eyeLookUp{side}")[front & on_it, 1].min() > 0.001
        assert not opened.moves("eye", f"eyeLookUp{side}")[~on_it].any()


def test_an_animation_goes_from_neutro_to_the_emotion_and_back(opened: Opened) -> None:
    names = opened.face()["extras"]["targetNames"]
    shown = opened.face()["extras"]["emotions"]
    assert [*shown] == [str(emotion) for emotion in EMOTIONS]
    assert max(weight for does in shown.values() for weight in does.values()) <= LIMIT
    for emotion, does in shown.items():
        if emotion == "neutro":
            continue
        seconds, weights = opened.clip(emotion)
        assert seconds[0] == 0 and (np.diff(seconds) > 0).all()
        rest, full = ([by.get(name, 0.0) for name in names] for by in (shown["neutro"], does))
        assert np.allclose(weights[[0, -1]], rest, atol=1e-4)
        assert np.allclose(weights[(seconds > 0.39) & (seconds < 1.61)], full, atol=1e-4)
    ways = WAYS[EMOTIONS[3]]
    assert shown["raiva"]["browV"] == next(iter(ways.values()))["browV"]


def test_photographs_drive_it(opened: Opened, made: Path, photos: Path) -> None:
    told = json.loads(made.with_suffix(".json").read_text(encoding="utf-8"))
    assert [one["file"] for one in told["frames"]] == ["1.jpg", "3.jpg"]
    assert [one["seconds"] for one in told["frames"]] == [0.0, 0.2] and [*told["without_a_face"]] == ["2.jpg"]
    names = opened.face()["extras"]["targetNames"]
    seconds, weights = opened.clip("photographs")
    assert np.allclose(seconds, [0, 0.2]) and np.allclose(opened.face()["weights"], weights[0], atol=1e-4)
    for number, one in enumerate(told["frames"]):
        (face,) = emogan.recognise(photos / one["file"])
        assert one["emotion"] == face.emotion and [*one["weights"]] == [*ARKIT] and [*one["own"]] == [*OWN]
        for name, weight in {**one["weights"], **one["own"]}.items():
            read = max(face.actions[name], 0.0)
            assert abs(weight - min(read, 1.0)) < 1e-3
            assert abs(weights[number][names.index(name)] - min(read, LIMIT)) < 1e-3
    happy, surprised = (one["weights"] for one in told["frames"])
    assert happy["mouthSmileLeft"] > surprised["mouthSmileLeft"] + 0.3
    assert surprised["browInnerUp"] > happy["browInnerUp"] + 0.3


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("gltf=a.gltf", "gltf=a.gltf is not usable: expected a name that ends in .glb"),
        ("gltf=a.glb person=X01", "person=X01 is not usable: expected F or M and a number of two digits or more"),
        ("gltf=a.glb person=F00", "person=F00 is not usable"),
        ("gltf=a.glb network=translator", "network=translator draws no avatar: give out=FILE.onnx"),
        ("sheet=a.png photos=b.jpg", "photos=b.jpg drive an avatar: give gltf=FILE.glb, or leave photos= out"),
        ("gltf=a.glb photos=wall.png", "No face drives the avatar (wall.png: no face was found in it)"),
        ("gltf=a.glb photos=none.jpg", "No face drives the avatar (none.jpg:"),
        ("gltf=there.glb", "gltf=there.glb is not written: there.glb is there already"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    words: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("there.glb").touch()
    Image.new("RGB", (90, 70), (120, 110, 90)).save("wall.png")
    before = sorted(Path().iterdir())
    assert run("export", words.split()) == 2
    assert says in capsys.readouterr().err
    assert sorted(Path().iterdir()) == before


def test_without_the_extra_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "anny", None)
    load_head.cache_clear()
    sit.cache_clear()
    with pytest.raises(UserError, match=r'pip install "emogan\[render\]"'):
        emogan.export(gltf=tmp_path / "a.glb")
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("hue", [SKIN, HAIR, IRIS])
def test_a_hue_keeps_the_brightness(hue: Any) -> None:
    albedo = np.linspace(0.005, 0.55, 40)
    colours = coloured(albedo, hue)
    assert np.allclose(colours @ LUMINANCE, albedo, rtol=1e-6)
    assert (colours.std(1) > 0).all()
    assert np.allclose(to_screen(np.array([0.0, 0.0031308, 0.5, 1.0])), [0, 0.04045, 0.735357, 1], atol=1e-4)


def test_ribbons_look_outward_and_end_in_a_tip() -> None:
    t = np.linspace(0, 0.1, 5)
    curves = np.stack([np.stack([0 * t, 0 * t, -t], 1), np.stack([t, 0 * t, 0.2 * t], 1)])
    made = ribbons(curves, np.full((2, 5), 0.001), np.broadcast_to([0.0, -1.0, 0.0], curves.shape))
    places = made.laid(curves)
    corners = places[made.triangles]
    flat = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    assert (flat[:, 1] < 0).all() and np.allclose(made.normals, [0, -1, 0])
    assert len(places) == 2 * 9 and len(made.triangles) == 2 * 7
    assert np.allclose(places[[8, 17]], curves[:, -1])
    assert np.allclose(np.linalg.norm(places[0] - places[1]), 0.002)
    assert np.allclose(made.laid(curves + 1), places + 1)
