"""Commands of emogan as tasks of Ray, for sweep_ray.py and shards_ray.py: who runs where and when is Ray's affair."""

import argparse
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import ray

Words = Sequence[str]


class KilledError(Exception):
    """A command that a signal ended: another try may do better, on another machine perhaps."""


@dataclass(frozen=True)
class Ended:
    """How a command ended.

    Attributes:
        said: the last line of its stderr.
        where: the machine's name.
    """

    code: int
    seconds: float
    said: str
    where: str


def options(parser: argparse.ArgumentParser) -> None:
    """Add what a person says of the cluster."""
    parser.add_argument("--address", help="of a cluster: auto, or HOST:PORT; by default one is started on this machine")
    parser.add_argument("--cores", type=int, help="of the cluster that is started here; all by default")
    parser.add_argument("--cpus", type=float, default=1, help="cores of each task")
    parser.add_argument("--gpus", type=float, default=0, help="GPUs of each task; 0.5: two tasks share one")
    parser.add_argument("--retries", type=int, default=3, help="further tries of a task that is killed")


def run_all(
    commands: Sequence[Words], args: argparse.Namespace, prepared: Callable[[Words], Words] | None = None
) -> list[Ended]:
    """Run ``emogan WORDS`` for each of ``commands`` as tasks of Ray, in this folder; a line is printed for each.

    Args:
        prepared: what to type, asked where and when a task begins, also for the second time.
    """
    # A worker that is killed takes its command along: two tries do not write beside each other.
    os.environ.setdefault("RAY_kill_child_processes_on_worker_exit_with_raylet_subreaper", "true")
    ray.init(address=args.address, num_cpus=None if args.address else args.cores, log_to_driver=False)
    task = ray.remote(_run).options(
        num_cpus=args.cpus, num_gpus=args.gpus, max_retries=args.retries, retry_exceptions=[KilledError]
    )
    here, began = str(Path.cwd()), time.monotonic()
    numbers = {task.remote(list(words), here, prepared): number for number, words in enumerate(commands)}
    shared = set.intersection(*map(set, commands)) if len(commands) > 1 else set()
    waiting, ended = list(numbers), [Ended(1, 0.0, "", "")] * len(commands)
    while waiting:
        (done,), waiting = ray.wait(waiting)
        try:
            one = ray.get(done)
        except ray.exceptions.RayError as error:  # killed more often than it may be
            one = Ended(1, time.monotonic() - began, str(error).strip().splitlines()[-1], "")
        ended[numbers[done]] = one
        told = "done" if not one.code else f"failed ({one.code}): {one.said}"
        own = " ".join(word for word in commands[numbers[done]] if word not in shared)
        print(f"{own}: {told}, {one.seconds:.0f} s, {one.where}", flush=True)
    ray.shutdown()
    return ended


def _run(words: Words, folder: str, prepared: Callable[[Words], Words] | None) -> Ended:
    began = time.monotonic()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # a worker of Ray ignores it, and then every command ends with 0
    command = [sys.executable, "-m", "emogan", *(prepared(words) if prepared else words)]
    done = subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode < 0:
        raise KilledError(f"killed by signal {-done.returncode}")
    said = done.stderr.strip().splitlines()
    where = platform.node()
    return Ended(done.returncode, time.monotonic() - began, said[-1] if said else "", where)
