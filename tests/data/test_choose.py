from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from emogan.core.emotions import Emotion
from emogan.data.choose import in_turns
from emogan.data.index import Face


@st.composite
def databases(draw: st.DrawFn) -> list[Face]:
    """One to eight people with one to five images each."""
    images = draw(st.lists(st.integers(1, 5), min_size=1, max_size=8))
    return [
        Face(Path(f"p{person}_{number}.jpg"), Emotion.RAIVA, f"p{person}")
        for person, count in enumerate(images)
        for number in range(count)
    ]


@given(faces=databases(), seed=st.integers(0, 2**32 - 1), data=st.data())
def test_nobody_gives_twice_before_everybody_gave(faces: list[Face], seed: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, len(faces)))
    chosen = set(in_turns(faces, seed)[:count])
    assert len(chosen) == count
    assert chosen <= set(faces)
    has, gave = (Counter(face.person for face in some) for some in (faces, chosen))
    most = max(gave.values(), default=0)
    assert all(gave[person] >= min(has[person], most - 1) for person in has)


@given(faces=databases(), seed=st.integers(0, 2**32 - 1), data=st.data())
def test_a_larger_choice_holds_the_smaller_one_and_seeds_repeat(
    faces: list[Face], seed: int, data: st.DataObject
) -> None:
    count = data.draw(st.integers(0, len(faces)))
    smaller = set(in_turns(faces, seed)[:count])
    assert smaller == set(in_turns(faces, seed)[:count])
    assert smaller <= set(in_turns(faces, seed)) == set(faces)
    if count:
        assert set(in_turns(faces, seed)[: count - 1]) <= smaller


def test_another_seed_chooses_others_and_all_get_their_turn() -> None:
    faces = [Face(Path(f"p{n:02d}.jpg"), Emotion.RAIVA, f"p{n:02d}") for n in range(20)]
    choices = [tuple(set(in_turns(faces, seed)[:5])) for seed in range(100)]
    assert len(set(choices)) > 90
    times = Counter(face for choice in choices for face in choice)
    assert set(times) == set(faces)
    assert max(times.values()) < 50  # 25 expected
