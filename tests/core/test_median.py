from itertools import product

import numpy as np
import pytest
from skimage.filters import median

from emogan.core.median import median_filter


def test_every_order_of_nine_values_gives_the_middle_one() -> None:
    """Zeros and ones are enough: exchanges that select rightly among them do so among any values (0-1 principle)."""
    tables = np.array(list(product((0, 1), repeat=9)), dtype=np.uint8).reshape(-1, 3, 3, 1)
    np.testing.assert_array_equal(median_filter(tables)[:, 1, 1, 0], np.median(tables.reshape(-1, 9), axis=1))


@pytest.mark.parametrize("channels", [1, 3])
def test_it_agrees_with_scikit_image_edges_included(channels: int) -> None:
    images = np.random.default_rng(0).integers(0, 256, (2, 9, 12, channels), dtype=np.uint8)
    filtered = median_filter(images)
    assert filtered.dtype == np.uint8
    for image, result in zip(images, filtered, strict=True):
        for channel in range(channels):
            np.testing.assert_array_equal(result[..., channel], median(image[..., channel], np.ones((3, 3), bool)))
