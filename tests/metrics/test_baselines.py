import torch

from emogan.data.face_set import Faces
from emogan.metrics.baselines import blurred, copies, noise


def faces(count: int, channels: int = 1) -> Faces:
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (count, channels, 40, 40), generator=generator, dtype=torch.uint8)
    return Faces(images, torch.arange(count) % 6, tuple(map(str, range(count))))


def test_blurred_faces_keep_their_light_and_lose_their_edges() -> None:
    sharp = faces(3, channels=3)
    soft = blurred(sharp).images
    assert soft.dtype == torch.uint8 and soft.shape == sharp.images.shape
    assert (soft.float().mean((1, 2, 3)) - sharp.images.float().mean((1, 2, 3))).abs().max() < 3
    assert soft.float().std() < sharp.images.float().std() / 2


def test_noise_fills_the_range_and_repeats() -> None:
    first = noise(faces(4), seed=3)
    assert torch.equal(first.images, noise(faces(4), seed=3).images)
    assert first.images.min() == 0 and first.images.max() == 255
    assert torch.equal(first.emotions, faces(4).emotions)


def test_copies_are_all_the_faces_equally_often() -> None:
    drawn = copies(faces(5), count=12, seed=0)
    counts = sorted(drawn.people.count(person) for person in faces(5).people)
    assert counts == [2, 2, 2, 3, 3]
