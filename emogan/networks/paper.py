"""The paper's fully connected pair (codes 3 and 4, figure 2). It knows one emotion, and ignores what is asked for."""

from collections.abc import Sequence

from torch import Tensor, nn

from emogan.core.errors import UserError


class PaperGenerator(nn.Module):
    """Latents (n, latent_dim) to images (n, channels, image_size, image_size) in [-1, 1] (code 3).

    Args:
        latent_dim: length of a latent.
        image_size: height and width of an image in pixels.
        channels: 1 for greyscale, 3 for RGB.
        hidden: widths of the three hidden layers; the paper's are 4096, 2048, 8192.
        norm_eps: the epsilon of both batch norms. The paper has 0.8: it stands where PyTorch expects epsilon,
            and squeezes the activations instead of normalising them.
        dropout: probability of zeroing a value after the first two layers.
    """

    conditional = False

    def __init__(
        self, latent_dim: int, image_size: int, channels: int, hidden: Sequence[int], norm_eps: float, dropout: float
    ) -> None:
        super().__init__()
        check_sizes(latent_dim=latent_dim, image_size=image_size, channels=channels)
        first, second, third = hidden
        self.latent_dim = latent_dim
        self.shape = (channels, image_size, image_size)
        self.layers = nn.Sequential(
            nn.Linear(latent_dim, first),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Dropout(dropout),
            nn.Linear(first, second),
            nn.BatchNorm1d(second, eps=norm_eps),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Dropout(dropout),
            nn.Linear(second, third),
            nn.BatchNorm1d(third, eps=norm_eps),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Linear(third, channels * image_size**2),
            nn.Tanh(),
        )

    def forward(self, latents: Tensor, emotion: Tensor | None = None, truncation: float = 1.0) -> Tensor:
        values: Tensor = self.layers(latents * truncation if truncation != 1 else latents)
        return values.view(-1, *self.shape)


class PaperDiscriminator(nn.Module):
    """Images (n, channels, image_size, image_size) to one logit each (n,) (code 4).

    The paper's last layer, a sigmoid, is applied by :meth:`probability` only: losses take logits, which gives the same
    values without rounding trouble.

    Args:
        image_size: height and width of an image in pixels.
        channels: 1 for greyscale, 3 for RGB.
        hidden: widths of the three hidden layers; the paper's are 8192, 4096, 2048.
        dropout: probability of zeroing a value after the first two layers.
    """

    def __init__(self, image_size: int, channels: int, hidden: Sequence[int], dropout: float) -> None:
        super().__init__()
        check_sizes(image_size=image_size, channels=channels)
        first, second, third = hidden
        self.layers = nn.Sequential(
            nn.Linear(channels * image_size**2, first),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Dropout(dropout),
            nn.Linear(first, second),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Dropout(dropout),
            nn.Linear(second, third),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Linear(third, 1),
        )
        self.sigmoid = nn.Sigmoid()

    def forward(self, images: Tensor, emotion: Tensor | None = None) -> Tensor:
        logits: Tensor = self.layers(images.flatten(1))
        return logits.squeeze(1)

    def probability(self, images: Tensor, emotion: Tensor | None = None) -> Tensor:
        """Probability (n,) that each image is real."""
        probabilities: Tensor = self.sigmoid(self(images))
        return probabilities


def check_sizes(*, image_size: int, channels: int, latent_dim: int = 1) -> None:
    """Raise a UserError for a size that no fully connected network can be built with."""
    if latent_dim < 1:
        raise UserError(f"latent_dim={latent_dim} is not usable: expected a whole number of at least 1, such as 2048.")
    if image_size < 4:
        raise UserError(f"image_size={image_size} is not usable: expected at least 4 pixels, such as 128.")
    if channels not in (1, 3):
        raise UserError(f"channels={channels} is not usable: expected 1 for greyscale or 3 for RGB.")
