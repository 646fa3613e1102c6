import torch
from hydra import compose, initialize_config_dir

from emogan.config.compose import conf_dir, plain
from emogan.core.emotions import EMOTIONS
from emogan.data.face_set import Faces, together
from emogan.data.faces import PACKAGED
from emogan.data.reals import real_faces


def settings(*overrides: str) -> dict[str, object]:
    with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        return plain(compose("train", ["emotion=medo", "image_size=32", "run_dir=unused", *overrides]))


def test_a_kdef_tree_gives_the_same_faces_as_the_packaged_ones() -> None:
    """They are laid out alike: what learns from one works on the other unchanged."""
    packaged, digest, framing = real_faces(settings(), None)
    kdef, same, _ = real_faces(settings("data=kdef", f"data.root={PACKAGED}"), None)
    assert (len(packaged), framing.image_size) == (840, 32)
    assert torch.equal(packaged.images, kdef.images) and packaged.people == kdef.people
    assert digest == same
    assert [len(packaged.of(emotion)) for emotion in EMOTIONS] == [140] * 6
    assert int(packaged.held_out.sum()) == 240


def test_faces_can_be_chosen_and_put_together() -> None:
    faces = Faces(torch.arange(4).view(4, 1, 1, 1).to(torch.uint8), torch.tensor([0, 1, 1, 2]), ("a", "b", "c", "d"))
    chosen = faces[faces.emotions == 1]
    assert chosen.people == ("b", "c")
    whole = together([chosen, faces[torch.tensor([3, 0])]])
    assert whole.people == ("b", "c", "d", "a")
    assert whole.images.flatten().tolist() == [1, 2, 3, 0]
