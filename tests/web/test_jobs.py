import time
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import pytest

from emogan.core.errors import UserError
from emogan.web import jobs as module
from emogan.web.drawing import BusyError
from emogan.web.jobs import Job, Jobs


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    found = Jobs(2)
    yield found
    found.close()


def finished(job: Job) -> Job:
    for _ in range(500):
        if job.over:
            return job
        time.sleep(0.01)
    raise AssertionError(job.state)


def failing(error: Exception) -> Callable[[Any], None]:
    def work(_: Any) -> None:
        raise error

    return work


def test_a_job_says_how_far_it_is_and_what_came_of_it(jobs: Jobs) -> None:
    half, go = Event(), Event()

    def work(watch: Callable[[float], None]) -> str:
        watch(0.5)
        half.set()
        go.wait(5)
        return "faces"

    job = jobs.add("a", work)
    half.wait(5)
    assert (job.state, job.share, job.result) == ("running", 0.5, None)
    go.set()
    assert (finished(job).state, job.share, job.result) == ("done", 1.0, "faces")
    assert jobs.get("a", job.name) is job
    with pytest.raises(LookupError):
        jobs.get("b", job.name)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (UserError("give another"), "give another"),
        (MemoryError(), "There is not enough memory for it on this machine: ask for less."),
        (KeyError("x"), "This is a fault of emogan (KeyError): its log says more."),
    ],
)
def test_what_goes_wrong_is_a_sentence_and_the_next_is_done(jobs: Jobs, error: Exception, told: str) -> None:
    job = finished(jobs.add("a", failing(error)))
    assert (job.state, job.error) == ("failed", told)
    assert finished(jobs.add("a", lambda _: 1)).result == 1


def test_a_job_that_is_stopped_ends_at_its_next_word(jobs: Jobs) -> None:
    begun = Event()

    def work(watch: Callable[[float], None]) -> None:
        begun.set()
        for step in range(1000):
            watch(step / 1000)
            time.sleep(0.005)

    job, waiting = jobs.add("a", work), jobs.add("a", lambda _: 1)
    begun.wait(5)
    jobs.stop("a", job.name)
    jobs.stop("a", waiting.name)
    assert finished(job).state == "stopped"
    assert finished(waiting).state == "stopped"
    with pytest.raises(LookupError):
        jobs.get("a", job.name)


def test_only_so_many_wait(jobs: Jobs) -> None:
    go = Event()
    first = jobs.add("a", lambda _: go.wait(5))
    while first.state == "waiting":
        time.sleep(0.01)
    others = [jobs.add("a", lambda _: 1) for _ in range(2)]
    with pytest.raises(BusyError):
        jobs.add("a", lambda _: 1)
    go.set()
    assert [finished(job).state for job in others] == ["done", "done"]


def test_results_are_forgotten_in_time(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    job = finished(jobs.add("a", lambda _: 1))
    monkeypatch.setattr(module, "KEPT_SECONDS", -1)
    with pytest.raises(LookupError):
        jobs.get("a", job.name)


def test_no_more_results_are_kept_than_fit(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 3)
    done = [finished(jobs.add("a", lambda _: 1)) for _ in range(5)]
    assert jobs.get("a", done[-1].name) is done[-1]
    with pytest.raises(LookupError):
        jobs.get("a", done[0].name)
