"""Loads the page of ``emogan app`` with many clients at once, beside what ``emogan generate`` draws by itself.

usage: python scripts/bench_app.py [--clients 32] [--seconds 60] [--faces 16] [--training]

Prints errors, latencies, the page's memory before and after, and its faces a second against those of ``emogan
generate`` in the same run. Exit code 1 when there was an error, memory grew by 50 MB or more, or the page draws less
than 70 % of what generate does. With --training, a training runs beside it: only errors count then.
"""

import argparse
import http.client
import json
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

LEAST_SHARE = 0.7  # of generate's throughput
MOST_GROWTH = 50  # MB
WARM_UP = 5.0  # seconds of load before memory is looked at first
GENERATED = 3000  # faces


@dataclass
class Load:
    """What clients saw."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def main() -> None:
    """Measure, print, and say by the exit code whether it is good enough."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--faces", type=int, default=16, help="of a request")
    parser.add_argument("--training", action="store_true", help="beside a training that the page started")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as work, page(Path(work)) as (port, process):
        alone = generated(Path(work))
        images_before = trained = 0.0
        if args.training:
            start_training(port)
        loaded(port, args.clients, args.faces, WARM_UP)
        if args.training:
            images_before, began = seen(port), time.monotonic()
        before = memory(process.pid)
        load = loaded(port, args.clients, args.faces, args.seconds)
        after = memory(process.pid)
        if args.training:
            trained = (seen(port) - images_before) / (time.monotonic() - began)
    rate = len(load.seconds) * args.faces / args.seconds
    times = sorted(load.seconds)
    print(f"{args.clients} clients for {args.seconds:g} s, {args.faces} faces a request")
    print(f"requests {len(times)}, errors {len(load.errors)} {load.errors[:3] or ''}")
    print(f"latency: median {statistics.median(times):.2f} s, p95 {times[int(len(times) * 0.95)]:.2f} s")
    print(f"memory: {before:.0f} MB before, {after:.0f} MB after")
    print(f"faces a second: {rate:.0f}; emogan generate, in the same run: {alone:.0f}; share {rate / alone:.2f}")
    if args.training:
        print(f"the training beside it: {trained:.1f} images a second")
    good = not load.errors and after - before < MOST_GROWTH and rate >= LEAST_SHARE * alone
    sys.exit(bool(load.errors) if args.training else not good)


@contextmanager
def page(work: Path) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """``emogan app`` on a free port."""
    command = [sys.executable, "-m", "emogan", "app", "port=0", "browser=false", f"outputs={work / 'outputs'}"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        found = re.search(r":(\d+)/", process.stdout.readline())
        assert found, "the page did not start"
        yield int(found[1]), process
    finally:
        process.terminate()
        process.wait()


def generated(work: Path) -> float:
    """Faces a second of ``emogan generate``, as it says itself: drawing and writing, without the start."""
    out = work / "generated"
    command = [sys.executable, "-m", "emogan", "generate", "emotion=raiva", f"n={GENERATED}", f"out={out}"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"faces in ([\d.]+) s", said)
    assert found, said
    return GENERATED / float(found[1])


def loaded(port: int, clients: int, faces: int, seconds: float) -> Load:
    """All clients ask one request after the other for so long."""
    load, end = Load(), time.monotonic() + seconds
    threads = [threading.Thread(target=ask, args=(port, number, faces, end, load)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return load


def ask(port: int, client: int, faces: int, end: float, load: Load) -> None:
    """One client."""
    line, number = http.client.HTTPConnection("127.0.0.1", port, timeout=60), 0
    while time.monotonic() < end:
        began = time.monotonic()
        try:
            line.request("GET", f"/api/faces.png?emotion=raiva&n={faces}&seed={client}&first={number * faces}")
            answer = line.getresponse()
            content = answer.read()
            if answer.status != 200 or not content.startswith(b"\x89PNG"):
                load.errors.append(f"{answer.status}: {content[:100]!r}")
        except OSError as error:
            load.errors.append(repr(error))
            line.close()
        load.seconds.append(time.monotonic() - began)
        number += 1


def asked(port: int, method: str, path: str, body: object = None) -> dict[str, object]:
    """What the page answers in JSON."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.request(method, path, None if body is None else json.dumps(body), {"Content-Type": "application/json"})
    answer = line.getresponse()
    content: dict[str, object] = json.loads(answer.read())
    assert answer.status < 300, content
    return content


def start_training(port: int) -> None:
    """Have the page train, and wait until it has seen images."""
    asked(port, "POST", "/api/trainings", {"emotion": "todas", "minutes": 30})
    while not seen(port):
        time.sleep(1)


def seen(port: int) -> float:
    """Images that the page's training has seen."""
    found = asked(port, "GET", "/api/trainings/current").get("images_seen") or 0
    assert isinstance(found, int | float)
    return float(found)


def memory(pid: int) -> float:
    """MB that a process holds."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError


if __name__ == "__main__":
    main()
