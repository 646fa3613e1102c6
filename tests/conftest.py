"""Small real runs: a folder of drawn faces, tiny networks, the project's own configs."""

import gc
import logging
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from hydra import compose, initialize_config_dir
from hydra.utils import instantiate
from omegaconf import DictConfig
from PIL import Image, ImageDraw

from emogan.config.compose import conf_dir
from emogan.core.emotions import Emotion
from emogan.core.machine import keep_freed_memory
from emogan.data.decode import Framing
from emogan.data.face_set import Faces
from emogan.data.faces import packaged_faces
from emogan.data.keeping import IN_MEMORY
from emogan.data.reals import read_faces
from emogan.networks.recogniser import Recogniser
from emogan.recognition.cache import recogniser_of
from emogan.recognition.training import Recipe
from emogan.sampling.asked import Look, People
from emogan.sampling.sampler import Sampler
from emogan.training.loop import train

FRAMING = Framing(64, 1, "square", 0.57)

TINY = [
    "model=paper",
    "data.rotation=5",
    "data.crop=square",
    "model.generator.hidden=[32,16,48]",
    "model.discriminator.hidden=[48,32,16]",
    "latent_dim=8",
    "image_size=16",
    "batch_size=4",
    "epochs=3",
    "grid.faces=6",
    "grid.every=2",
    "checkpoint.every_minutes=0",
    "evaluate_every=null",
]


TINY_STYLE = [
    "data=folder",
    "data.crop=square",
    "data.people=train",
    "latent_dim=8",
    "image_size=16",
    "batch_size=16",
    "epochs=3",
    "grid.faces=12",
    "grid.every=2",
    "checkpoint.every_minutes=0",
    "evaluate_every=null",
    *(
        f"model.{network}.{setting}"
        for network in ("generator", "discriminator")
        for setting in ("width=8", "widest=16")
    ),
    "model.generator.style_dim=12",
    "model.discriminator.features=12",
]


UNBALANCED = {"neutro": 40, "raiva": 12}  # faces of each emotion
TINY_BALANCE = [
    *("image_size=16", "recogniser.steps=60", "recogniser.width=8", "recogniser.features=16", "recogniser.batch=16"),
    "confidence=0",
    "data.crop=square",
]


