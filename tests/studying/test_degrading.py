import torch

from emogan.studying.degrading import degraded


def test_every_image_gets_a_light_of_its_own_that_its_name_decides() -> None:
    images = torch.full((3, 1, 48, 48), 128.0)
    worse = degraded(images, ["a", "b", "a"])
    assert torch.equal(worse[0], worse[2])
    assert not torch.equal(worse[0], worse[1])
    assert worse.shape == images.shape and worse.min() >= 0 and worse.max() <= 255


def test_means_and_sides_differ_and_noise_is_there() -> None:
    worse = degraded(torch.full((60, 1, 48, 48), 128.0), [str(number) for number in range(60)])
    means = worse.mean(dim=(1, 2, 3))
    assert means.std() > 20
    sides = (worse[..., :12].mean(dim=(1, 2, 3)) - worse[..., -12:].mean(dim=(1, 2, 3))).abs()
    assert sides.max() > 30
    rough = (worse[..., 1:] - worse[..., :-1]).std(dim=(1, 2, 3)) / 2**0.5
    assert 12 < rough.median() < 18  # the noise's deviation, cut off in bright images


def test_a_face_is_still_to_be_seen() -> None:
    image = torch.full((1, 1, 48, 48), 160.0)
    image[..., 20:28, 10:38] = 40.0
    worse = degraded(image.expand(20, -1, -1, -1), [str(number) for number in range(20)])
    inside, above = worse[..., 20:28, 10:38].mean(dim=(1, 2, 3)), worse[..., 8:16, 10:38].mean(dim=(1, 2, 3))
    assert bool((above - inside > 20).all())
