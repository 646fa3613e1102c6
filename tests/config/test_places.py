from pathlib import Path

import pytest

from emogan.config.check import checked
from emogan.config.compose import compose_verb
from emogan.config.places import check_places
from emogan.core.errors import UserError


@pytest.mark.parametrize(
    ("verb", "overrides", "told"),
    [
        ("train", ["emotion=raiva", "data=folder", "data.root=/no/where"], "expected a folder of images"),
        (
            "train",
            ["emotion=raiva", "init_from=/no/where"],
            "init_from=/no/where does not exist",
        ),
        ("generate", ["weights=/no/where"], "weights=/no/where does not exist: expected packaged, the folder of a run"),
        ("generate", ["project=/no/where"], "project=/no/where does not exist: expected a photograph of a face"),
        ("evaluate", ["run=/no/where"], "run=/no/where does not exist: expected the folder of a run"),
        ("evaluate", ["runs=[., /no/where]"], "runs=/no/where does not exist"),
        ("report", ["runs=/no/where"], "runs=/no/where does not exist"),
        ("recognise", ["photo=[., /no/where]"], "photo=/no/where does not exist: expected a photograph or a folder"),
        ("inspect", ["data=kdef", "data.root=/no/where"], "data.root=/no/where does not exist"),
    ],
)
def test_what_is_not_there_is_told_at_the_door(verb: str, overrides: list[str], told: str) -> None:
    with pytest.raises(UserError) as caught:
        check_places(verb, checked(verb, compose_verb(verb, overrides)))
    assert told in str(caught.value)


def test_what_is_there_passes(tmp_path: Path) -> None:
    for verb, override in (("train", "init_from=packaged"), ("generate", "project=."), ("evaluate", "weights=best")):
        check_places(verb, compose_verb(verb, [override]))
    shards = f"data.root='{tmp_path}/f-{{000..123}}.tar'"  # the reader says which is missing
    check_places("train", checked("train", compose_verb("train", ["emotion=raiva", "data=shards", shards])))
    check_places("report", compose_verb("report", [f"runs={tmp_path}"]))
    check_places("generate", compose_verb("generate", [f"project={'x' * 5000}"]))
