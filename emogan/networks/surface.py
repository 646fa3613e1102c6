"""Where on a face each pixel lies, and how each place of a face moves with the facial actions."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from emogan.networks.unet import Unet, plain_block

PLACES = 32  # of the shared face across and down, at each of which motions are known
POSES = 2  # numbers that say how a face is turned
ROUNDS, PACE = 6, 0.4  # in which the way back is found: where lips part, whole steps would go to and fro


class Surface(Unet):
    """Faces (n, 1, size, size) in 0..1, aligned, and the change of their facial actions (n, a): the flow that follows.

    All faces have the same places: the corner of a mouth, the tip of a chin. A small network says which of them each
    pixel shows; how each place moves is a sum over the actions, nearly linear in them, and a little otherwise where a
    face is turned. So what is learnt of one person holds for all.

    Args:
        widths: channels of the levels, the finest first, which is a quarter as high and wide as the image.
        actions: number of facial actions.
    """

    def __init__(self, widths: Sequence[int], actions: int) -> None:
        super().__init__(16, widths, plain_block)
        self.places = nn.Conv2d(widths[0], 3, 3, padding=1)
        self.pose = nn.Linear(widths[-1], POSES)
        self.motions = nn.Parameter(torch.zeros((1 + POSES) * actions, 2, PLACES, PLACES))
        nn.init.zeros_(self.places.weight)
        nn.init.zeros_(self.places.bias)  # type: ignore[arg-type]

    def forward(self, faces: Tensor, change: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Three maps of half the image's size.

        The flow (n, 2, h, w): where each place of the new face is to be found in the old one, in halves of the image;
        the place on the shared face that each cell of the old one shows (n, 2, h, w), in halves of it; and the logit
        (n, 1, h, w) of whether it shows skin at all.
        """
        maps, ways = self.descend(F.pixel_unshuffle(2 * faces - 1, 4))
        pose = self.pose(maps.mean((2, 3))).float()
        told = F.interpolate(
            self.places(self.ascend(maps, ways)).float(), scale_factor=2.0, mode="bilinear", align_corners=False
        )
        size = told.shape[-1]
        places = told[:, :2] + grid(size).permute(0, 3, 1, 2)
        weights = torch.cat([torch.ones_like(pose[:, :1]), pose], 1)
        shares = (weights[:, :, None] * change.float()[:, None]).flatten(1)
        motion = (shares @ self.motions.flatten(1)).unflatten(1, self.motions.shape[1:])
        ahead = F.grid_sample(motion, places.permute(0, 2, 3, 1), padding_mode="border", align_corners=False)
        return back(ahead * told[:, 2:].sigmoid()), places, told[:, 2:]


def grid(size: int) -> Tensor:
    """Where the pixels (1, size, size, 2) of an image are, in halves of the image from its middle."""
    return F.affine_grid(torch.eye(2, 3)[None], [1, 1, size, size], align_corners=False)


def back(ahead: Tensor) -> Tensor:
    """Where each place of a moved image comes from (n, 2, s, s), of how far each place (n, 2, s, s) of it moves."""
    here = grid(ahead.shape[-1])
    flow = torch.zeros_like(ahead)
    for _ in range(ROUNDS):
        at = here + flow.permute(0, 2, 3, 1)
        moved = F.grid_sample(ahead, at, padding_mode="border", align_corners=False)
        flow = flow - PACE * (flow + moved)
    return flow
