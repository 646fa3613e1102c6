"""The recogniser as other programs call it: a face and its mirror image, light and contrast made alike inside."""

import json

import torch.nn.functional as F
from torch import Tensor, nn

from emogan.core.emotions import COUNT, EMOTIONS
from emogan.exporting.examples import drawn, framed
from emogan.exporting.exportable import About, Exportable, Port
from emogan.exporting.generator import ORDER
from emogan.finding.frames import CLOSE
from emogan.networks.landmarker import SIZE, prepare
from emogan.recognition.reading import PackagedReader, close_crops, packaged_reader

EXAMPLES = (2, 1, 5)  # faces of what files are compared on
ABOUT = About(
    "image-classification",
    "Reads emotion, strength and facial actions of a face. It learnt from rendered faces alone, and is wrong for some"
    " kinds of faces more often than for others. It names what a face shows, not what anybody feels: decide nothing"
    " about a person by it.",
    [
        f'face = Image.open("face.png").convert("L").resize(({SIZE}, {SIZE}))',
        "faces = np.asarray(face, np.float32)[None, None] / 255",
    ],
    [
        f'names = "{" ".join(map(str, EMOTIONS))}".split()',
        "print(names[np.asarray(emotions)[0].argmax()], float(strength[0]))",
    ],
)


class Recognising(nn.Module):
    """What :func:`emogan.recognition.reading.read_faces` says of close crops."""

    def __init__(self, reader: PackagedReader) -> None:
        super().__init__()
        self.network, self.temperature = reader.network, reader.temperature

    def forward(self, faces: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Close crops (n, 1, 96, 96) in 0..1 to the probabilities of the emotions (n, 6), the strength (n,), the facial
        actions (n, a) and who it is (n, d)."""
        crops = prepare(faces)
        here, there = self.network(crops), self.network(crops.flip(-1))
        emotions = ((here.emotions + there.emotions) / 2 / self.temperature).softmax(1)
        strength = ((here.strength + there.strength) / 2).clamp_min(0)
        actions = (here.actions + there.actions[:, self.network.mirrored]) / 2
        return emotions, strength, actions, F.normalize(here.identity + there.identity)


def recogniser() -> Exportable:
    """The recogniser that comes with emogan."""
    reader = packaged_reader()
    crops = close_crops(drawn(max(EXAMPLES))).mul(0.2).add(0.5).clamp(0, 1)  # back from mean 0 and deviation 1
    told = ", ".join(reader.actions)
    return Exportable(
        "recogniser",
        Recognising(reader).eval(),
        (Port("faces", (1, SIZE, SIZE), framed(CLOSE)),),
        (
            Port("emotions", (COUNT,), f"probabilities of {ORDER}"),
            Port("strength", (), "of the emotion: 0 for none, 1 is full"),
            Port("actions", (len(reader.actions),), f"facial actions, 1 is full: {told}"),
            Port(
                "identity",
                (json.loads(reader.facts["made"])["identity"],),
                "who it is, of length 1: the larger the product of two, the likelier they are one person",
            ),
        ),
        reader.facts,
        [(crops[:count],) for count in EXAMPLES],
        packaged=True,
        about=ABOUT,
    )
