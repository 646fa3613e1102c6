"""What the recommended training owes to each of its parts: one run of emotion=todas for each way of leaving one out.

    python scripts/study_networks.py --minutes 4 --out outputs/study_networks    # about 45 minutes

Every run has the same time, people and seed; emogan.evaluate measures them all against people kept aside. Finished runs
under --out are not trained again. The table that it prints stands in docs/networks.md.
"""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path

from hydra import compose, initialize_config_dir

from emogan.cli import conf_dir
from emogan.emotions import ALL
from emogan.evaluate import evaluate
from emogan.metrics.comparison import REAL

# What is changed: settings of emogan.train. The first is the recommended one.
VARIANTS = {
    "recommended": [],
    "relativistic": ["objective=relativistic", "penalties.fake=5"],
    "hinge": ["objective=hinge"],
    "bce": ["objective=bce"],
    "no_augmentation": ["augment=none"],
    "r1_1": ["penalties.real=1"],
    "r1_25": ["penalties.real=25"],
    "lr_2e-4": ["lr=2e-4"],
    "lr_1e-3": ["lr=1e-3"],
    "no_average": ["ema_images=null"],
    "short_average": ["ema_images=1000"],
    "half_width": [f"model.{network}.width=16" for network in ("generator", "discriminator")],
    "wider": [f"model.{network}.width=48" for network in ("generator", "discriminator")],
}
MEASURES = ("kid", "coverage", "recall", "accuracy", "copying")


def finished(run: Path) -> bool:
    """Whether a run is there and came to its end."""
    record = run / "run.json"
    return record.is_file() and json.loads(record.read_text())["ended"] == "finished"


def main() -> None:
    """Train what is missing, measure, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=4)
    parser.add_argument("--out", type=Path, default=Path("outputs/study_networks"))
    parser.add_argument("--variants", nargs="+", choices=list(VARIANTS), default=list(VARIANTS))
    args = parser.parse_args()
    runs: dict[str, Path] = {name: args.out / name for name in args.variants}
    for name, run in runs.items():
        if finished(run):
            continue
        shutil.rmtree(run, ignore_errors=True)  # interrupted
        settings = [f"emotion={ALL}", "epochs=100000", f"minutes={args.minutes}", "grid.every=100000", f"run_dir={run}"]
        ended = subprocess.run([sys.executable, "-m", "emogan.train", *settings, *VARIANTS[name]], check=False)
        if ended.returncode:
            print(f"{name} failed")  # that, too, is a result
    done = {name: run for name, run in runs.items() if finished(run)}
    with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        folders = ",".join(str(run) for run in done.values())
        cfg = compose("evaluate", [f"runs=[{folders}]", f"out={args.out / 'comparison'}", "faces=300"])
    rows = json.loads((evaluate(cfg) / "metrics.json").read_text())["rows"]
    print("| | KID x1000 | coverage | recall | emotion accuracy | copying | images seen |")
    print("|---|---|---|---|---|---|---|")
    for name in (REAL, *done):
        row = rows[name]["all"]
        seen = f"{json.loads((runs[name] / 'run.json').read_text())['images_seen']:,}" if name in runs else ""
        kid, *others = (row[measure]["value"] for measure in MEASURES)
        print(f"| {name} | {1000 * kid:.0f} | {' | '.join(f'{value:.3f}' for value in others)} | {seen} |")


if __name__ == "__main__":
    main()
