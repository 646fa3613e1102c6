"""The verb ``train``: ``python -m emogan.train emotion=raiva``."""

import gc
import importlib
import logging
import sys
import warnings
from pathlib import Path
from typing import Any

import pytorch_lightning as pl
import torch
from hydra.utils import instantiate
from omegaconf import DictConfig

from emogan import emotions, machine
from emogan.build import NETWORKS, build, check_networks, count, plain
from emogan.cli import INTERRUPTED, command
from emogan.data.batches import ImageBank
from emogan.data.cache import folder_of
from emogan.data.datamodule import ImageDataModule
from emogan.data.decode import Framing
from emogan.data.people import belongs
from emogan.data.reals import Faces, real_faces
from emogan.errors import UserError
from emogan.fitting import Result, fit
from emogan.gan import EmotionGAN
from emogan.menu import with_emotion
from emogan.metrics.recogniser import Recogniser
from emogan.metrics.remembered import recogniser_of
from emogan.mixing import pure
from emogan.pretrained import find_generator
from emogan.resume import newest_checkpoint, place
from emogan.run_record import RunRecord
from emogan.settings import check_settings
from emogan.starting import start_from
from emogan.summary import layer_table

log = logging.getLogger(__name__)


def train(cfg: DictConfig) -> Result:
    """Train one emotion's GAN as ``conf/train.yaml`` and its groups describe, into the folder ``cfg.run_dir``.

    Raises:
        UserError: for anything in the config, the data or the machine that makes the training impossible.
    """
    cfg = cfg.copy()
    if name := emotions.canonical(str(cfg.emotion)):
        cfg.emotion = name  # any other name is for the data module to know, or to refuse
    check_settings(cfg)
    check_networks(cfg)
    cfg, first_epoch = place(cfg)
    gc.collect()  # the networks of a sweep's former job, which Lightning keeps in circles of references
    machine.keep_freed_memory()
    quiet_lightning()
    pl.seed_everything(cfg.seed, verbose=False)
    if cfg.init_from is not None:
        find_generator(cfg.init_from)
    faces: ImageDataModule = instantiate(cfg.data.module, _convert_="all")
    faces.setup()

    gan = build(cfg)
    if cfg.init_from is not None and cfg.ckpt_path is None:
        start_from(gan, cfg.init_from)
    folder = Path(cfg.run_dir)
    folder.mkdir(parents=True, exist_ok=True)
    reals = what_is_real(cfg)
    gan.unseen = kept_aside(cfg, reals) if reals else None
    (folder / "summary.txt").write_text(summarise(gan, faces))
    parameters = {name: count(getattr(gan, name)) for name in NETWORKS}
    log.info("Generator: %s parameters, discriminator: %s.", *(f"{n:,}" for n in parameters.values()))
    precision = machine.pick_precision(cfg.trainer.precision)
    measurable = what_to_measure(cfg, *reals) if reals and cfg.evaluate_every else None
    record = RunRecord.start(
        folder / "run.json",
        {
            "command": sys.argv,
            "emotion": cfg.emotion,
            "seed": cfg.seed,
            "precision": precision,
            "parameters": parameters,
            "images": {"count": len(faces.images), "sha256": faces.digest, "left_out": len(faces.left_out)},
            "config": plain(cfg),
        },
    )
    result = fit(cfg, gan, faces, record, first_epoch, measurable)
    tell(cfg, result, record)
    return result


def what_is_real(cfg: DictConfig) -> tuple[Faces, str, Framing] | None:
    """All faces of the database, its digest, and how images are framed; None where that cannot be, or nobody asks."""
    adapts = "strength" in cfg.augment and cfg.data.get("people", "all") != "all"
    if cfg.evaluate_every is None and not adapts:
        return None
    try:
        return real_faces(plain(cfg))
    except UserError as error:
        log.info("Nothing is measured while training. %s", error)
        return None


def kept_aside(cfg: DictConfig, reals: tuple[Faces, str, Framing]) -> ImageBank | None:
    """The faces of people kept aside, in the variations of those trained on; None where nobody is."""
    faces, _, _ = reals
    kept = faces.of(*emotions.chosen(cfg.emotion))
    kept = kept[torch.tensor([not belongs(person, cfg.data.people) for person in kept.people], dtype=torch.bool)]
    if not len(kept):
        return None
    data = cfg.data
    return ImageBank(kept.images, kept.emotions, data.flip, data.rotation, data.border, data.centred)


def what_to_measure(cfg: DictConfig, faces: Faces, digest: str, framing: Framing) -> tuple[Faces, Recogniser] | None:
    """Real faces and the recogniser to measure with while training; None where that is impossible."""
    try:
        recogniser = recogniser_of(faces, digest, framing, instantiate(cfg.recogniser), folder_of(cfg.data.cache))
    except UserError as error:
        log.info("No KID while training. %s", error)
        return None
    chosen = faces.of(*emotions.chosen(cfg.emotion))
    return chosen[torch.tensor([belongs(person, cfg.data.people) for person in chosen.people])], recogniser


def quiet_lightning() -> None:
    """Silence what Lightning says to people who write training loops; warnings that matter still pass."""
    logging.getLogger("pytorch_lightning").setLevel(logging.WARNING)
    warnings.filterwarnings("ignore", ".*LeafSpec.*is deprecated.*")  # Lightning 2.6 with torch 2.14


def summarise(gan: EmotionGAN, faces: ImageDataModule) -> str:
    """The layer tables of both networks (figure 2)."""
    image, emotion = faces.real_batch(1)
    weights, probability = pure(emotion), gan.discriminator.probability
    latent = torch.zeros(1, gan.latent_dim)
    generator = layer_table("Generator", gan.generator, lambda one: gan.generator(one, weights), latent)
    run: Any = lambda one: probability(one, weights)  # type: ignore[operator]  # noqa: E731
    return generator + "\n" + layer_table("Discriminator", gan.discriminator, run, image)


def tell(cfg: DictConfig, result: Result, record: RunRecord) -> None:
    """Print how it ended, where the results are, and what to type next."""
    folder, facts = result.folder, record.facts
    verb = "Stopped" if result.interrupted else "Finished"
    seen, seconds = facts["images_seen"], facts["seconds"]
    print(f"\n{verb} {cfg.emotion} after epoch {facts['epochs_done']}: {seen:,} images in {seconds:.0f} s.")
    print(f"Results in {folder}:")
    newest = max((folder / "samples").glob("epoch_*.png"))
    generator = folder / "checkpoints" / "generator.safetensors"
    print(f"  {newest.relative_to(folder)}  what it generates ({newest.parent.name}/real.png: what it learnt from)")
    print("  losses.png, losses.csv  both losses; tensorboard --logdir . shows them too")
    print(f"  {generator.relative_to(folder)}  the generator alone ({generator.stat().st_size / 1e6:.0f} MB)")
    if result.interrupted:
        last = newest_checkpoint(folder)
        print(f"Go on with the same command and ckpt_path={last}" if last else "No epoch was done: start it again.")
    elif emotions.canonical(str(cfg.emotion)):
        print(f"More of its faces: python -m emogan.generate emotion={cfg.emotion} n=100 weights={folder}")


def main(cfg: DictConfig) -> int:
    """The command: exit code 130 when interrupted, as shells expect."""
    return INTERRUPTED if train(cfg).interrupted else 0


if __name__ == "__main__":
    sys.argv[1:] = with_emotion(sys.argv[1:], "train")
    command("train", importlib.import_module("emogan.train").main)  # not __main__'s: parallel jobs import it by name
