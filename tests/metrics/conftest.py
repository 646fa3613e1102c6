"""The packaged faces and their recogniser, trained once for all tests here."""

from functools import partial

import pytest
from hydra import compose, initialize_config_dir
from hydra.utils import instantiate

from emogan.config.compose import conf_dir
from emogan.data.decode import Framing
from emogan.data.face_set import Faces
from emogan.data.faces import packaged_faces
from emogan.data.reals import read_faces
from emogan.networks.recogniser import Recogniser
from emogan.recognition.training import Recipe, train_recogniser


@pytest.fixture(scope="session")
def recipe() -> Recipe:
    """The project's own."""
    with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        made: Recipe = instantiate(compose("evaluate").recogniser)
    return made


@pytest.fixture(scope="session")
def packaged() -> Faces:
    """All frontal packaged faces at 64 pixels."""
    faces, _ = read_faces(partial(packaged_faces, "S", None, None, None), Framing(64, 1, "face", 0.57), None)
    return faces


@pytest.fixture(scope="session")
def recogniser(packaged: Faces, recipe: Recipe) -> Recogniser:
    """Trained on the people that are not kept aside."""
    learnt = packaged[~packaged.held_out]
    return train_recogniser(learnt.images, learnt.emotions, recipe)
