"""Looks for settings with which a training's KID is low, by Optuna.

usage: python scripts/tune.py --out FOLDER [--trials 30] emotion=raiva 'lr=tag(log,interval(1e-4,1e-2))'
           'latent_dim=int(interval(16,128))' objective=hinge,non_saturating minutes=5

Settings are those of ``emogan train``; a range is written as in Hydra: ``interval(0,1)``, ``int(interval(1,9))``,
``range(16,129,16)``, ``choice(a,b)`` or values between commas, and ``tag(log,interval(…))``. A trial whose KID is worse
than the median of the others' after as many measurements is given up. Everything is in FOLDER/study.db: the same
command goes on, and may run several times at once. A trial that was killed is tried again, from its last checkpoint.
With the same seeds, one process alone tries the same settings however often it is stopped. ``emogan report
runs=FOLDER`` tells what came of it.
"""

import argparse
import math
import sys
import time
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import optuna
import pytorch_lightning as pl
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import IntervalSweep, Override, RangeSweep
from optuna.storages import RDBStorage, RetryHeartbeatStaleTrialCallback
from optuna.trial import TrialState

import emogan
from emogan.core.errors import UserError
from emogan.reports.tuned import DATABASE, NAME, TRIALS
from emogan.runs.folder import RunFolder
from emogan.runs.losses import read_losses
from emogan.training.adversarial import Adversarial
from emogan.training.callbacks.divergence import TrainingFailedError

ENDED = (TrialState.COMPLETE, TrialState.PRUNED)
WRONG = "wrong"  # what is said of a trial whose settings could not be trained


class Report(pl.Callback):
    """Tells a trial the KID of its training, and ends the training where the others were better.

    Args:
        every: images between two measurements: trials are compared by the number of measurements.
        told: how many measurements the trial knows, of before it was killed.
    """

    def __init__(self, trial: optuna.Trial, every: int, told: int) -> None:
        self.trial, self.every, self.step = trial, every, told
        self.given_up = False

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: Adversarial) -> None:  # type: ignore[override]
        kid, step = trainer.callback_metrics.get("kid"), int(pl_module.images_seen) // self.every
        if kid is None or step <= self.step:
            return
        self.step = step
        self.trial.report(kid.item(), step)
        self.given_up = self.trial.should_prune()
        trainer.should_stop |= self.given_up


def suggested(trial: optuna.Trial, space: Sequence[Override]) -> list[str]:
    """A value for each setting with a range, as overrides."""
    found = []
    for one in space:
        name, sweep = one.get_key_element(), one.value()
        if isinstance(sweep, IntervalSweep):
            low, high, log = sweep.start, sweep.end, "log" in sweep.tags
            suggest = trial.suggest_int if type(low) is type(high) is int else trial.suggest_float
            value: object = suggest(name, low, high, log=log)  # type: ignore[arg-type]
        elif numbers := whole_numbers(sweep):
            value = trial.suggest_int(name, numbers[0], numbers[-1], step=numbers.step)
        else:
            value = trial.suggest_categorical(name, list(one.sweep_string_iterator()))
        found.append(f"{name}={value}")
    return found


def whole_numbers(sweep: object) -> range | None:
    """The numbers of a ``range`` that rises by whole steps; None for anything else."""
    if not isinstance(sweep, RangeSweep) or sweep.start is None or sweep.stop is None:
        return None
    ends = [float(one) for one in (sweep.start, sweep.stop, sweep.step)]
    return range(*map(int, ends)) if all(one.is_integer() for one in ends) and ends[2] > 0 else None


