"""A sweep of trainings on a cluster of Ray: every combination of the values is a task.

usage: python scripts/sweep_ray.py --out FOLDER [--address auto] [--cpus 1] [--gpus 0] emotion=raiva,medo lr=0.001,0.01

Settings are those of ``emogan train -m``; FOLDER is one that all machines see. A training that is killed, or whose
machine is lost, is tried again by Ray and goes on from its last checkpoint. Called again with the same words, finished
ones are kept. There is no plugin for Hydra in between: hydra-ray-launcher 1.2.1 asks for packages that today's Ray does
not go together with.
"""

import argparse
import sys
from pathlib import Path

from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.override_parser.overrides_parser import OverridesParser
from ray_tasks import Words, options, run_all

from emogan.runs.folder import RunFolder


def jobs(words: Words, out: Path) -> list[list[str]]:
    """The commands of a sweep, each with its folder."""
    overrides = OverridesParser.create().parse_overrides(list(words))
    (each,) = BasicSweeper.split_arguments(overrides, max_batch_size=None)
    return [["train", *settings, f"run_dir={out.resolve() / f'{number:04d}'}"] for number, settings in enumerate(each)]


def going_on(words: Words) -> list[str]:
    """The same command, from the last checkpoint where there is one."""
    *settings, place = words
    run = RunFolder(Path(place.partition("=")[2]))
    if last := run.newest_checkpoint:
        return [*settings, f"ckpt_path={last}"]
    run.record.unlink(missing_ok=True)  # killed before there was anything to go on with
    return list(words)


def is_finished(words: Words) -> bool:
    """Whether an earlier call trained it to the end."""
    record = Path(words[-1].partition("=")[2]) / "run.json"
    return record.is_file() and '"ended": "finished"' in record.read_text(encoding="utf-8")


def main() -> None:
    """Train, and exit with 1 if any training failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    options(parser)
    args, words = parser.parse_known_args()
    commands = [one for one in jobs(words, args.out) if not is_finished(one)]
    failed = sum(one.code != 0 for one in run_all(commands, args, going_on))
    print(f"{len(commands) - failed} of {len(commands)} trainings done; emogan report runs={args.out} shows them.")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
