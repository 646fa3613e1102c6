"""Turns a plain function of a config into a command: Hydra in front, errors for people behind."""

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.errors import HydraException
from hydra.experimental.callback import Callback
from hydra.types import RunMode
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException

from emogan.config.compose import conf_dir
from emogan.core.errors import UserError

WRONG_USE = 2
INTERRUPTED = 130  # 128 + SIGINT, what shells expect
FAILED_JOBS = "failed.txt"  # in a sweep's folder: the jobs that failed, and why

Verb = Callable[[DictConfig], int | None]


def user_error_in(error: BaseException | None) -> UserError | None:
    """The UserError that ``error`` is or was caused by, if any (Hydra and OmegaConf wrap what they catch)."""
    while error is not None:
        if isinstance(error, UserError):
            return error
        error = error.__cause__ or error.__context__
    return None


def command(config_name: str, verb: Verb) -> None:
    """Run ``verb`` on the config composed from ``conf/<config_name>.yaml`` and the command line, then exit.

    A :class:`UserError` and Hydra's own complaints become one line on stderr and exit code 2; ``debug=true`` adds the
    traceback. The verb's return value is the exit code (None is 0). In a sweep, a job that fails is told about again at
    the end and does not take the others along.
    """
    os.environ["HYDRA_FULL_ERROR"] = "1"  # Hydra hands errors on to us instead of printing them its way
    job = Job(verb)
    debug = "debug=true" in (argument.lower() for argument in sys.argv)
    try:
        hydra.main(version_base="1.3", config_path=str(conf_dir()), config_name=config_name)(job)()
        if job.error is not None:
            raise job.error
    except (UserError, HydraException, OmegaConfBaseException) as error:
        if debug:
            traceback.print_exception(error)
        print(f"emogan: {one_line(error)}", file=sys.stderr)
        sys.exit(WRONG_USE)
    except KeyboardInterrupt as stopped:
        told = stopped.args[0] if stopped.args else "interrupted before there was anything to save."
        print(f"\nemogan: {told}", file=sys.stderr)
        sys.exit(INTERRUPTED)
    sys.exit(max(job.code, tell_failed_jobs(SweepFolder.newest)))


class Job:
    """The function that Hydra calls for every job: ``verb``, with its errors kept from Hydra.

    Hydra would print the overrides before the error, and would report only the first failing job of a sweep. An object
    and not a closure, so that it can be sent to the processes of a parallel launcher.
    """

    def __init__(self, verb: Verb) -> None:
        self.verb = verb
        self.code = 0
        self.error: Exception | None = None
        self.__module__ = verb.__module__  # Hydra names the job after it

    def __call__(self, cfg: DictConfig) -> None:
        hydra_config = HydraConfig.get()
        try:
            self.code = max(self.code, self.verb(cfg) or 0)
        except Exception as error:
            if hydra_config.mode is not RunMode.MULTIRUN:
                self.error = error
                return
            if user_error_in(error) is None or cfg.get("debug"):
                traceback.print_exception(error)
            told = f"{' '.join(hydra_config.overrides.task)}: {one_line(error)}"
            print(f"emogan: {told}", file=sys.stderr)
            with (Path(hydra_config.sweep.dir) / FAILED_JOBS).open("a") as file:
                file.write(told + "\n")
        finally:
            _remove_if_empty(Path(hydra_config.runtime.output_dir))


class SweepFolder(Callback):
    """Hydra's callback that remembers where the sweep of this command was."""

    newest: Path | None = None

    def on_multirun_end(self, config: DictConfig, **_: Any) -> None:
        SweepFolder.newest = Path(config.hydra.sweep.dir)


def tell_failed_jobs(sweep: Path | None) -> int:
    """Print the jobs of a sweep that failed; gives the exit code."""
    if sweep is None or not (sweep / FAILED_JOBS).exists():
        return 0
    failed = (sweep / FAILED_JOBS).read_text().splitlines()
    print(f"\nemogan: {len(failed)} job(s) of the sweep {sweep} failed:", *failed, sep="\n  ", file=sys.stderr)
    return WRONG_USE


def one_line(error: BaseException) -> str:
    """What to tell a person of an error, on one line."""
    lines = [line.strip() for line in str(user_error_in(error) or error).splitlines()]
    return " ".join(line for line in lines if line)


def _remove_if_empty(folder: Path) -> None:
    """Take back the folder that Hydra makes for every job, where the job left nothing in it."""
    while Path.cwd() in folder.parents and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
