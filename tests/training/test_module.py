from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from omegaconf import DictConfig
from torch import Tensor, nn

from emogan.data.batches import Batch
from emogan.sampling.conditioning import pure
from emogan.training.build import build
from emogan.training.loop import train
from emogan.training.module import EmotionGAN

Compose = Callable[..., DictConfig]


def plain_steps(
    generator: nn.Module, discriminator: nn.Module, reals: list[Tensor], latents: list[Tensor]
) -> list[tuple[float, float]]:
    """The paper's loop written plainly (codes 6 and 7): separate passes, nothing detached, the generator run twice."""
    bce = nn.BCELoss()
    adams = [torch.optim.Adam(n.parameters(), lr=5e-5, betas=(0.5, 0.999)) for n in (generator, discriminator)]
    losses = []
    for real, latent in zip(reals, latents, strict=True):
        real_target, fake_target = torch.full((len(real),), 0.9), torch.full((len(real),), 0.1)
        adams[1].zero_grad()
        on_real = bce(torch.sigmoid(discriminator(real)), real_target)
        on_fake = bce(torch.sigmoid(discriminator(generator(latent))), fake_target)
        (on_real + on_fake).backward()
        adams[1].step()
        adams[0].zero_grad()
        loss = bce(torch.sigmoid(discriminator(generator(latent))), real_target)
        loss.backward()
        adams[0].step()
        losses.append(((on_real + on_fake).item(), loss.item()))
    return losses


def gan_of(cfg: DictConfig) -> EmotionGAN:
    made = build(cfg)
    assert isinstance(made, EmotionGAN)
    return made


def test_fifty_steps_are_the_papers_to_rounding(train_config: Compose, monkeypatch: pytest.MonkeyPatch) -> None:
    cfg = train_config(
        "model.generator.dropout=0", "model.discriminator.dropout=0", "trainer.precision=32-true", "lr=5e-5",
        "ema_images=null", "data.flip=0", "data.rotation=0", "samples_per_emotion=4", "epochs=50",
    )  # fmt: skip
    torch.manual_seed(cfg.seed)
    twin = gan_of(cfg)
    latents = [twin.draw_latents(4) for _ in range(50)]
    seen: list[Tensor] = []
    torch.manual_seed(cfg.seed)
    gan = gan_of(cfg)
    twin.load_state_dict(gan.state_dict())
    monkeypatch.setattr("emogan.training.loop.build", lambda *_, **__: gan)
    step = gan.training_step

    def spied_step(batch: Batch, batch_idx: int) -> dict[str, Tensor]:
        seen.append(batch.images.clone())
        return step(batch, batch_idx)

    monkeypatch.setattr(gan, "training_step", spied_step)
    train(cfg)
    rows = Path(cfg.run_dir, "losses.csv").read_text().splitlines()[1:]
    ours = [tuple(float(value) for value in row.split(",")[2:4]) for row in rows]
    expected = plain_steps(twin.generator, twin.discriminator, seen, latents)
    torch.testing.assert_close(torch.tensor(ours), torch.tensor(expected), rtol=1e-4, atol=1e-5)


def test_the_generators_step_sees_the_discriminator_after_its_step(
    train_config: Compose, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Autocast keeps bf16 copies of weights: a stale one would show the generator the discriminator of before."""
    cfg = train_config(
        "trainer.precision=bf16-mixed", "lr=0.05", "epochs=1", "samples_per_emotion=4", "model.discriminator.dropout=0"
    )
    gan = gan_of(cfg)
    first: Any = gan.discriminator.layers[0]  # type: ignore[index]
    before = first.weight.detach().clone()
    passes: list[tuple[Tensor, Tensor]] = []
    first.register_forward_hook(lambda _, inputs, output: passes.append((inputs[0].float(), output.float())))
    monkeypatch.setattr("emogan.training.loop.build", lambda *_, **__: gan)
    monkeypatch.setattr(type(gan), "summary", lambda *_: "")
    train(cfg)
    assert len(passes) == 2  # one step of each network
    inputs, outputs = passes[-1]
    assert not torch.allclose(before, first.weight, atol=0.01)
    torch.testing.assert_close(outputs, inputs @ first.weight.T + first.bias, atol=0.1, rtol=0.1)


def test_samples_come_from_the_average_in_evaluation_mode(train_config: Compose) -> None:
    gan = gan_of(train_config())
    latents, weights = torch.randn(3, 8), pure(torch.zeros(3, dtype=torch.int64))
    first = gan.sample(latents, weights)
    assert torch.equal(first, gan.sample(latents, weights))  # dropout is off
    assert gan.generator.training
    assert gan.ema is not None
    with torch.no_grad():
        for parameter in gan.ema.module.parameters():
            parameter.zero_()
    assert gan.sample(latents, weights).abs().max() == 0
    assert not torch.equal(first, torch.zeros_like(first))


def test_what_a_step_reads_stays_on_the_cpu(style_config: Callable[..., DictConfig]) -> None:
    gan = gan_of(style_config())
    gan.to("meta")  # as good as a GPU: whoever waits for it is told
    assert {name for name, buffer in gan.named_buffers() if buffer.device.type == "cpu"} == {
        "images_seen", "steps", "augmented", "ema.n_averaged",
    }  # fmt: skip
    assert {parameter.device.type for parameter in gan.parameters()} == {"meta"}
