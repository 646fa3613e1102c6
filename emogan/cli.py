"""Turns a plain function of a config into a command: Hydra in front, errors for people behind."""

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import hydra
from hydra.errors import HydraException
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException

from emogan.errors import UserError

WRONG_USE = 2
INTERRUPTED = 130  # 128 + SIGINT, what shells expect


def conf_dir() -> Path:
    """The folder of the YAML configs: inside an installed wheel, or at the top of a source tree."""
    packaged = Path(__file__).parent / "conf"
    return packaged if packaged.is_dir() else Path(__file__).parents[1] / "conf"


def user_error_in(error: BaseException | None) -> UserError | None:
    """The UserError that ``error`` is or was caused by, if any (Hydra and OmegaConf wrap what they catch)."""
    while error is not None:
        if isinstance(error, UserError):
            return error
        error = error.__cause__ or error.__context__
    return None


def command(config_name: str, verb: Callable[[DictConfig], int | None]) -> None:
    """Run ``verb`` on the config composed from ``conf/<config_name>.yaml`` and the command line, then exit.

    A :class:`UserError` and Hydra's own complaints become one line on stderr and exit code 2; ``debug=true`` adds the
    traceback. The verb's return value is the exit code (None is 0).
    """
    os.environ["HYDRA_FULL_ERROR"] = "1"  # Hydra hands errors on to us instead of printing them its way
    debug = "debug=true" in (argument.lower() for argument in sys.argv)
    codes: list[int] = []

    def task(cfg: DictConfig) -> None:
        # Kept from Hydra, which would print the overrides first, and would stop a sweep at its first failing job.
        try:
            codes.append(verb(cfg) or 0)
        except Exception as error:
            if user_error_in(error) is None:
                raise
            codes.append(_report(error, debug))

    # Hydra names the job after the module of the task function.
    task.__module__ = f"emogan.{config_name}"
    try:
        hydra.main(version_base="1.3", config_path=str(conf_dir()), config_name=config_name)(task)()
    except (UserError, HydraException, OmegaConfBaseException) as error:
        sys.exit(_report(error, debug))
    except KeyboardInterrupt:
        print("\nemogan: interrupted before there was anything to save.", file=sys.stderr)
        sys.exit(INTERRUPTED)
    sys.exit(max(codes, default=0))


def _report(error: Exception, debug: bool) -> int:
    if debug:
        traceback.print_exception(error)
    print(f"emogan: {_one_line(user_error_in(error) or error)}", file=sys.stderr)
    return WRONG_USE


def _one_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines()]
    return " ".join(line for line in lines if line)
