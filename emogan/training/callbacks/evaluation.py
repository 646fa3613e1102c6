"""KID and emotion accuracy while training; the generator with the lowest KID is kept."""

import logging
import time
from typing import Any

import pytorch_lightning as pl
import torch
from safetensors import SafetensorError
from torch import Tensor

from emogan.data.face_set import Faces
from emogan.metrics.distances import kid
from emogan.networks.recogniser import Recogniser
from emogan.runs.folder import RunFolder
from emogan.runs.generator_file import Trained, as_trained, save_generator
from emogan.sampling.conditioning import graded, spread
from emogan.sampling.sampler import draw, latents_of
from emogan.training.callbacks.curves import Curves
from emogan.training.callbacks.deadline import Deadline
from emogan.training.module import EmotionGAN

log = logging.getLogger(__name__)

MOST = 0.05  # share of the training time that measuring may take before the log says so
SUBSETS = 20


class Evaluation(pl.Callback):
    """Measures at the first end of an epoch after every ``every`` images, and where the training ends.

    The reference is real faces of people that may be learnt from: those kept aside stay unseen, also by the choice of
    the best.

    Args:
        every: images between two measurements.
        count: faces to generate for each; of several emotions in turn.
        real: the real faces with these emotions that may be learnt from.
        recogniser: names emotions, and gives the features.
        curves: where the values go.
        run: where the best generator goes.
        settings: the run's, as plain values.
        deadline: may end the training. What a person ends is not measured: a resumed run has the same rows.
    """

    def __init__(
        self,
        every: int,
        count: int,
        real: Faces,
        recogniser: Recogniser,
        curves: Curves,
        run: RunFolder,
        settings: dict[str, Any],
        deadline: Deadline,
    ) -> None:
        self.every, self.count, self.recogniser, self.curves = every, count, recogniser, curves
        self.run, self.settings, self.deadline = run, settings, deadline
        chosen = real.emotions.unique()
        self.shown = chosen[torch.arange(count) % len(chosen)]
        self.strengths = torch.ones(count)
        if settings["data"]["graded"]:
            for kind in chosen:
                own = self.shown == kind
                told = real.strengths[real.emotions == kind]
                self.strengths[own] = spread(told, int(own.sum()), settings["seed"])
        self.reference, _ = recogniser.look(real.images)
        self.best = min((kid for _, kid in curves.rows.past), default=float("inf"))
        self.looked_at = 0  # images seen at the last end of an epoch
        self.seconds = 0.0
        self.began = 0.0

    def state_dict(self) -> dict[str, Any]:
        return {"looked_at": self.looked_at}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.looked_at = int(state_dict["looked_at"])

    def on_train_start(self, trainer: pl.Trainer, pl_module: EmotionGAN) -> None:  # type: ignore[override]
        self.began = time.monotonic()

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: EmotionGAN) -> None:  # type: ignore[override]
        seen = int(pl_module.images_seen)
        due = seen // self.every > self.looked_at // self.every
        self.looked_at = seen
        final = self.deadline.passed or trainer.current_epoch + 1 == trainer.max_epochs
        if not due and not final:
            return
        began = time.monotonic()
        trained = as_trained(pl_module.sampler, self.settings, seen)
        distance, accuracy = self.measure(trained)
        strength = float(pl_module.augmented)
        self.curves.measures = {"kid": distance, "emotion_accuracy": accuracy, "augmentation": strength}
        pl_module.log_dict(self.curves.measures)  # for callbacks of whoever called: trainer.callback_metrics
        if distance < self.best:
            self.best = distance
            self.run.checkpoints.mkdir(parents=True, exist_ok=True)
            try:
                save_generator(pl_module.sampler, self.settings, seen, self.run.best)
            except (OSError, SafetensorError) as error:
                log.warning("The best generator so far was not saved (%s); training goes on, free some space.", error)
        self.seconds += time.monotonic() - began

    def measure(self, trained: Trained) -> tuple[float, float]:
        """KID and the share of faces whose emotion is named rightly, always of the same latents."""
        network = trained.network
        was_training = network.training
        network.eval()
        device = next(network.parameters()).device
        latents: Tensor = latents_of(trained, self.count, self.settings["seed"]).to(device)
        images = draw(trained, latents, graded(self.shown, self.strengths).to(device), median=True)
        network.train(was_training)
        features, named = self.recogniser.look(images)
        distance, _ = kid(self.reference, features, SUBSETS, self.count, self.settings["seed"])
        return distance, (named == self.shown).float().mean().item()

    def on_train_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Say what it cost, where that was more than it should."""
        share = self.seconds / (time.monotonic() - self.began)
        if share > MOST:
            log.info(
                "Measuring took %.0f %% of the time; evaluate_every=%d would take %.0f %%.",
                *(100 * share, round(self.every * share / MOST), 100 * MOST),
            )
