"""Whether drawn faces help a recogniser: the studies of README and docs/study.md, their table and their plot.

    python scripts/study_balance.py --out outputs/study                            # the packaged faces
    python scripts/study_balance.py --out outputs/study --london ~/london          # and the London set

Stopped, it goes on where it was. The parts of the packaged faces add up to an hour and three quarters on 2 cores of an
AMD EPYC with AVX512-bf16.
"""

import argparse
import subprocess
import sys
from pathlib import Path

# The packaged faces, and the same made hard; the standard recogniser and the paper's networks on one imbalance.
FACES = (
    ("looks=hard", "imbalances=one", "recognisers=small"),
    ("looks=hard", "imbalances=one", "recognisers=resnet18", "shares=[1,5]"),
    ("looks=clean", "imbalances=one", "recognisers=small", "shares=[1,5]"),
    ("looks=hard", "imbalances=[two,fer2013]", "recognisers=small", "shares=[1,5]"),
    ("looks=hard", "imbalances=one", "recognisers=small", "arms=paper"),
)
LONDON = (
    ("imbalances=one", "recognisers=small", "shares=[1,2]"),
    ("imbalances=one", "recognisers=resnet18", "shares=[1,2]"),
)


def main() -> None:
    """Run the studies one after the other; each prints its tables and writes them into its folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder for the studies")
    parser.add_argument("--london", type=Path, help="the folder of the London set (Face Research Lab, CC BY 4.0)")
    parser.add_argument("--seeds", type=int, default=5)
    args = parser.parse_args()
    studies = [["data=faces", f"out={args.out / 'faces'}", "weights=packaged", *own] for own in FACES]
    if args.london:
        # Its faces fill less of a photograph than KDEF's do, and say who they are in their names.
        london = [
            "data=folder",
            f"data.root={args.london}",
            r"data.person=(l\d+)",
            "data.crop=square",
            "data.zoom=1.5",
            "short=felicidade",
            "minutes=5",
        ]
        studies += [[*london, f"out={args.out / 'london'}", *own] for own in LONDON]
    for settings in studies:
        command = [sys.executable, "-m", "emogan.study", *settings, f"seeds={args.seeds}"]
        print(f"\n$ emogan study {' '.join(command[3:])}", flush=True)
        if code := subprocess.run(command, check=False).returncode:
            sys.exit(code)


if __name__ == "__main__":
    main()
