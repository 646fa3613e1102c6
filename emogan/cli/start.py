"""The first thing that a command does: nothing slow is imported before a Ctrl-C is answered in one line."""

import gc
import sys

INTERRUPTED = 130  # 128 + SIGINT, what shells expect


def main(verb: str | None = None) -> None:
    """Run a verb on the process's arguments, and end the process; without one, the first argument names it."""
    try:
        from emogan.core.console import unbreakable_streams
        from emogan.core.garbage import seldom_look_for_garbage

        seldom_look_for_garbage()
        unbreakable_streams()
        arguments = sys.argv[1:]
        if verb is None:
            from emogan.cli.verbs import choose

            verb, arguments = choose(arguments)
        from emogan.cli.command import run

        code = run(verb, arguments)
    except KeyboardInterrupt:
        print("\nemogan: interrupted before there was anything to save.", file=sys.stderr)
        code = INTERRUPTED
    sys.stdout.flush()
    gc.freeze()  # the interpreter looks for garbage as it ends: through all libraries, most of a second
    sys.exit(code)
