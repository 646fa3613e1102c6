"""Kills a part of a rendering or a balancing with SIGKILL and sees it taken up again, by Ray or by SLURM.

usage: python scripts/kill_a_shard.py ray|slurm [--work FOLDER] render|balance SETTINGS…

Two parts run at once. As soon as the first has written a picture its process is killed. At the end the folder must be,
file by file, the one that a single call without parts makes; exit code 1 if it is not.
"""

import argparse
import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SCRIPTS = Path(__file__).parent
PICTURES = {"render": "KDEF/*/*.JPG", "balance": "*/synthetic/*.png"}
ENDS = {"render": "truth.csv", "balance": "manifest.csv"}
LOCKS = ".balancing*.lock"  # empty, and no part of what was made


def tree(folder: Path) -> dict[str, str]:
    """The digest of every file."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.match(LOCKS)]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def processes(out: Path, part: str) -> list[int]:
    """The processes of emogan that make ``part`` of ``out``."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().decode(errors="replace").split("\0")
        except OSError:  # it has just ended
            continue
        if f"out={out}" in words and f"shard={part}" in words and "python" in Path(words[0]).name:
            found.append(int(path.parent.name))
    return found


def main() -> None:
    """Print what happened."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("by", choices=("ray", "slurm"))
    parser.add_argument("--work", type=Path, help="a new folder, which stays; by default a temporary one")
    parser.add_argument("verb", choices=tuple(PICTURES))
    args, settings = parser.parse_known_args()
    work = (args.work or Path(tempfile.mkdtemp(prefix="emogan_shards_"))).resolve()
    work.mkdir(parents=True, exist_ok=True)
    parts, whole = work / "parts", work / "whole"
    words = [args.verb, *settings, f"out={parts}"]
    if args.by == "ray":
        command = [sys.executable, str(SCRIPTS / "shards_ray.py"), "--shards", "2", "--cores", "2", *words]
    else:
        command = [str(SCRIPTS / "shards_slurm.sh"), "2", *words]
    began = time.monotonic()
    running = subprocess.Popen(command, cwd=work)
    killed: list[int] = []
    while not killed:
        if any(parts.glob(PICTURES[args.verb])):
            killed = processes(parts, "1/2")
        time.sleep(0.05)
    there = len(list(parts.glob(PICTURES[args.verb])))
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    moment = time.monotonic() - began
    print(f"part 1/2 killed after {moment:.0f} s, with {there} pictures in the folder", flush=True)
    while not set(processes(parts, "1/2")) - set(killed):
        time.sleep(0.1)
    print(f"taken up again {time.monotonic() - began - moment:.0f} s later", flush=True)
    running.wait()
    while not (parts / ENDS[args.verb]).is_file() or processes(parts, "1/2"):
        time.sleep(0.2)
    print(f"both parts and the whole: {time.monotonic() - began:.0f} s", flush=True)
    time.sleep(2)  # the last job says its sentence
    subprocess.run([sys.executable, "-m", "emogan", args.verb, *settings, f"out={whole}"], check=True)
    one, other = tree(whole), tree(parts)
    wrong = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
    print(f"{len(one)} files: {'all the same' if not wrong else f'{len(wrong)} differ, such as {wrong[0]}'}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