class Tuning:
    """A study in a folder.

    Args:
        words: settings of ``emogan train``, some with a range.
    """

    def __init__(self, args: argparse.Namespace, words: Sequence[str]) -> None:
        self.args, self.out = args, args.out.resolve()
        self.again = RetryHeartbeatStaleTrialCallback(args.retries, inherit_intermediate_values=True)
        overrides = OverridesParser.create().parse_overrides(list(words))
        self.space = [one for one in overrides if one.is_sweep_override()]
        self.fixed = [word for word, one in zip(words, overrides, strict=True) if not one.is_sweep_override()]
        if not self.space:
            raise UserError("No setting has a range: give one such as 'lr=tag(log,interval(1e-4,1e-2))'.")
        self.out.mkdir(parents=True, exist_ok=True)
        storage = RDBStorage(
            args.storage or f"sqlite:///{self.out / DATABASE}",
            heartbeat_interval=args.heartbeat,
            grace_period=2 * args.heartbeat,
            heartbeat_stale_trial_callback=self.again,
        )
        pruner = optuna.pruners.MedianPruner(n_startup_trials=args.startup)
        self.study = optuna.create_study(
            storage=storage, study_name=NAME, direction="minimize", pruner=pruner, load_if_exists=True
        )
        asked = {"settings": sorted(words), "seed": args.seed, "kid": args.kid}
        for name, value in asked.items():
            if self.study.user_attrs.get(name, value) != value:
                had = self.study.user_attrs[name]
                raise UserError(f"{self.out} was begun with {name} {had}, not {value}: give another --out.")
            self.study.set_user_attr(name, value)

    def run(self) -> None:
        """Try settings until there are enough trials."""
        if self.study.get_trials(states=[TrialState.RUNNING]):
            time.sleep(2 * self.args.heartbeat + 1)  # so long a process may be silent that is not dead
            optuna.storages.fail_stale_trials(self.study)
        while self.done < self.args.trials:
            # Of its own for each trial: a second start would else draw again what the first one drew.
            first = [one for one in self.study.trials if self.again.retried_trial_number(one) is None]
            seed = self.args.seed * 1_000_003 + len(first)
            self.study.sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=self.args.startup)
            # What is wrong with the very first trial is wrong with all.
            catch = (UserError,) if self.study.get_trials(states=ENDED) else ()
            self.study.optimize(self.objective, n_trials=1, catch=catch)
            self.tell(self.study.trials)

    @property
    def done(self) -> int:
        """Trials that have ended, or that somebody is at."""
        there = self.study.trials
        return sum(t.state in (*ENDED, TrialState.RUNNING) or WRONG in t.user_attrs for t in there)

    def objective(self, trial: optuna.Trial) -> float:
        """Train with the values that a trial suggests; gives KID."""
        known = self.study.trials[trial.number]
        began = self.again.retried_trial_number(known)  # its folder goes on
        folder = self.out / TRIALS / f"{trial.number if began is None else began:04d}"
        settings = [*self.fixed, *suggested(trial, self.space)]
        trial.set_user_attr("folder", folder.name)
        run = RunFolder(folder)
        place = f"ckpt_path={last}" if (last := run.newest_checkpoint) else f"run_dir={folder}"
        if last is None:
            run.record.unlink(missing_ok=True)  # killed before there was anything to go on with
        try:
            report = Report(trial, self.every, max(known.intermediate_values, default=0))
            result = emogan.train(*settings, place, callbacks=[report])
        except UserError as error:
            trial.set_user_attr(WRONG, str(error))
            if isinstance(error.__cause__, TrainingFailedError):  # of these values, not of what is fixed
                raise optuna.TrialPruned from error
            raise
        if report.given_up:
            raise optuna.TrialPruned
        if result.interrupted:
            self.again(self.study, self.study.trials[trial.number])
            raise KeyboardInterrupt
        values = [kid for kid in read_losses(folder / "losses.csv").get("kid", []) if not math.isnan(kid)]
        if not values:
            trial.set_user_attr(WRONG, "no KID was measured")
            raise UserError("No KID was measured: the database needs enough faces of its emotions (docs/measures.md).")
        return min(values) if self.args.kid == "lowest" else values[-1]

    @property
    def every(self) -> int:
        """Images between two measurements."""
        given = [word.partition("=")[2] for word in self.fixed if word.startswith("evaluate_every=")]
        return int(given[-1]) if given else 10_000

    def tell(self, trials: Sequence[optuna.trial.FrozenTrial]) -> None:
        """Print what became of the last trial that ended."""
        one = max((t for t in trials if t.datetime_complete), key=lambda t: t.datetime_complete or 0)
        end = one.user_attrs.get(WRONG, one.state.name.lower())
        if one.value is not None:
            end = f"{'given up at ' if one.state is TrialState.PRUNED else ''}KID {one.value:.4f}"
        print(f"trial {one.number}: {end}  {words_of(one.params)}", flush=True)


def words_of(params: Mapping[str, object]) -> str:
    """Values as they are typed."""
    return " ".join(f"{name}={value}" for name, value in params.items())


def main(arguments: Sequence[str] | None = None) -> int:
    """Look for settings; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--trials", type=int, default=30, help="all in all, those of earlier calls included")
    parser.add_argument("--seed", type=int, default=1, help="of what is tried; that of a training is its seed=")
    parser.add_argument("--kid", choices=("lowest", "last"), default="lowest", help="which KID of a run counts")
    parser.add_argument("--startup", type=int, default=5, help="trials before any is given up or learnt from")
    parser.add_argument("--retries", type=int, help="further tries of a trial that was killed or stopped; any number")
    parser.add_argument("--storage", help="URL of a database for several machines; by default FOLDER/study.db")
    parser.add_argument("--heartbeat", type=int, default=15, help="seconds; silent for three, a process is dead")
    args, words = parser.parse_known_args(arguments)
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)
    try:
        tuning = Tuning(args, words)
        tuning.run()
        best = tuning.study.best_trial
    except UserError as error:
        print(f"emogan: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nemogan: interrupted; the same command goes on.", file=sys.stderr)
        return 130
    print(f"Best: trial {best.number}, KID {best.value:.4f}: {words_of(best.params)}")
    print(f"emogan report runs={args.out} tells more.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
