"""A verb as a command: Hydra in front, errors for people behind."""

import importlib
import itertools
import os
import re
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import hydra
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.hydra_config import HydraConfig
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import HydraException, OverrideParseException
from hydra.experimental.callback import Callback
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from emogan.cli.arguments import prepare
from emogan.cli.help import text_of
from emogan.cli.menu import with_emotion
from emogan.cli.recorded import with_record
from emogan.cli.start import INTERRUPTED
from emogan.config.check import checked, flat, unknown
from emogan.config.compose import compose_verb, conf_dir, groups
from emogan.config.places import check_places
from emogan.core.errors import UserError
from emogan.core.garbage import seldom_look_for_garbage
from emogan.core.trust import not_found

WRONG_USE = 2
CHECKED_JOBS = 50  # of a sweep, before it starts
FAILED_JOBS = "failed.txt"  # in a sweep's folder: the jobs that failed, and why


def run(verb: str, arguments: Sequence[str]) -> int:
    """Run a verb as the command line does; gives the exit code.

    Mistakes of the person become one line on stderr and exit code 2; ``debug=true`` adds the traceback. In a sweep, a
    job that fails is told about again at the end and does not take the others along.
    """
    if any(argument in ("--help", "-h") for argument in arguments):
        print(text_of(verb, arguments))
        return 0
    debug = "debug=true" in (argument.lower() for argument in arguments)
    job = Job(verb)
    SweepFolder.newest = None
    try:
        ready = with_emotion(with_record(verb, arguments, prepare(verb, arguments)), verb)
        check_sweep(verb, ready)
        # Hydra reads the process's arguments; its errors are handed on to us instead of printed its way.
        with arguments_of_hydra(verb, ready):
            hydra.main(version_base="1.3", config_path=str(conf_dir()), config_name=verb)(job)()
        if job.error is not None:
            raise job.error
    except KeyboardInterrupt as stopped:
        told = stopped.args[0] if stopped.args else "interrupted before there was anything to save."
        print(f"\nemogan: {told}", file=sys.stderr)
        return INTERRUPTED
    except SystemExit as ended:  # one of Hydra's own flags
        return ended.code if isinstance(ended.code, int) else 0
    except Exception as error:
        if debug:
            traceback.print_exception(error)
        if job.error is not None and not is_told(error):
            raise  # a fault of this program: its traceback helps whoever mends it
        print(f"emogan: {one_line(explained(verb, error, arguments))}", file=sys.stderr)
        return WRONG_USE
    return max(job.code, tell_failed_jobs(SweepFolder.newest))


@contextmanager
def arguments_of_hydra(verb: str, ready: Sequence[str]) -> Iterator[None]:
    """Within, the process has been started with the arguments ``ready``, and Hydra raises its errors."""
    argv, full = sys.argv, os.environ.get("HYDRA_FULL_ERROR")
    sys.argv, os.environ["HYDRA_FULL_ERROR"] = [f"emogan {verb}", *ready], "1"
    try:
        yield
    finally:
        sys.argv = argv
        del os.environ["HYDRA_FULL_ERROR"]
        if full is not None:
            os.environ["HYDRA_FULL_ERROR"] = full


def check_sweep(verb: str, ready: Sequence[str]) -> None:
    """Raise a UserError for the first job of a sweep that can never run, before the first one starts."""
    if not {"-m", "--multirun"} & set(ready):
        return
    given = [one for one in ready if "=" in one and not one.lstrip("+").startswith("hydra")]
    for one in given:  # what an experiment sweeps over by itself
        group, _, name = one.partition("=")
        if group == "experiment" and (path := conf_dir() / group / f"{name}.yaml").is_file():
            params = OmegaConf.select(OmegaConf.load(path), "hydra.sweeper.params", default={})
            given = [*(f"{key}={value}" for key, value in params.items()), *given]
    lists = BasicSweeper.split_arguments(OverridesParser.create().parse_overrides(given), max_batch_size=None)
    for overrides in itertools.islice(itertools.chain.from_iterable(lists), CHECKED_JOBS):
        try:
            settings = checked(verb, compose_verb(verb, overrides))
            check_places(verb, settings)
        except UserError as error:
            asked = [one for one in overrides if "emotion=" in one or one not in given]
            raise UserError(f"The sweep's job {' '.join(asked)}: {error}") from error


