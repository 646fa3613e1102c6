"""A translator as other programs call it."""

from torch import Tensor, nn

from emogan.config.places import PACKAGED
from emogan.exporting.examples import drawn, framed
from emogan.exporting.exportable import About, Exportable, Port
from emogan.finding.frames import ALIGNED
from emogan.recognition.reading import close_crops, packaged_reader
from emogan.translating.network import TrainedTranslator, translator_of
from emogan.translating.pairs import SIZE

EXAMPLES = (2, 1, 5)  # faces of what files are compared on


class Translating(nn.Module):
    """A trained translator."""

    def __init__(self, trained: TrainedTranslator) -> None:
        super().__init__()
        self.network = trained.network

    def forward(self, faces: Tensor, changes: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Faces (n, 1, 128, 128) in 0..1 and changes of their facial actions (n, a): see :class:`Translated`."""
        made = self.network(faces, changes)
        return made.faces, made.flow, made.mask, made.drawn


def translator(weights: str) -> Exportable:
    """The translator that the setting ``weights`` names.

    Raises:
        UserError: when there is none.
    """
    trained = translator_of(weights)
    faces = drawn(max(EXAMPLES) + 1)
    read = packaged_reader()
    shown = read.network.read(close_crops(faces)).actions[:, [read.actions.index(name) for name in trained.actions]]
    changes, faces = shown.diff(dim=0), faces[:-1] / 255  # each is to look like the one after it
    return Exportable(
        "translator",
        Translating(trained).eval(),
        (
            Port("faces", (1, SIZE, SIZE), framed(ALIGNED)),
            Port(
                "changes",
                (len(trained.actions),),
                "how much more of each facial action there is to be, from -1 to 1, 0 where it stays:"
                f" {', '.join(trained.actions)}",
            ),
        ),
        (
            Port("changed", (1, SIZE, SIZE), "the faces with the changed expressions, from 0 to 1"),
            Port(
                "flow",
                (2, SIZE // 2, SIZE // 2),
                "where each place of them is found in the faces that came in, to the right and down, in halves of the"
                " image: to move a larger picture by",
            ),
            Port("mask", (1, SIZE, SIZE), "how much of each pixel is drawn and not moved, from 0 to 1"),
            Port("drawn", (1, SIZE, SIZE), "what is drawn there, from 0 to 1"),
        ),
        trained.facts,
        [(faces[:count], changes[:count]) for count in EXAMPLES],
        packaged=weights == PACKAGED,
        about=_about(trained),
    )


def _about(trained: TrainedTranslator) -> About:
    return About(
        "image-to-image",
        "Gives a face other facial actions: it moves the pixels that are there, and draws what no motion brings. Who is"
        " shown did not show that: ask them, and do not pass it off as a photograph.",
        [
            f'face = Image.open("face.png").convert("L").resize(({SIZE}, {SIZE}))',
            "faces = np.asarray(face, np.float32)[None, None] / 255",
            f"changes = np.zeros((1, {len(trained.actions)}), np.float32)",
            *(
                f"changes[0, {number}] = 0.8  # {name}"
                for number, name in enumerate(trained.actions)
                if name.startswith("mouthSmile")
            ),
        ],
        ['Image.fromarray((255 * np.asarray(changed)[0, 0]).round().astype(np.uint8)).save("changed.png")'],
    )
