"""A program of its own that looks for a regular expression in texts: ``python matching.py SECONDS``, see patterns.py.

Python's ``re`` tries every way to match, and for some expressions, ``(a+)+x``, there are more than a life is long; only
the end of the process ends that. JSON in: expression and texts. Out: for each text its groups, by name or number, or
null where it does not match. It ends itself without an answer after so many seconds.
"""

import faulthandler
import json
import os
import re
import sys
from pathlib import Path


def main() -> None:
    """Read, search, answer."""
    with Path(os.devnull).open("w") as nowhere:
        # A thread outside of Python's lock, which a search holds to its end.
        faulthandler.dump_traceback_later(float(sys.argv[1]), exit=True, file=nowhere)
        expression, texts = json.load(sys.stdin)
        search = re.compile(expression).search
        found: list[dict[str, str | None] | None] = []
        for text in texts:
            match = search(text)
            numbered = {str(place): group for place, group in enumerate(match.groups(), 1)} if match else {}
            found.append({**numbered, **match.groupdict()} if match else None)
        json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
