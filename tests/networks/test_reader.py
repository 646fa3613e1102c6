import torch

from emogan.networks.landmarker import SIZE, prepare
from emogan.networks.reader import Reader, mirror_name

ACTIONS = ["jawOpen", "mouthSmileLeft", "mouthSmileRight", "eyeLookInLeft", "eyeLookInRight", "mouthLeft", "mouthRight"]


def test_actions_change_sides_in_a_mirror() -> None:
    assert [mirror_name(name) for name in ("mouthSmileLeft", "jawRight", "browInnerUp")] == [
        *("mouthSmileRight", "jawLeft", "browInnerUp")
    ]


def test_a_face_and_its_mirror_image_are_read_alike() -> None:
    torch.manual_seed(0)
    reader = Reader(4, 16, 8, ACTIONS)
    crops = prepare(torch.rand(3, 1, SIZE, SIZE))
    here, there = reader.read(crops), reader.read(crops.flip(-1))
    assert reader.training
    assert torch.allclose(here.emotions, there.emotions, atol=1e-5)
    assert torch.allclose(here.identity, there.identity, atol=1e-5)
    assert torch.allclose(here.identity.norm(dim=1), torch.ones(3))
    assert torch.allclose(here.strength, there.strength, atol=1e-5)
    assert torch.allclose(here.actions[:, 1], there.actions[:, 2], atol=1e-5)
    assert torch.allclose(here.actions[:, 0], there.actions[:, 0], atol=1e-5)
    assert not torch.allclose(here.actions[:, 1], here.actions[:, 2], atol=1e-3)
    assert here.emotions.shape == (3, 6) and here.actions.shape == (3, 7)
