"""The arms of a study: ways to learn from an unbalanced database. Their design is fixed, so that studies compare."""

from dataclasses import dataclass
from typing import Literal

# By nobody, by the network that `weights` names, by the paper's networks; or the database's own people, changed
Drawn = Literal["", "network", "paper", "translate"]


@dataclass(frozen=True)
class Arm:
    """A way to learn.

    Attributes:
        says: what tables call it.
        even: emotions are drawn equally often, the images of a short one again and again (random oversampling).
        weighted: in the loss, an image counts the more the fewer its emotion has.
        augmented: images are mirrored, turned, cropped, and their light changed, see
            :func:`emogan.studying.learning.augmentation`.
        focusing: gamma of the focal loss (Lin et al. 2017: 2); 0: cross-entropy.
        mixing: alpha of mixup (Zhang et al. 2018: 0.1 to 0.4 on images); 0: none.
        drawn: who draws the faces that are put beside the real ones.
    """

    says: str
    even: bool = False
    weighted: bool = False
    augmented: bool = False
    focusing: float = 0.0
    mixing: float = 0.0
    drawn: Drawn = ""

    @property
    def remedies(self) -> int:
        """How many things it does beside drawing faces."""
        return sum(map(bool, (self.even, self.weighted, self.augmented, self.focusing, self.mixing)))


PLAIN, NETWORK = "plain", "network"
ARMS = {
    PLAIN: Arm("as it is"),
    "oversampling": Arm("random oversampling", even=True),
    "weights": Arm("class weights", weighted=True),
    "augmentation": Arm("augmentation", augmented=True),
    "focal": Arm("focal loss", focusing=2.0),
    "mixup": Arm("mixup", mixing=0.2),
    "augmented_oversampling": Arm("augmentation + oversampling", even=True, augmented=True),
    "faces": Arm("drawn faces", drawn="network"),
    "augmented_faces": Arm("augmentation + drawn faces", augmented=True, drawn="network"),
    "changed": Arm("its own people, changed", drawn="translate"),
    "augmented_changed": Arm("augmentation + its own people, changed", augmented=True, drawn="translate"),
    "paper": Arm("faces of the paper's networks", drawn="paper"),
}
