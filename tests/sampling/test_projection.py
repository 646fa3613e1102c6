from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from omegaconf import DictConfig
from PIL import Image

from emogan.core.emotions import EMOTIONS, Emotion
from emogan.finding.frames import Frame
from emogan.generate import generate
from emogan.networks.style import StyleGenerator
from emogan.runs.generator_file import load_generator
from emogan.sampling.conditioning import pure
from emogan.sampling.photograph import read_photograph
from emogan.sampling.projection import find_person, project, within
from emogan.sampling.sampler import Sampler, latents_of
from emogan.sampling.starting import distance, framed, nearest_drawn
from tests.test_generate import config, names

__all__ = ["config"]  # a fixture

Compose = Callable[..., DictConfig]


def test_a_drawn_face_is_found_again_with_its_emotion(conditional_run: Path) -> None:
    trained = load_generator(conditional_run / "checkpoints" / "generator.safetensors")
    network = trained.network
    assert isinstance(network, StyleGenerator)
    torch.manual_seed(3)
    with torch.no_grad():
        for parameter in network.parameters():  # more varied than three epochs make it
            parameter.mul_(1.5)
        target = network(torch.randn(1, 8), pure(torch.tensor([3])))
    starts = latents_of(trained, 30, seed=9)
    with torch.no_grad():
        drawn = network(starts, pure(torch.arange(30) % 6))
    before = distance(drawn, target).min().item()
    start = nearest_drawn(network, target, starts, EMOTIONS, lambda _: None)
    found = find_person(network, target, start, steps=150)
    assert found.person.shape == (1, 12) and found.emotion.shape == (1, 6)
    assert found.emotion.sum().item() == pytest.approx(1)
    assert found.away < 0.5 * before
    with torch.no_grad():
        drawn = network.draw(found.person, found.emotion)
    assert (drawn - found.framed).abs().mean().item() == pytest.approx(found.away, rel=1e-3)


def test_framing_scales_and_moves() -> None:
    image = torch.rand(1, 1, 32, 32)
    assert torch.allclose(framed(image, torch.zeros(1, 3)), image, atol=1e-5)
    moved = framed(image, torch.tensor([[0.0, 0.0, 0.25]]))  # an eighth of the height down
    assert torch.allclose(moved[:, :, 4:], image[:, :, :-4], atol=1e-5)


def test_what_was_moved_lies_within_the_photograph() -> None:
    frame, framing = Frame((10.0, 20.0), 64.0, 0.4), torch.tensor([[0.3, 0.1, -0.2]])
    ramp = torch.linspace(0, 1, 64).view(1, 1, 1, -1).expand(1, 1, 64, 64)
    shown = within(frame, framing)
    for image, axis in ((ramp, 0), (ramp.transpose(2, 3), 1)):
        seen = framed(image, framing)[0, 0, 32, 32].item()
        place = frame.from_picture(shown.to_picture(np.array([32.5 / 64, 32.5 / 64])))
        assert place[axis] == pytest.approx((seen * 63 + 0.5) / 64, abs=0.01)


def test_distance_looks_at_coarse_and_fine() -> None:
    black, white = -torch.ones(1, 1, 32, 32), torch.ones(1, 1, 32, 32)
    stripes = torch.ones(32)
    stripes[::2] = -1
    fine = stripes.expand(1, 1, 32, 32)  # mean 0: seen at full size only
    assert distance(black, white).item() == pytest.approx(2)
    assert distance(fine, torch.zeros_like(fine)).item() == pytest.approx(0.5)
    assert distance(torch.cat([black, white]), white).tolist() == [2, 0]


def test_a_photograph_is_shown_in_all_six_emotions(config: Compose, six_emotions: Path) -> None:
    photo = six_emotions / "medo" / "p03.png"
    out = generate(config(f"project={photo}", "crop=square", "steps=3")).folder
    faces = ["photo.png", "found.png", *(f"{emotion}.png" for emotion in Emotion)]
    assert names(out) == sorted([*faces, "found_in_photo.png", "grid.png", "generate.json"])
    assert np.asarray(Image.open(out / "grid.png")).shape == (16, 8 * 16 + 7 * 2)
    assert np.asarray(Image.open(out / "photo.png")).shape == (16, 16)
    with Image.open(photo) as own, Image.open(out / "found_in_photo.png") as laid:
        assert (laid.mode, laid.size) == (own.mode, own.size)


def test_a_search_tells_how_much_is_done(conditional_run: Path, six_emotions: Path) -> None:
    sampler = Sampler.of(str(conditional_run))
    told: list[float] = []
    photo = read_photograph(sampler, six_emotions / "medo" / "p03.png", "square", 0.5)
    with torch.no_grad():  # a caller may have gradients off
        watched = project(sampler, photo, 4, True, told.append)
    assert [share for share in told if share] == [0.25, 0.5, 0.75, 1.0]
    assert told[0] == 0 and told == sorted(told)
    assert watched.away == project(sampler, photo, 4, True).away


def test_what_a_watch_raises_ends_the_search(conditional_run: Path, six_emotions: Path) -> None:
    sampler = Sampler.of(str(conditional_run))
    photo = read_photograph(sampler, six_emotions / "medo" / "p03.png", "square", 0.5)

    def enough(share: float) -> None:
        if share > 0:
            raise StopIteration(share)

    with pytest.raises(StopIteration, match=r"^0\.001$"):
        project(sampler, photo, 1000, True, enough)
