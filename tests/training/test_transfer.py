import shutil
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from omegaconf import DictConfig
from torch import Tensor

from emogan.config.compose import plain
from emogan.core.errors import UserError
from emogan.training.build import build
from emogan.training.loop import train
from emogan.training.transfer import Specialising, forgotten, misplaced
from tests.test_conditional_training import rows
from tests.test_train import assert_same

Compose = Callable[..., DictConfig]


def faces(count: int, seed: int, size: int = 32) -> Tensor:
    return torch.rand(count, 1, size, size, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def plain_distances(images: Tensor, side: int) -> np.ndarray:
    """Of all pairs, of the means over cells, in NumPy."""
    n, _, size, _ = images.shape
    cells = images.numpy().reshape(n, side, size // side, side, size // side).mean((2, 4))
    return np.array([np.sqrt(((a - b) ** 2).mean()) for a, b in combinations(cells, 2)])


def test_forgetting_is_reckoned_from_the_distances_of_all_pairs() -> None:
    fake, before, real = faces(5, 1), faces(5, 2), faces(7, 3)
    ours, theirs, real_ones = (plain_distances(images, 16) for images in (fake, before, real))
    expected = ((ours / real_ones.mean() - theirs / theirs.mean()) ** 2).mean()
    assert forgotten(fake, before, real).item() == pytest.approx(expected, rel=1e-3)


@given(contrast=st.floats(0.1, 3), light=st.floats(-0.5, 0.5))
def test_nothing_is_forgotten_by_the_same_people_in_another_light(contrast: float, light: float) -> None:
    """As far apart as the real ones."""
    before = faces(6, 4)
    other = before * contrast + light
    assert forgotten(other, before, other).item() == pytest.approx(0, abs=1e-4)
    everybody_alike = other.mean(0, keepdim=True).expand(6, -1, -1, -1)
    assert forgotten(everybody_alike, before, other).item() > 0.9


def test_people_who_became_alike_move_apart_again() -> None:
    before, real = faces(6, 5), faces(6, 6)
    fake = (before * 0.01).requires_grad_()
    forgotten(fake, before, real).backward()
    assert fake.grad is not None and bool(fake.grad.isfinite().all())
    moved = fake.detach() - 0.5 * fake.grad / fake.grad.norm()
    assert plain_distances(moved, 16).mean() > plain_distances(fake.detach(), 16).mean()


def test_a_place_is_that_of_the_mean_image_and_its_mirror_image() -> None:
    fake, real = faces(4, 7, 64), faces(6, 8, 64)
    both = [torch.cat([images, images.flip(3)]) for images in (fake, real)]
    means = [images.numpy().reshape(-1, 32, 2, 32, 2).mean((0, 2, 4)) for images in both]
    expected = ((means[0] - means[1]) ** 2).mean() / (plain_distances(both[1], 32) ** 2).mean()
    assert misplaced(fake, real).item() == pytest.approx(expected, rel=1e-3)
    assert misplaced(real.flip(3), real).item() == pytest.approx(0, abs=1e-6)
    assert misplaced(real.roll(2, dims=2), real).item() > 0.01


def test_each_weight_stands_for_its_term() -> None:
    fake, before, real = faces(4, 9), faces(4, 10), faces(4, 11)
    people, mean = forgotten(fake, before, real), misplaced(fake, real)
    assert Specialising(people=0.5, mean=2)(fake, before, real).item() == pytest.approx(
        (0.5 * people + 2 * mean).item()
    )
    assert Specialising(people=0, mean=2)(fake, None, real).item() == pytest.approx(2 * mean.item())
    assert Specialising(people=0, mean=0)(fake, None, real).item() == 0


def test_what_helps_few_images_comes_with_a_start(style_config: Compose, conditional_run: Path) -> None:
    nothing, trained = style_config(), style_config(f"init_from={conditional_run}")
    settings = [(cfg["penalties"]["real"], cfg["data"]["warp"]) for cfg in (plain(nothing), plain(trained))]
    assert settings == [(5.0, 0.02), (1.0, 0.01)]
    assert build(nothing).specialising is None
    assert build(trained).specialising == Specialising(people=0.2, mean=1.0)
    with pytest.raises(UserError, match=r"specialising\.people=-1 is not usable: expected a number from 0"):
        train(style_config("specialising.people=-1"))


def test_both_terms_reach_the_training(style_config: Compose, conditional_run: Path, tmp_path: Path) -> None:
    common = ["emotion=medo", f"init_from={conditional_run}", "samples_per_emotion=12", "epochs=2"]
    seen = set()
    for name, people, mean in (("neither", 0, 0), ("people", 5, 0), ("mean", 0, 5)):
        weights = [f"specialising.people={people}", f"specialising.mean={mean}", f"run_dir={tmp_path / name}"]
        seen.add(rows(train(style_config(*common, *weights)).folder)[-1]["discriminator"])
    assert len(seen) == 3


def test_a_specialised_run_resumes_without_the_network_it_started_from(
    style_config: Compose, conditional_run: Path, tmp_path: Path
) -> None:
    """Its checkpoints hold the people it is not to forget."""
    start = tmp_path / "start"
    shutil.copytree(conditional_run, start)
    common = ["emotion=medo", f"init_from={start}", "samples_per_emotion=12"]
    whole = train(style_config(*common, f"run_dir={tmp_path / 'whole'}", "epochs=4")).folder
    half = train(style_config(*common, f"run_dir={tmp_path / 'half'}", "epochs=2")).folder
    last = half / "checkpoints" / "last.ckpt"
    shutil.rmtree(start)
    train(style_config(*common, "epochs=4", f"ckpt_path={last}"))
    assert (whole / "losses.csv").read_bytes() == (half / "losses.csv").read_bytes()
    states = [torch.load(run / "checkpoints" / "last.ckpt", weights_only=True) for run in (whole, half)]
    for part in ("state_dict", "optimizer_states", "rng"):
        assert_same(states[0][part], states[1][part])
    begun = torch.load(conditional_run / "checkpoints" / "last.ckpt", weights_only=True)["state_dict"]
    kept = {name: value for name, value in states[1]["state_dict"].items() if name.startswith("before.")}
    assert kept
    for name, value in kept.items():
        assert torch.equal(value, begun[name.replace("before.", "ema.module.", 1)])
