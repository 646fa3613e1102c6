"""The wheel, installed into an environment of its own, finds its configs."""

import site
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMPOSE = """
import emogan
from pathlib import Path
from hydra import compose, initialize_config_dir
from emogan.config.compose import conf_dir
assert conf_dir() == Path(emogan.__file__).parent / "conf", conf_dir()
with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
    print(compose("train", ["emotion=raiva", "experiment=paper"]).epochs)
from emogan.data.faces import PACKAGED
print(len(list(PACKAGED.rglob("*.JPG"))))
from emogan.runs.find import find_generator
from emogan.runs.generator_file import load_generator
print(load_generator(find_generator("packaged")).emotion)
"""


def test_an_installed_wheel_composes_its_configs(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    venv.create(tmp_path / "fresh", with_pip=True)
    python = tmp_path / "fresh" / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    # Its dependencies are borrowed from here: PyTorch alone is gigabytes. Editable installs are .pth files, which a
    # path on PYTHONPATH does not read, so this project itself can only come from the wheel.
    libraries = {"PYTHONPATH": site.getsitepackages()[0]}
    ended = subprocess.run(
        [str(python), "-P", "-c", COMPOSE], cwd=tmp_path, env=libraries, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    epochs, images, emotion = ended.stdout.split()
    assert emotion == "todas"
    assert epochs == "8000"
    assert int(images) == len(list((ROOT / "emogan" / "data" / "packaged").rglob("*.JPG")))
