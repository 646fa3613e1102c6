"""A rendered person in Blender: names of shape keys, animations that reach their emotion, and a picture of each.

    apt-get install --no-install-recommends blender
    python scripts/check_blender.py --out outputs/blender [--file person.glb]

Writes an avatar (or takes --file), has Blender import it without a window, and compares with what the file says. --out
gets a picture of each emotion, drawn by Cycles. Exit code 1 when a name is missing or an animation ends elsewhere.
"""

import argparse
import json
import os
import struct
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import emogan

CLOSE = 1e-3  # of a weight of 1
INSIDE = r"""
import bpy, json, math, sys
from mathutils import Vector
glb, out = sys.argv[sys.argv.index("--") + 1 :]
bpy.ops.wm.read_factory_settings(use_empty=True)
bpy.ops.import_scene.gltf(filepath=glb)
scene, keys = bpy.context.scene, bpy.data.objects["face"].data.shape_keys
told = {"version": bpy.app.version_string, "keys": [key.name for key in keys.key_blocks][1:], "animations": {}}
world = scene.world = bpy.data.worlds.new("grey")
world.use_nodes = True
world.node_tree.nodes["Background"].inputs[0].default_value = (0.5, 0.5, 0.5, 1)
corners = [part.matrix_world @ Vector(c) for part in bpy.data.objects if part.type == "MESH" and part.name == "face"
           for c in part.bound_box]
middle = sum(corners, Vector()) / 8
camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
camera.location, camera.rotation_euler, camera.data.lens = middle + Vector((0, -0.75, 0)), (math.pi / 2, 0, 0), 60
lamp = bpy.data.objects.new("lamp", bpy.data.lights.new("lamp", "AREA"))
lamp.location, lamp.data.energy, lamp.data.size = middle + Vector((0.5, -1, 0.6)), 12, 0.6
lamp.rotation_euler = (middle - lamp.location).to_track_quat("-Z", "Y").to_euler()
for thing in (camera, lamp):
    scene.collection.objects.link(thing)
scene.camera, scene.render.engine, scene.cycles.samples, scene.cycles.use_denoising = camera, "CYCLES", 16, False
scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = 240, 280, 100
keys.animation_data.action = None  # the importer leaves one on top of all tracks
for key in keys.key_blocks[1:]:
    key.slider_max = 2.0  # else weights above 1 are cut off
for track in keys.animation_data.nla_tracks:
    track.mute = True
for track in keys.animation_data.nla_tracks:
    track.mute = False
    strip = track.strips[0]
    frame = scene.render.fps * 1.0  # seconds: all of the emotion
    scene.frame_set(int(frame), subframe=frame % 1)
    seconds = (strip.frame_end - strip.frame_start) / scene.render.fps
    told["animations"][track.name] = {"seconds": seconds, "weights": {k.name: k.value for k in keys.key_blocks[1:]}}
    scene.render.filepath = f"{out}/{track.name}.png"
    bpy.ops.render.render(write_still=True)
    track.mute = True
json.dump(told, open(f"{out}/told.json", "w"))
"""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--out", type=Path, default=Path("outputs/blender"))
    asked.add_argument("--file", type=Path, help="an avatar that is there already")
    asked.add_argument("settings", nargs="*", help="of emogan export", default=["seed=1", "person=F05"])
    options = asked.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        file = options.file or Path(folder) / "person.glb"
        if not options.file:
            emogan.export(*options.settings, gltf=file)
        names, emotions = expected(file)
        told = opened(file.resolve(), options.out.resolve())
    lacking = set(names) ^ set(told["keys"])
    print(f"Blender {told['version']}: {len(told['keys'])} shape keys, {len(lacking)} of them with another name")
    wrong = len(lacking) + len(set(emotions) ^ set(told["animations"]))
    for name, played in sorted(told["animations"].items()):
        far = max(abs(played["weights"][key] - emotions[name].get(key, 0.0)) for key in names)
        wrong += far > CLOSE
        print(f"{name:<12}{played['seconds']:6.2f} s, after a second {far:.5f} from the emotion's weights at most")
    sys.exit(1 if wrong else 0)


def expected(file: Path) -> tuple[list[str], dict[str, dict[str, float]]]:
    """The names of the morph targets, and the weights of each emotion that has an animation."""
    content = file.read_bytes()
    (length,) = struct.unpack_from("<I", content, 12)  # of the first chunk, which is JSON
    (extras,) = [mesh["extras"] for mesh in json.loads(content[20 : 20 + length])["meshes"] if "extras" in mesh]
    return extras["targetNames"], {name: w for name, w in extras["emotions"].items() if name != "neutro"}


def opened(file: Path, out: Path) -> dict[str, Any]:
    """What Blender says of a file."""
    command = ["blender", "--background", "--factory-startup", "--python-exit-code", "1", "--python-expr", INSIDE]
    # Blender takes the numpy of the first Python in PATH. Debian's 1.24 has no np.bool, which its importer asks for.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [*command, "--", str(file), str(out)],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=580,
    )
    if done.returncode:
        sys.exit(f"Blender: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    told: dict[str, Any] = json.loads((out / "told.json").read_text())
    (out / "told.json").unlink()
    return told


if __name__ == "__main__":
    main()
