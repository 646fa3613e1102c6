"""TensorBoard's file: written in this thread, so that a full disk is met where it can be told of."""

import logging
import os
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from PIL import Image
from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

log = logging.getLogger(__name__)

FLUSH_EVERY = 30.0  # seconds


class Board:
    """Writes points and pictures for TensorBoard; a disk that is full ends the points, not the training.

    Args:
        folder: where the file goes.
        after: points of later steps, which other files in the folder may hold, are to be forgotten; None: there are no
            such files.
    """

    def __init__(self, folder: Path, after: int | None) -> None:
        self._file: BinaryIO | None = None
        self._flushed = time.monotonic()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # TensorBoard reads the files of a folder in the order of their names.
            name = f"events.out.tfevents.{time.time_ns():020d}.{socket.gethostname()}.{os.getpid()}"
            self._file = (folder / name).open("wb")
        except OSError as error:
            self._give_up(error)
            return
        self._records = RecordWriter(self._file)
        self._add(Event(file_version="brain.Event:2", step=0 if after is None else after + 1))
        if after is not None:
            self._add(Event(step=after + 1, session_log=SessionLog(status=SessionLog.START)))

    def points(self, values: dict[str, float], step: int) -> None:
        """A point for each tag."""
        self._add(Event(step=step, summary=Summary(value=[_point(*pair) for pair in values.items()])))

    def picture(self, tag: str, encoded: bytes, picture: Image.Image, step: int) -> None:
        """A picture, as it is encoded already: to do it again takes as long as many small steps."""
        image = Summary.Image(
            height=picture.height,
            width=picture.width,
            colorspace=len(picture.getbands()),
            encoded_image_string=encoded,
        )
        self._add(Event(step=step, summary=Summary(value=[Summary.Value(tag=tag, image=image)])))

    def close(self) -> None:
        """Write what is left."""
        if self._file is not None:
            try:
                self._file.close()
            except OSError as error:
                self._give_up(error)

    def _add(self, event: Event) -> None:
        if self._file is None:
            return
        event.wall_time = time.time()
        try:
            self._records.write(event.SerializeToString())
            if time.monotonic() - self._flushed > FLUSH_EVERY:
                self._file.flush()
                self._flushed = time.monotonic()
        except OSError as error:
            self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        log.warning("TensorBoard's curves end here (%s); training goes on.", error.strerror or error)
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):  # the rest that could not be written
                file.close()


def _point(tag: str, value: float) -> Summary.Value:
    return Summary.Value(tag=tag, simple_value=value)