class Job:
    """The function that Hydra calls for every job: the verb on its checked settings, with its errors kept from Hydra.

    Hydra would print the overrides before the error, and would report only the first failing job of a sweep. An object
    and not a closure, so that it can be sent to the processes of a parallel launcher.
    """

    def __init__(self, verb: str) -> None:
        self.verb = verb
        self.code = 0
        self.error: Exception | None = None
        self.__module__ = f"emogan.{verb}"  # Hydra names the job after it

    def __call__(self, cfg: DictConfig) -> None:
        seldom_look_for_garbage()  # it may be in a process of a launcher
        hydra_config = HydraConfig.get()
        try:
            settings = checked(self.verb, cfg)  # before the verb's libraries are loaded
            check_places(self.verb, settings)
            self.code = max(self.code, importlib.import_module(f"emogan.{self.verb}").main(settings) or 0)
        except Exception as error:
            if hydra_config.mode is not RunMode.MULTIRUN:
                self.error = error
                return
            if not is_told(error) or cfg.get("debug"):
                traceback.print_exception(error)
            told = f"{' '.join(hydra_config.overrides.task)}: {one_line(error)}"
            print(f"emogan: {told}", file=sys.stderr)
            note_failed(Path(hydra_config.sweep.dir), told)
        finally:
            _remove_if_empty(Path(hydra_config.runtime.output_dir))


def note_failed(sweep: Path, told: str) -> None:
    """Remember a failed job for the end of the sweep; jobs may run in processes of their own."""
    try:
        with (sweep / FAILED_JOBS).open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(told + "\n")
    except OSError as error:
        print(f"emogan: {sweep / FAILED_JOBS} was not written ({error.strerror}).", file=sys.stderr)


class SweepFolder(Callback):
    """Hydra's callback that remembers where the sweep of this command was."""

    newest: Path | None = None

    def on_multirun_end(self, config: DictConfig, **_: Any) -> None:
        SweepFolder.newest = Path(config.hydra.sweep.dir)


def tell_failed_jobs(sweep: Path | None) -> int:
    """Print the jobs of a sweep that failed; gives the exit code."""
    if sweep is None or not (sweep / FAILED_JOBS).exists():
        return 0
    failed = (sweep / FAILED_JOBS).read_text(encoding="utf-8").splitlines()
    print(f"\nemogan: {len(failed)} job(s) of the sweep {sweep} failed:", *failed, sep="\n  ", file=sys.stderr)
    return WRONG_USE


def explained(verb: str, error: Exception, arguments: Sequence[str]) -> Exception:
    """The error of a setting that there is none of, in place of Hydra's advice to append it, or of a class that Python
    does not find; else ``error`` itself."""
    if isinstance(error, OverrideParseException):
        return UserError(f"{error.override} cannot be read: expected setting=value, with quotes around odd signs.")
    if isinstance(error, UserError) or not isinstance(error, HydraException):
        return error
    if found := re.match(r"Error locating target '([^']+)'.*full_key: (\S+)", str(error), re.DOTALL):
        return UserError(not_found(found[1], f"{found[2]}._target_"))
    keys = [argument.partition("=")[0] for argument in arguments if "=" in argument and argument[0] not in "+~-"]
    there = groups()
    asked = [one for one in arguments if one.partition("=")[0] in there and "," not in one]
    try:
        values = OmegaConf.to_container(compose_verb(verb, asked))
    except (HydraException, ValueError):
        return error
    settings = {str(key): value for key, value in values.items()} if isinstance(values, dict) else {}
    known = {*flat(settings), *there}
    for key in keys:
        if key not in known and not key.startswith("hydra") and "@" not in key:
            return unknown(verb, key, settings)
    return error


def user_error_in(error: BaseException | None) -> UserError | None:
    """The UserError that ``error`` is or was caused by, if any (Hydra and OmegaConf wrap what they catch)."""
    while error is not None:
        if isinstance(error, UserError):
            return error
        error = error.__cause__ or error.__context__
    return None


def is_told(error: BaseException) -> bool:
    """Whether one sentence says enough of ``error``: its cause lies outside of this program."""
    outside = (HydraException, OmegaConfBaseException, OSError, MemoryError)
    return user_error_in(error) is not None or isinstance(error, outside)


def one_line(error: BaseException) -> str:
    """What to tell a person of an error, on one line."""
    found: BaseException = user_error_in(error) or error
    if isinstance(found, OSError) and found.strerror:
        named = f"{found.filename!s}: " if found.filename else ""
        return f"{named}{found.strerror}: give another folder or file, or make room."
    if isinstance(found, MemoryError):
        return "There is not enough memory: close other programs, or ask for less at once."
    lines = [line.strip() for line in str(found).splitlines() if not line.startswith("See https://hydra.cc")]
    return " ".join(line for line in lines if line)


def _remove_if_empty(folder: Path) -> None:
    """Take back the folder that Hydra makes for every job, where the job left nothing in it."""
    while Path.cwd() in folder.parents and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
