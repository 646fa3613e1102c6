"""What the processes of a pool begin with."""

import os
import signal
import threading
from multiprocessing import connection, parent_process

from emogan.core.garbage import seldom_look_for_garbage


def begin_worker() -> None:
    """Leave Ctrl-C to the parent, which says when to end; end with it where it is killed, instead of waiting for work
    that nobody gives out any more."""
    seldom_look_for_garbage()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if (parent := parent_process()) is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
