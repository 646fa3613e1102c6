"""An encoder as other programs call it: a face to what the generator draws one like it from."""

import json

from torch import Tensor, nn

from emogan.config.places import PACKAGED
from emogan.core.emotions import COUNT
from emogan.core.errors import UserError
from emogan.exporting.examples import framed
from emogan.exporting.exportable import About, Exportable, Port
from emogan.exporting.generator import ORDER
from emogan.finding.frames import ALIGNED
from emogan.networks.encoder import StyleEncoder
from emogan.runs.encoder_file import load_encoder
from emogan.runs.find import find_generator
from emogan.sampling.conditioning import pure
from emogan.sampling.sampler import Sampler, draw, latents_of
from emogan.sampling.starting import places_of

EXAMPLES = (2, 1, 5)  # faces of what files are compared on


class Encoding(nn.Module):
    """What :class:`emogan.networks.encoder.StyleEncoder` reads, of faces in 0..1."""

    def __init__(self, network: StyleEncoder) -> None:
        super().__init__()
        self.network = network

    def forward(self, faces: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Faces (n, c, h, w) in 0..1 to latents (n, latent_dim), weights of the emotions (n, 6) and strengths (n,)."""
        read = self.network(faces * 2 - 1)
        return read.latents, read.weights, read.strengths


def encoder(weights: str) -> Exportable:
    """The encoder that was trained with the generator that the setting ``weights`` names.

    Raises:
        UserError: when there is none.
    """
    file = find_generator(weights)
    found = load_encoder(file)
    if found is None:
        raise UserError(
            f"weights={weights} has no encoder: expected those of a run with model=encoded, which leaves one."
        )
    network, made = found
    sampler = Sampler.of(weights)
    examples = []
    for count in EXAMPLES:
        latents = latents_of(sampler.trained, count, seed=count)
        shown = pure(places_of(sampler.emotions).repeat(count)[:count])
        examples.append((draw(sampler.trained, latents, shown, median=True).float() / 255,))
    shape = tuple(examples[0][0].shape[1:])
    return Exportable(
        "encoder",
        Encoding(network).eval(),
        (Port("faces", shape, framed(ALIGNED)),),
        (
            Port("latents", (network.latent_dim,), "who: what the generator draws this person from"),
            Port("emotions", (COUNT,), f"weights of {ORDER}, as the generator takes them, together 1"),
            Port("strength", (), "of the expression: 0 for none, 1 is full"),
        ),
        {"encoder": json.dumps(made)},
        examples,
        packaged=weights == PACKAGED,
        about=_about(shape),
    )


def _about(shape: tuple[int, ...]) -> About:
    mode = "L" if shape[0] == 1 else "RGB"
    inside = "[None, None]" if mode == "L" else ".transpose(2, 0, 1)[None]"
    return About(
        "image-feature-extraction",
        "Reads of a face what the generator draws one like it from: who, which emotion and how strong. The person whom"
        " it draws is alike, not the same.",
        [
            f'face = Image.open("face.png").convert("{mode}").resize(({shape[2]}, {shape[1]}))',
            f"faces = np.asarray(face, np.float32){inside} / 255",
        ],
        ["print(np.asarray(emotions)[0].round(2), float(strength[0]))"],
    )
