"""What a value is to a setting, decided without looking at the program: nonsense, fine, or for the program to say."""

import math
from typing import Any

REFUSE, ANY = "refuse", "any"

# What no setting of the kind may be, whatever the program thinks sensible: least and most of the numbers.
LIMITS: dict[str, tuple[float, float]] = {
    "seed": (0, 2**32 - 1), "truncation": (0, 1e4), "intensity": (0, 1e4), "fps": (1e-3, 1e4), "frames": (2, 1e7),
    "data.flip": (0, 1), "data.rotation": (0, 360), "data.warp": (0, 1), "data.zoom": (1, 1e3),
    "data.crop_above": (0, 1), "crop_above": (0, 1), "b1": (0, 1), "b2": (0, 1), "lr": (0, 1e6),
    "penalties.real": (0, 1e6), "penalties.fake": (0, 1e6), "augment.light": (0, 100), "augment.contrast": (0, 1),
    "augment.shift": (0, 1), "augment.scale": (0, 100), "augment.turn": (0, 360), "augment.hide": (0, 1),
    "augment.strength.start": (0, 1), "augment.strength.most": (0, 1), "augment.strength.target": (-1, 1),
    "model.generator.dropout": (0, 1), "model.discriminator.dropout": (0, 1), "model.generator.norm_eps": (0, 10),
    "checkpoint.share": (0, 1e3), "collapse": (1, 1e12), "recogniser.shift": (0, 1), "recogniser.degrees": (0, 360),
    "recogniser.smoothing": (0, 1), "recogniser.noise": (0, 1e3), "recogniser.lr": (0, 1e3), "channels": (1, 3),
    "recogniser.weight_decay": (0, 1e3), "objective.real_target": (0, 1), "objective.fake_target": (0, 1),
    "image_size": (1, 65_536), "latent_dim": (1, 1e7), "faces": (1, 1e9), "batch_size": (1, 1e9),
    "specialising.people": (0, 1e9), "specialising.mean": (0, 1e9), "quality": (1, 95), "workers": (1, 1e6),
    "port": (0, 65_535), "most.faces": (1, 1e6), "most.frames": (2, 1e6), "most.steps": (1, 1e9),
    "most.waiting": (1, 1e6), "confidence": (0, 1), "training.lr": (0, 1e6), "training.weight_decay": (0, 1e6),
}  # fmt: skip
MOST = 1e15  # of any number without a line of its own
WHOLE = {
    "epochs", "batch_size", "latent_dim", "image_size", "channels", "samples_per_emotion", "seed", "ema_images",
    "penalties.every", "grid.every", "grid.faces", "evaluate_every", "evaluate_faces", "n", "first", "frames", "steps",
    "faces", "neighbours", "subsets", "subset_size", "bootstrap", "recogniser.steps", "recogniser.batch",
    "recogniser.width", "recogniser.features", "recogniser.seed", "augment.strength.images", "augment.strength.every",
    "model.generator.width", "model.generator.widest", "model.generator.style_dim", "model.discriminator.width",
    "model.discriminator.widest", "model.discriminator.features", "people", "angle_people", "width", "height",
    "samples", "quality", "workers", "port", "most.faces", "most.frames", "most.steps", "most.waiting",
    "tries", "images", "seeds", "training.steps", "training.batch", "hold",
}  # fmt: skip
NUMBERS = (
    WHOLE
    | set(LIMITS)
    | {
        "minutes",
        "collapse",
        "checkpoint.every_minutes",
        "recogniser.redraw",
        "most.upload",
        "most.minutes",
        "most.seconds",
    }
)
NULLABLE = {
    "samples_per_emotion", "ema_images", "evaluate_every", "minutes", "collapse", "workers", "width", "height",
    "samples",
}  # fmt: skip
PATHS = {
    "data.root", "run", "runs", "ckpt_path", "out", "weights", "init_from", "run_dir", "data.cache", "cache", "project",
    "feature.weights", "outputs", "roots", "photo", "sheet",
}  # fmt: skip
CHOICES = {
    "data.crop", "data.border", "data.people", "resume", "data.angle", "data.sex", "data.session", "emotion", "to",
    "mix", "sessions", "angles", "emotions", "by", "real", "imbalances", "short", "arms", "recognisers", "looks",
    "look", "size", "crop", "data.faces", "actions", "network", "format",
}  # fmt: skip
NULL_CHOICES = {"resume", "data.angle", "data.sex", "data.session", "emotion", "to", "mix", "actions", "format"}
SECTIONS = {
    "data", "model", "objective", "augment", "trainer", "recogniser", "penalties", "specialising", "optimizer", "grid",
    "checkpoint", "feature", "model.generator", "model.discriminator", "augment.strength", "data.read", "data.framing",
    "data.module", "most", "training",
}  # fmt: skip


def fate(verb: str, key: str, default: Any, text: str) -> str:
    """``REFUSE`` for a value of ``key`` that means nothing, ``ANY`` where the program may think either way."""
    null, blank = text == "null", text in ("", "''")
    if key in SECTIONS:
        return ANY if text in ("{}", "0", "true") or (null and key in ("augment", "objective")) else REFUSE
    if isinstance(default, bool):
        return ANY if text in ("true", "false", "0", "1") else REFUSE
    if (verb, key) == ("export", "size"):
        return of_number(verb, "width", text)
    if key in PATHS or (verb == "evaluate" and key == "weights"):
        return ANY  # a name that leads nowhere is told so, whatever it looks like
    if key in CHOICES or (key == "faces" and verb in ("recognise", "translate", "complete")):
        return ANY if (null or blank or text == "[]") and key in NULL_CHOICES else REFUSE
    if key in NUMBERS and not (key == "people" and verb != "render"):
        return of_number(verb, key, text)
    return ANY


def of_number(verb: str, key: str, text: str) -> str:
    """The same for a number."""
    if text == "null":
        return ANY if key in NULLABLE or (verb, key) == ("translate", "frames") else REFUSE
    try:
        value = float(text)
    except ValueError:
        return REFUSE
    least, most = LIMITS.get(key, (0, MOST))
    odd = not math.isfinite(value) or not least <= value <= most or (key in WHOLE and value != int(value))
    return REFUSE if odd else ANY
