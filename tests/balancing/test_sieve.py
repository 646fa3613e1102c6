"""What passes the sieve, with the project's own recogniser and the packaged faces."""

from dataclasses import replace

import pytest
import torch

from emogan.balancing.sieve import COPY, FEWEST_PEOPLE, NO_FACE, OTHER, REASONS, TWICE, UNSURE, Sieve, yardstick_of
from emogan.core.emotions import EMOTIONS, Emotion
from emogan.core.errors import UserError
from emogan.data.face_set import Faces
from emogan.networks.recogniser import Recogniser

RAIVA = EMOTIONS.index(Emotion.RAIVA)


@pytest.fixture(scope="module")
def sieve(packaged: Faces, recogniser: Recogniser) -> Sieve:
    return Sieve.of(recogniser, packaged[packaged.other_people], 0.5)


@pytest.mark.parametrize("mirrored", [False, True])
def test_copies_are_refused(mirrored: bool, sieve: Sieve, packaged: Faces) -> None:
    real = packaged[packaged.other_people]
    places = (real.emotions == RAIVA).nonzero()[:20, 0]
    images = real.images[places]
    verdicts = sieve.judge(images.flip(3) if mirrored else images, Emotion.RAIVA)
    assert {verdict.refused for verdict in verdicts} <= {COPY, UNSURE}
    assert [verdict.nearest for verdict in verdicts] == places.tolist()
    assert max(verdict.distance for verdict in verdicts) < 0.02  # of some 10; rounding


def test_what_is_no_face_is_refused(sieve: Sieve, packaged: Faces) -> None:
    generator = torch.Generator().manual_seed(1)
    noise = torch.randint(0, 256, (20, 1, 64, 64), generator=generator, dtype=torch.uint8)
    grey = torch.full((2, 1, 64, 64), 128, dtype=torch.uint8)
    faces = packaged[packaged.held_out].of(Emotion.RAIVA).images.float()
    blurred = torch.nn.functional.avg_pool2d(faces, 15, 1, 7).byte()
    for images, most in ((noise, 0), (grey, 0), (blurred, 2)):  # of 40: the limit is where one in twenty is beyond it
        for emotion in EMOTIONS:  # whatever they are read as
            assert [verdict.refused for verdict in sieve.judge(images, emotion)].count("") <= most
    read = [verdict.refused for emotion in EMOTIONS for verdict in sieve.judge(noise, emotion)]
    assert read.count(NO_FACE) + read.count(UNSURE) == 20


def test_new_people_pass_once_and_with_their_own_emotion(sieve: Sieve, packaged: Faces) -> None:
    unseen = packaged[packaged.held_out].of(Emotion.RAIVA).images
    sieve.forget()
    first = [verdict.refused for verdict in sieve.judge(unseen, Emotion.RAIVA)]
    assert first.count("") > len(unseen) / 2
    again = [verdict.refused for verdict in sieve.judge(unseen.flip(3), Emotion.RAIVA)]
    assert again.count(TWICE) >= first.count("") - 2  # read a little otherwise when mirrored
    assert "" not in {later for sooner, later in zip(first, again, strict=True) if sooner == ""}
    assert {verdict.refused for verdict in sieve.judge(unseen, Emotion.FELICIDADE)} == {OTHER}
    strict = replace(sieve, confidence=1.0)
    assert {verdict.refused for verdict in strict.judge(unseen, Emotion.RAIVA)} <= {OTHER, UNSURE}
    assert len(set(REASONS)) == 5


def test_too_few_people(packaged: Faces, recogniser: Recogniser) -> None:
    people = sorted(set(packaged.people))[: FEWEST_PEOPLE - 1]
    few = packaged[torch.tensor([person in people for person in packaged.people])]
    with pytest.raises(UserError, match=r"The database shows 4 people: expected at least 5, so that it can be said"):
        Sieve.of(recogniser, few, 0.5)


def test_the_yardstick_is_the_distance_to_other_people() -> None:
    crowd = torch.cat([torch.arange(0, 50.0)[:, None], torch.tensor([[0.25], [80.0]])])
    people = [*(str(number) for number in range(50)), "0", "far"]  # two faces of one person lie near each other
    emotions = torch.tensor([0] * 51 + [1])
    yardstick = yardstick_of(crowd, crowd + 1000, people, emotions)
    assert yardstick.near == pytest.approx(1 - 0.25 * 0.45, abs=0.2)
    assert yardstick.near > 0.7  # not the 0.25 to herself
    assert yardstick.far[0] == pytest.approx(1.0)
    assert yardstick.far[1] == pytest.approx(31.0)  # an emotion with few faces has its own
    assert yardstick_of(crowd, crowd + 0.5, people, emotions).near < 0.6  # mirrored, they are nearer
