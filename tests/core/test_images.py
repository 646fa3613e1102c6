import numpy as np
import torch

from emogan.core.images import GAP, as_shown, grid, stretch_range, to_bytes


def test_each_image_is_stretched_on_its_own() -> None:
    images = torch.rand(3, 1, 8, 8) * torch.tensor([0.1, 1.0, 5.0]).view(3, 1, 1, 1) - 2
    stretched = stretch_range(images)
    torch.testing.assert_close(stretched.amin((1, 2, 3)), torch.zeros(3))
    torch.testing.assert_close(stretched.amax((1, 2, 3)), torch.ones(3), atol=1e-5, rtol=0)


def test_a_flat_image_does_not_divide_by_zero() -> None:
    assert torch.equal(stretch_range(torch.full((1, 1, 4, 4), 0.3)), torch.zeros(1, 1, 4, 4))


def test_bytes_are_rounded_and_channels_come_last() -> None:
    values = torch.tensor([0.0, 0.501, 1.0, 1.7]).view(1, 1, 2, 2)
    assert to_bytes(values)[0, ..., 0].tolist() == [[0, 128], [255, 255]]


def test_salt_and_pepper_is_gone_from_what_is_shown() -> None:
    image = torch.full((1, 1, 16, 16), 0.5)
    image[0, 0, 4, 4], image[0, 0, 10, 3] = 1.0, -1.0
    shown = as_shown(image)
    assert shown.min() == shown.max()


def test_grid_lays_images_out_in_rows() -> None:
    images = np.stack([np.full((4, 5, 1), value, dtype=np.uint8) for value in range(7)])
    sheet = np.asarray(grid(images, columns=3))
    assert sheet.shape == (3 * 4 + 2 * GAP, 3 * 5 + 2 * GAP)
    assert sheet[4 + GAP, 5 + GAP] == 4  # the second row's second image
    assert sheet[-1, -1] == 255  # nothing stands there
    assert np.asarray(grid(images.repeat(3, axis=3), columns=10)).shape == (4, 7 * 5 + 6 * GAP, 3)
