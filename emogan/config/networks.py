"""Settings of networks, and of what they are trained by."""

from typing import Annotated, Any

from pydantic import Field

from emogan.config.lists import eighths, sizes
from emogan.config.section import Part, Section, Target, builds
from emogan.config.values import OptionalFile, Seed, Share, choice, number, switch, whole

Channels = Annotated[int, choice(1, 3)]
ImageSize = Annotated[int, whole(4, 4096)]
LATENT_DIMS = 1, 65_536  # least and most
LatentDim = Annotated[int, whole(*LATENT_DIMS)]
BatchSize = Annotated[int, whole(2, 100_000)]
LearningRate = Annotated[float, number(0, 10, above=True)]
Beta = Annotated[float, number(0, 1, below=True)]
Width = Annotated[int, whole(1, 4096)]
Weight = Annotated[float, number(0, 10_000)]


class Model(Section):
    generator: Part
    discriminator: Part


@builds("emogan.networks.paper.PaperDiscriminator")
class PaperDiscriminator(Target):
    image_size: ImageSize
    channels: Channels
    hidden: Annotated[list[int], sizes(16, 65_536)]
    dropout: Annotated[float, number(0, 1, below=True)]


@builds("emogan.networks.paper.PaperGenerator")
class PaperGenerator(PaperDiscriminator):
    latent_dim: LatentDim
    norm_eps: Annotated[float, number(0, 10, above=True)]


class StyleNetwork(Target):
    image_size: ImageSize
    channels: Channels
    width: Width
    widest: Width


@builds("emogan.networks.style.StyleGenerator")
class StyleGenerator(StyleNetwork):
    latent_dim: LatentDim
    style_dim: Width


@builds("emogan.networks.style.StyleDiscriminator")
class StyleDiscriminator(StyleNetwork):
    features: Width


@builds("emogan.networks.translator.Translator")
class Translator(Target):
    widths: Annotated[list[int], eighths(2, 6)]
    style_dim: Width
    surface: Annotated[list[int], eighths(2, 5)]
    actions: Annotated[int, choice(56)]


@builds("emogan.training.module.EmotionGAN")
class EmotionGAN(Target):
    """What happens in a step: nothing of it is set here."""


@builds("emogan.networks.encoder.StyleEncoder")
class StyleEncoder(StyleNetwork):
    latent_dim: LatentDim
    features: Width


@builds("emogan.training.encoding.Encoding")
class Encoding(Target):
    pixels: Weight
    seen: Weight
    latents: Weight
    named: Weight
    spread: Weight
    alone: Annotated[int, whole(0, 10**9)]
    every: Annotated[int, whole(1, 10**6)]
    spoilt: Share


@builds("emogan.training.encoded.EncodedGAN")
class EncodedGAN(Target):
    encoder: Part
    encoding: Part


TRANSLATING = "emogan.training.translation.FaceTranslator"


@builds(TRANSLATING)
class FaceTranslator(Target):
    real: Annotated[float, number(0, 100)]
    real_from: Annotated[int, whole(0, 10**9)]


OBJECTIVES = "emogan.training.objectives"


@builds(f"{OBJECTIVES}.NonSaturating", f"{OBJECTIVES}.Hinge", f"{OBJECTIVES}.Relativistic")
class Objective(Target):
    pass


@builds(f"{OBJECTIVES}.BinaryCrossEntropy")
class BinaryCrossEntropy(Target):
    real_target: Share
    fake_target: Share


@builds("emogan.training.augment.NoAugmentation")
class NoAugmentation(Target):
    pass


@builds("emogan.training.augment.DiffAugment")
class DiffAugment(Target):
    light: Annotated[float, number(0, 2)]
    contrast: Share
    shift: Share
    scale: Annotated[float, number(0, 4)]
    turn: Annotated[float, number(0, 180)]
    hide: Share
    strength: Part


@builds("emogan.training.adaptive.AdaptiveStrength")
class AdaptiveStrength(Target):
    start: Share
    most: Share
    target: Annotated[float, number(-1, 1)]
    images: Annotated[int, whole(1, 10**9)]
    every: Annotated[int, whole(1, 10**6)]


@builds("emogan.training.penalties.GradientPenalties")
class GradientPenalties(Target):
    real: Weight
    fake: Weight
    every: Annotated[int, whole(1, 10**6)]


@builds("emogan.training.transfer.Specialising")
class Specialising(Target):
    people: Weight
    mean: Weight


@builds("torch.optim.Adam")
class Adam(Target):
    lr: LearningRate
    betas: list[Beta]
    fused: Annotated[bool, switch()]


@builds("emogan.recognition.training.Recipe")
class Recipe(Target):
    width: Annotated[int, whole(1, 512)]
    features: Annotated[int, whole(1, 4096)]
    steps: Annotated[int, whole(2, 1_000_000)]
    batch: Annotated[int, whole(2, 10_000)]
    lr: LearningRate
    weight_decay: Annotated[float, number(0, 100)]
    degrees: Annotated[float, number(0, 180)]
    shift: Annotated[float, number(0, 0.5)]
    noise: Annotated[float, number(0, 10)]
    smoothing: Annotated[float, number(0, 1, below=True)]
    redraw: Weight
    seed: Seed


@builds("pytorch_lightning.Trainer")
class Trainer(Target):
    """Lightning's; how long a training is, and what it writes, are settings of their own."""

    max_epochs: Any
    accelerator: Annotated[str, choice("auto", "cpu", "gpu", "cuda", "mps")]
    devices: Annotated[int, choice(1)]
    precision: Annotated[str, choice("auto", "32-true", "bf16-mixed")]
    enable_progress_bar: Annotated[bool, choice(False)]
    enable_model_summary: Annotated[bool, choice(False)]
    logger: Annotated[bool, choice(False)]
    deterministic: Annotated[bool | None, switch()] = None
    detect_anomaly: Annotated[bool | None, switch()] = None


@builds("emogan.metrics.inception.InceptionFeatures")
class Inception(Target):
    weights: OptionalFile


@builds("emogan.metrics.packaged.PackagedFeatures")
class Packaged(Target):
    """What the packaged recogniser sees."""


@builds("None")
class NoFeature(Section):
    """No network of its own: the recogniser's features."""

    nothing: None = Field(alias="_target_")
