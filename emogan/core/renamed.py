"""Settings that runs of earlier versions recorded in other words."""

from collections.abc import Mapping
from typing import Any


def as_now(settings: Mapping[str, Any]) -> dict[str, Any]:
    """A run's settings in today's words, sections within sections too: ``crop=face`` is called ``square`` now, and
    where no face was looked for, ``faces`` is what it is by default; all trained GANs, every expression counted as full
    and every image came alone."""
    now = {key: as_now(value) if isinstance(value, Mapping) else value for key, value in settings.items()}
    if "crop" in now:
        now["crop"] = "square" if now["crop"] == "face" else now["crop"]
        now.setdefault("faces", "largest")
    if "people" in now and now.keys() & {"crop", "framing"}:
        now.setdefault("graded", False)
        now.setdefault("partners", False)
    if {"model", "optimizer"} <= now.keys():  # of before there was another training than this one
        now.setdefault("module", {"_target_": "emogan.training.module.EmotionGAN", "_partial_": True})
    return now
