"""What ``emogan VERB --help`` shows: what the verb does, three examples, and its settings with their comments."""

import re
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from emogan.cli.verbs import VERBS
from emogan.config.compose import choices, chosen, conf_dir, defaults_in

MISSING = "???"  # OmegaConf's
WIDTH, LINE = 38, 120  # of the column of settings, and of a whole line
# How things are built, not what can be chosen.
HIDDEN = (
    "defaults",
    "hydra",
    "read",
    "framing",
    "module",
    "enable_progress_bar",
    "enable_model_summary",
    "logger",
)
_LINE = re.compile(r"( *)([\w]+):(?: +([^#\s].*?))?(?: +# (.*))?\s*")


def text_of(verb: str, arguments: Sequence[str] = ()) -> str:
    """The whole page, with the settings of the groups' choices among ``arguments``."""
    about = VERBS[verb]
    lines = [f"emogan {verb} setting=value …", "", f"  {about.does[0].upper()}{about.does[1:]}.", ""]
    lines += ["Examples", *(f"  emogan {verb} {example}" for example in about.examples), "", "Settings"]
    asked = dict(argument.split("=", 1) for argument in arguments if "=" in argument)
    parts = []
    for group, default in chosen(verb).items():
        there = choices(group)
        name = asked[group] if asked.get(group) in there else default
        parts += ["", f"{group}=…  one of {', '.join(there)}" + (f"; {name} here" if name else "")]
        parts += each_once(chain(group, name)) if name else []
    given = {name_of(line) for line in parts}
    own = settings(conf_dir() / f"{verb}.yaml", "")
    lines += [line for line in own if not (line.rstrip().endswith("=") and name_of(line) in given)]
    lines += [*parts, "", "What has no value has to be given. GROUP=CHOICE --help shows another choice's settings."]
    lines += ["-m runs every combination of values that are given as a,b."]
    return "\n".join(lines)


def name_of(line: str) -> str:
    """The setting that a line is about."""
    return re.split(r"[=\s]", line.strip(), maxsplit=1)[0]


def each_once(lines: list[str]) -> list[str]:
    """The first line of each setting, whose default holds; with the comment of a later one where it has none."""
    first: dict[str, str] = {}
    for line in lines:
        name = name_of(line)
        comment = line.strip().partition("  ")[2]
        if name in first and comment and not first[name].strip().partition("  ")[2]:
            first[name] = wrapped(first[name].strip(), comment.strip())
        first.setdefault(name, line)
    return list(first.values())


def chain(group: str, name: str) -> list[str]:
    """The settings of a group's file and of those it builds on, the more particular ones first."""
    path = conf_dir() / group / f"{name}.yaml"
    prefix = "" if "# @package _global_" in path.read_text(encoding="utf-8") else f"{group}."
    lines = list(settings(path, prefix))
    for one in defaults_in(path):
        if isinstance(one, str) and one != "_self_":
            lines += chain(group, one)
    return lines


def settings(path: Path, prefix: str) -> Iterator[str]:
    """A line for each setting of a YAML file: its dotted name, its default and the comment beside it."""
    above: list[tuple[int, str]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        found = _LINE.fullmatch(line)
        if found is None:
            continue
        indent, key, value, comment = len(found[1]), found[2], found[3], found[4]
        above = [(deep, name) for deep, name in above if deep < indent] + [(indent, key)]
        names = [name for _, name in above]
        if names[0] in HIDDEN or key.startswith("_"):
            continue
        dotted = prefix + ".".join(names)
        if (value is None and not comment) or (value and value.startswith("${") and not comment):
            continue
        yield wrapped(f"{dotted}={value.removeprefix(MISSING)}" if value else f"{dotted}.…", comment or "")


def wrapped(setting: str, comment: str) -> str:
    """A setting with its comment in a column beside it."""
    first = f"  {setting:<{WIDTH}} "
    return textwrap.fill(first + comment, LINE, subsequent_indent=" " * (WIDTH + 3), break_long_words=False).rstrip()
