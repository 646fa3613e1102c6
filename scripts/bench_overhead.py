"""What the framework costs: 2,000 epochs of one small step through emogan.train, against the bare loop.

usage: python scripts/bench_overhead.py [--epochs 2000]

12 packaged faces of 32x32 and narrow networks, so that a step is short and everything around it shows. The bare loop
does the same arithmetic (batch with flips and turns, both steps, Adam) with no framework, files, curves or pictures
around it. Both run in one process, on one thread, set-up excluded.
"""

import argparse
import tempfile
import time
from pathlib import Path

import torch
from hydra import compose, initialize_config_dir
from hydra.utils import instantiate

from emogan.config.compose import conf_dir
from emogan.training.build import build
from emogan.training.loop import train

SETTINGS = [
    "emotion=raiva",
    "samples_per_emotion=12",
    "image_size=32",
    "latent_dim=64",
    "trainer.precision=32-true",
    "model=paper",
    "data.rotation=5",
    "model.generator.hidden=[128,64,256]",
    "model.discriminator.hidden=[256,128,64]",
    "ema_images=null",
    "evaluate_every=null",
]


def bare_loop(epochs: int) -> float:
    """Seconds of the loop alone."""
    with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        cfg = compose("train", [*SETTINGS, "run_dir=unused"])
    faces = instantiate(cfg.data.module, _convert_="all", emotion="raiva")
    faces.setup()
    gan = build(cfg)
    for_generator, for_discriminator = gan.configure_optimizers()
    loader = faces.train_dataloader()
    began = time.perf_counter()
    for epoch in range(epochs):
        loader.sampler.set_epoch(epoch)
        for plan in loader.sampler:
            real = loader.bank[plan].images
            fake = gan.generator(torch.randn(len(real), 64))
            loss = gan.objective.discriminator(*gan.discriminator(torch.cat([real, fake.detach()])).chunk(2))
            loss.backward()
            for_discriminator.step()
            for_discriminator.zero_grad()
            gan.discriminator.requires_grad_(False)
            loss = gan.objective.generator(gan.discriminator(fake), loss)
            loss.backward()
            for_generator.step()
            for_generator.zero_grad()
            gan.discriminator.requires_grad_(True)
    return time.perf_counter() - began


def through_train(epochs: int) -> float:
    """Seconds of the same epochs through the verb's function: what 2 epochs take is set-up and left out."""
    seconds = []
    for count in (2, epochs + 2):
        with tempfile.TemporaryDirectory() as folder:
            with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
                cfg = compose("train", [*SETTINGS, f"epochs={count}", f"run_dir={Path(folder) / 'run'}"])
            began = time.perf_counter()
            train(cfg)
            seconds.append(time.perf_counter() - began)
    return seconds[1] - seconds[0]


def main() -> None:
    """Measure both, three times in turns, and print the ratio of the better ones."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=2000)
    epochs = parser.parse_args().epochs
    torch.set_num_threads(1)
    bare, ours = (
        min(times) for times in zip(*((bare_loop(epochs), through_train(epochs)) for _ in range(3)), strict=True)
    )
    print(f"bare loop {bare:.2f} s, emogan.train {ours:.2f} s for {epochs} epochs of one step: {ours / bare:.2f} x")


if __name__ == "__main__":
    main()
