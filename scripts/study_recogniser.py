"""What the recogniser's second head and its little noise are for: measures of known sets under four recipes.

usage: python scripts/study_recogniser.py

Every recipe trains a recogniser on the packaged faces' people that are not kept aside; then sets of faces whose quality
is known are measured against the people that are.
"""

from dataclasses import replace
from functools import partial

import torch
import torch.nn.functional as F
from hydra import compose, initialize_config_dir
from hydra.utils import instantiate

from emogan.config.compose import conf_dir
from emogan.data.cache import folder_of
from emogan.data.decode import Framing
from emogan.data.face_set import Faces
from emogan.data.faces import packaged_faces
from emogan.data.keeping import Keeping
from emogan.data.reals import read_faces
from emogan.data.warp import warp
from emogan.metrics import baselines as yardsticks
from emogan.metrics.measuring import Settings, measure, see
from emogan.recognition.training import Recipe, train_recogniser

WARPS = (0.01, 0.015, 0.02, 0.03)
SHOWN = ("kid", "precision", "recall", "coverage", "copying")


def moved(faces: Faces) -> Faces:
    """The same faces moved by up to 2 %, with a little noise: copies that no pixel gives away."""
    generator = torch.Generator().manual_seed(0)
    count = len(faces)
    shift = (torch.rand(count, 2, generator=generator) * 2 - 1) * 0.04  # of half the image
    where = torch.cat([torch.eye(2).expand(count, 2, 2), shift[:, :, None]], dim=2)
    images = faces.images.float()
    grid = F.affine_grid(where, list(images.shape), align_corners=False)
    images = F.grid_sample(images, grid, padding_mode="border", align_corners=False)
    images = images + 4 * torch.randn(images.shape, generator=generator)
    return replace(faces, images=images.clamp(0, 255).to(torch.uint8))


def reshaped(faces: Faces, amount: float) -> Faces:
    """The same faces, each with another shape (data.warp)."""
    images = warp(faces.images.float() / 255, amount, torch.Generator().manual_seed(0))
    return replace(faces, images=(255 * images).round().to(torch.uint8))


def mean_faces(faces: Faces) -> Faces:
    """Of each emotion its mean face, with a little noise, as often as it has faces."""
    generator = torch.Generator().manual_seed(0)
    means = torch.stack([faces.images[faces.emotions == place].float().mean(dim=0) for place in range(6)])
    images = means[faces.emotions]
    images = images + 10 * torch.randn(images.shape, generator=generator)
    return replace(faces, images=images.clamp(0, 255).to(torch.uint8))


def main() -> None:
    """Print a Markdown table for every recipe."""
    faces, _ = read_faces(
        partial(packaged_faces, "S", None, None, None), Framing(128, 1, "square", 0.57), Keeping(folder_of("auto"))
    )
    with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        own: Recipe = instantiate(compose("evaluate").recogniser)
    aside, others = faces[faces.held_out], faces[faces.other_people]
    dozen = others[torch.cat([(others.emotions == place).nonzero()[:12, 0] for place in range(6)])]
    sets = {
        "real, other people": others,
        "blurred": yardsticks.blurred(others),
        "twelve of each, again and again": yardsticks.copies(dozen, 600, seed=0),
        "mean faces": mean_faces(others),
        "copies, a little moved": moved(others),
        "copies, mirrored": replace(others, images=others.images.flip(3)),
        **{f"copies, data.warp={amount}": reshaped(others, amount) for amount in WARPS},
    }
    recipes = {
        "as it is": own,
        "redraw=0": replace(own, redraw=0.0),
        "redraw=10": replace(own, redraw=10.0),
        "noise=0.3": replace(own, noise=0.3),
    }
    settings = Settings(neighbours=5, subsets=100, subset_size=100, bootstrap=0, seed=1)
    for name, recipe in recipes.items():
        recogniser = train_recogniser(others.images, others.emotions, recipe)
        reference, training = see(aside, recogniser, None), see(others, recogniser, None)
        right = (reference.named == reference.emotions).float().mean()
        print(f"\n{name}: {right:.1%} of the emotions of people kept aside named rightly\n")
        print(f"| | {' | '.join(SHOWN)} |\n|---|{'---|' * len(SHOWN)}")
        for which, some in sets.items():
            seen = see(some, recogniser, None)
            row = measure(reference, seen, reference if some is others else seen, training, settings)
            print(f"| {which} | {' | '.join(f'{row[measure].value:.3f}' for measure in SHOWN)} |")


if __name__ == "__main__":
    main()