# Files that take longest, begun first, so that no process is left alone with one of them at the end.
SLOW = (
    *("test_render", "test_sweep", "test_hostile", "web/test_browser_work", "test_evaluate", "test_docs"),
    *("metrics/test_comparison", "web/test_balancings", "web/test_browser_data", "training/test_resume"),
    *("test_scripts", "test_balance", "training/test_claims", "training/test_mid_epoch", "training/test_bad_days"),
    *("test_study", "studying/test_workers", "training/callbacks/test_interrupt", "training/test_together"),
    *("test_tune", "test_examples", "recognition/test_recogniser", "web/test_trainings"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slow files first."""
    place = {Path(__file__).parent / f"{name}.py": number for number, name in enumerate(SLOW)}
    items.sort(key=lambda item: place.get(item.path, len(SLOW)))


def pytest_collection_finish() -> None:
    """Every training looks for garbage: not in all that was imported by now, a fifth of a tiny training's time."""
    gc.freeze()


def pytest_unconfigure() -> None:
    """Nor does the interpreter as it ends."""
    gc.freeze()


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of these tests have in common."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(autouse=True, scope="session")
def cache_of_its_own(shared: Path) -> Iterator[None]:
    """Decoded images of tests, and what libraries remember, stay out of the real cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(shared / "cache"))
        yield


@pytest.fixture(autouse=True, scope="session")
def memory_as_in_a_command() -> None:
    """Whatever is heavy keeps its freed memory, as the commands do: a recogniser learns a sixth faster."""
    keep_freed_memory()


@pytest.fixture(autouse=True, scope="session")
def signals_as_in_a_terminal() -> None:
    """Shells start background jobs deaf to Ctrl-C, and nohup to a closed terminal; children inherit that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(scope="session")
def drawn_faces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten drawn faces of raiva and two of medo, 64x80 greyscale JPEGs, a folder per emotion."""
    root = tmp_path_factory.mktemp("drawn")
    rng = np.random.default_rng(0)
    for emotion, images in (("raiva", 10), ("medo", 2)):
        (root / emotion).mkdir()
        for number in range(images):
            picture = Image.new("L", (64, 80), 180)
            draw = ImageDraw.Draw(picture)
            x, y = rng.integers(-3, 4, 2).tolist()
            draw.ellipse((12 + x, 10 + y, 52 + x, 70 + y), fill=int(rng.integers(90, 150)))
            draw.line((22 + x, 30 + y, 30 + x, 34 + y), fill=20, width=3)
            draw.line((34 + x, 34 + y, 42 + x, 30 + y), fill=20, width=3)
            draw.line((24 + x, 56 + y, 40 + x, 56 + y), fill=10, width=4)
            picture.save(root / emotion / f"p{number:02d}.jpg")
    return root


@pytest.fixture(scope="session")
def six_emotions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty drawn people with all six emotions, 32x32, a folder per emotion: the mouth tells them apart."""
    root = tmp_path_factory.mktemp("six")
    rng = np.random.default_rng(1)
    for place, emotion in enumerate(Emotion):
        (root / emotion.value).mkdir()
        for person in range(40):
            picture = Image.new("L", (32, 32), int(rng.integers(150, 220)))
            draw = ImageDraw.Draw(picture)
            draw.ellipse((5, 3, 27, 30), fill=int(rng.integers(80, 130)))
            draw.line((10, 18 + place, 22, 28 - place), fill=10, width=2)
            picture.putpixel((0, 0), 5 * person)  # no two are the same image
            picture.save(root / emotion.value / f"p{person:02d}.png")
    return root


def folder_of_its_own(parent: Path, overrides: tuple[str, ...]) -> list[str]:
    """Where a training goes, unless a checkpoint says it."""
    return [] if any(one.startswith("ckpt_path=") for one in overrides) else [f"run_dir={parent / 'run'}"]


@pytest.fixture
def style_config(tmp_path: Path, six_emotions: Path) -> Callable[..., DictConfig]:
    """Composes the config of a tiny training of the recommended pair on the six emotions; overrides as arguments."""

    def composed(*overrides: str) -> DictConfig:
        base = [f"data.root={six_emotions}", *folder_of_its_own(tmp_path, overrides), *TINY_STYLE]
        emotion = [] if any(one.startswith("emotion=") for one in overrides) else ["emotion=todas"]
        with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
            return compose("train", [*base, *emotion, *overrides])

    return composed


@pytest.fixture(scope="session")
def conditional_run(six_emotions: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of emotion=todas."""
    folder = tmp_path_factory.mktemp("conditional") / "todas"
    base = [f"data.root={six_emotions}", "emotion=todas", f"run_dir={folder}", *TINY_STYLE]
    with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        train(compose("train", base))
    return folder


@pytest.fixture(scope="session")
def unbalanced(conditional_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database whose faces a tiny network drew, so that more faces of it are like its own; p00.png is a person's."""
    root = tmp_path_factory.mktemp("unbalanced")
    sampler = Sampler.of(str(conditional_run))
    for emotion, count in UNBALANCED.items():
        (root / emotion).mkdir()
        shown = sampler.weights_of({emotion: {Emotion(emotion): 1.0}}, 1.0)
        (portion,) = sampler.faces(shown, People(count, 99), Look(1.0, False))
        for number, picture in enumerate(portion.images):
            Image.fromarray(picture.squeeze()).save(root / emotion / f"p{number:02d}.png")
    return root


@pytest.fixture(scope="session")
def drawn_config(drawn_faces: Path) -> Callable[..., DictConfig]:
    """Composes the config of a tiny training on the drawn faces, into the folder that the overrides name."""

    def composed(*overrides: str) -> DictConfig:
        base = ["emotion=raiva", "data=folder", f"data.root={drawn_faces}", *TINY]
        with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
            return compose("train", [*base, *overrides])

    return composed


@pytest.fixture
def train_config(tmp_path: Path, drawn_config: Callable[..., DictConfig]) -> Callable[..., DictConfig]:
    """The same, into a folder of the test's own; further overrides as arguments."""

    def composed(*overrides: str) -> DictConfig:
        return drawn_config(*folder_of_its_own(tmp_path, overrides), *overrides)

    return composed


@pytest.fixture(scope="session")
def recipe() -> Recipe:
    """The project's own."""
    with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        made: Recipe = instantiate(compose("evaluate").recogniser)
    return made


@pytest.fixture(scope="session")
def packaged() -> Faces:
    """All frontal packaged faces at 64 pixels."""
    faces, _ = read_faces(partial(packaged_faces, "S", None, None, None), FRAMING, IN_MEMORY)
    return faces


@pytest.fixture(scope="session")
def recogniser(packaged: Faces, recipe: Recipe, shared: Path) -> Recogniser:
    """Trained on the people that are not kept aside, in fewer steps: once, whichever process comes first.

    It is remembered in ``tests/recognition``, under the name of all that it depends on: where that has changed, it is
    learnt anew, which takes longer; put what ``shared`` then holds in the old one's place.
    """
    with FileLock(shared / "recogniser.lock"):
        for file in (Path(__file__).parent / "recognition").glob("recogniser_*.safetensors"):
            shutil.copy(file, shared)
        return recogniser_of(packaged, "packaged", FRAMING, replace(recipe, steps=250), shared)


@pytest.fixture
def log_handlers() -> Iterator[None]:
    """Hydra gives the root logger handlers that write to a test's own stdout."""
    before = list(logging.getLogger().handlers)
    yield
    logging.getLogger().handlers = before
