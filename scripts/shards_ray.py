"""Renders or balances in parts on a cluster of Ray, then puts them together.

usage: python scripts/shards_ray.py --shards 8 [--address auto] [--cpus 1] render out=FOLDER people=1000
       python scripts/shards_ray.py --shards 3 balance data.root=DB out=FOLDER weights=packaged

FOLDER is one that all machines see. A part that is killed, or whose machine is lost, is taken up again by Ray: what it
had written stays. The folder at the end is, byte for byte, that of one call without parts.
"""

import argparse
import subprocess
import sys

from ray_tasks import options, run_all

VERBS = ("render", "balance")


def main() -> None:
    """Make all parts and the whole; exits with 1 if a part failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shards", type=int, required=True)
    options(parser)
    parser.add_argument("verb", choices=VERBS)
    args, settings = parser.parse_known_args()
    words = [args.verb, *settings]
    if args.verb == "render" and not any(one.startswith("workers=") for one in settings):
        words.append(f"workers={max(1, round(args.cpus))}")
    ended = run_all([[*words, f"shard={part}/{args.shards}"] for part in range(1, args.shards + 1)], args)
    if any(one.code for one in ended):
        sys.exit(1)
    sys.exit(subprocess.run([sys.executable, "-m", "emogan", *words]).returncode)


if __name__ == "__main__":
    main()
