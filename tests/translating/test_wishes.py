import pytest

from emogan.core.emotions import Emotion
from emogan.networks.translator import Translator
from emogan.translating.network import TrainedTranslator
from emogan.translating.wishes import Wish, wished

BY = TrainedTranslator(Translator([8, 8], 8, [8, 8], 3), ["jawOpen", "mouthSmileLeft", "mouthSmileRight"], {})


def test_an_emotion_is_shown_in_several_ways_always_the_same_for_a_seed() -> None:
    one, again = (wished({Emotion.RAIVA: 1.0}, 1.0, 3) for _ in range(2))
    assert one == again
    assert len({tuple(wished({Emotion.RAIVA: 1.0}, 1.0, seed)) for seed in range(12)}) > 1
    assert one["browDownLeft"] > 0.7


def test_intensity_0_is_a_face_at_rest_and_more_is_more() -> None:
    smiles = [wished({Emotion.FELICIDADE: 1.0}, intensity, 1)["mouthSmileLeft"] for intensity in (0, 0.3, 1, 1.5)]
    assert smiles == sorted(smiles) and smiles[0] < 0.4 < smiles[2]


def test_a_mix_lies_between_its_emotions() -> None:
    joy, fear = ({one: 2.0} for one in (Emotion.FELICIDADE, Emotion.MEDO))
    mixed = wished(joy | fear, 1.0, 5)
    for name in ("mouthSmileLeft", "eyeWideLeft", "jawOpen"):
        ends = [wished(one, 1.0, 5).get(name, 0.0) for one in (joy, fear)]
        assert mixed.get(name, 0.0) == pytest.approx(sum(ends) / 2)


def test_nobody_wishes_for_a_blink() -> None:
    assert all(wished({Emotion.SURPRESA: 1.0}, 1.0, seed).get("eyeBlinkLeft", 0) < 0.45 for seed in range(80))


def test_single_actions_take_the_place_of_others() -> None:
    read = {"jawOpen": 0.1, "mouthSmileLeft": 0.2, "mouthSmileRight": 0.3}
    assert Wish(None, {"jawOpen": 0.5}, BY).of(read) == read | {"jawOpen": 0.5}
    assert Wish(None, {"mouthSmile": 1}, BY).of(read) == {"jawOpen": 0.1, "mouthSmileLeft": 1, "mouthSmileRight": 1}
    assert Wish({"jawOpen": 0.9}, {"mouthSmileLeft": 0.4}, BY).of(read) == {"jawOpen": 0.9, "mouthSmileLeft": 0.4}
