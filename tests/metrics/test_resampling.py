import pytest
import torch
from torch import Tensor

from emogan.metrics.resampling import half_sample_errors


def test_the_error_of_a_mean_is_the_textbook_one() -> None:
    values = torch.randn(400, generator=torch.Generator().manual_seed(0))
    people = [str(number) for number in range(400)]

    def mean(reals: Tensor, fakes: Tensor) -> dict[str, float]:
        return {"real": values[reals].mean().item(), "fake": values[fakes].mean().item()}

    errors = half_sample_errors(mean, [people, [f"fake {p}" for p in people]], draws=400, seed=1)
    expected = values.std().item() / 20
    assert errors["real"] == pytest.approx(expected, rel=0.12)
    assert errors["fake"] == pytest.approx(expected, rel=0.12)


def test_a_person_is_in_a_half_with_all_faces_or_none() -> None:
    people = ["a", "b", "c", "d"] * 5

    def check(reals: Tensor) -> dict[str, float]:
        chosen = [people[place] for place in reals.tolist()]
        assert len(set(chosen)) == 2 and len(chosen) == 10
        return {"count": float(len(chosen))}

    assert half_sample_errors(check, [people], draws=20, seed=0) == {"count": 0.0}


def test_no_draws_give_no_errors() -> None:
    assert half_sample_errors(lambda reals: {"x": 1.0}, [["a", "b"]], draws=0, seed=0) == {}


def test_sets_of_the_same_people_are_halved_alike() -> None:
    first, second = ["a", "b", "c", "d"], ["d", "c", "b", "a", "a"]

    def check(one: Tensor, other: Tensor) -> dict[str, float]:
        assert {first[place] for place in one.tolist()} == {second[place] for place in other.tolist()}
        return {}

    half_sample_errors(check, [first, second], draws=20, seed=0)
