import os
from pathlib import Path

import pytest

from emogan.core.errors import UserError
from emogan.data import patterns
from emogan.data.folder import read_folder
from emogan.data.index import Index
from emogan.data.patterns import Pattern
from emogan.data.people import People, keep
from emogan.data.registry import reader
from tests.data.pictures import write_face


def read(root: Path, *names: str, **rules: str) -> Index:
    for seed, name in enumerate(names):
        write_face(root / name, seed, (20, 24))
    return read_folder(root, **rules)


def people(index: Index) -> dict[str, str]:
    return {face.path.relative_to(index.root).as_posix(): face.person for face in index.faces}


def test_train_and_test_are_no_people(tmp_path: Path) -> None:
    names = ["train/happy/ana.jpg", "test/happy/ana.jpg", "val/images/raiva/bob.jpg", "valid/raiva/ana.jpg"]
    index = read(tmp_path, *names)
    assert [people(index)[name] for name in names] == ["ana", "ana", "bob", "ana"]
    assert index.remarks == ["2 people are told apart by the files' names"]


def test_ck_s_frames_of_one_person(tmp_path: Path) -> None:
    names = ["happy/S010_001_00000010.png", "happy/S010_001_00000011.png", "anger/S010_002_1.png", "anger/S011_1_2.png"]
    index = read(tmp_path, *names)
    assert [people(index)[name] for name in names[:3]] == ["S010"] * 3
    assert people(index)[names[3]] == "anger/S011_1_2"  # of no grammar, and the only one
    assert index.remarks[0] == "3 names follow CK+'s grammar"


def test_both_sessions_of_kdef_in_emotion_folders(tmp_path: Path) -> None:
    index = read(tmp_path, "felicidade/AF01HAS.jpg", "felicidade/BF01HAS.jpg", "medo/AM02AFS.jpg")
    assert list(people(index).values()) == ["F01", "F01", "M02"]
    assert index.remarks == ["3 names follow KDEF's grammar", "2 people are told apart by the files' names"]
    assert [(face.sex, face.session, face.angle) for face in index.faces][1:] == [("F", "B", "S"), ("M", "A", "S")]


def test_rafd_and_jaffe(tmp_path: Path) -> None:
    index = read(
        tmp_path,
        "Rafd090_01_Caucasian_female_happy_frontal.jpg", "Rafd045_01_Caucasian_female_sad_left.jpg",
        "Rafd090_61_Moroccan_male_angry_frontal.jpg", "KA.HA1.29.tiff", "KA.AN2.40.tiff",
    )  # fmt: skip
    assert sorted(people(index).values()) == ["01", "01", "61", "KA", "KA"]
    assert index.remarks[:2] == ["2 names follow JAFFE's grammar", "3 names follow RaFD's grammar"]


def test_fer2013_in_folders_names_nobody(tmp_path: Path) -> None:
    index = read(tmp_path, "train/happy/Training_10019449.jpg", "test/sad/PublicTest_1.jpg")
    assert all(face.anonymous for face in index.faces)
    assert index.remarks[1].startswith("Nothing says who is shown: every image counts as a person of its own")


@pytest.mark.parametrize(
    "names",
    [
        ("raiva/1.jpg", "medo/1.jpg"),
        ("raiva/IMG_0001.jpg", "medo/IMG_0001.jpg"),
        ("db/raiva/im3.png", "db/medo/im3.png"),
        ("raiva/ana.jpg", "medo/bob.jpg"),
        ("feliz/l001.jpg", "feliz/l007 (1).JPG", "triste/l012.jpg", "triste/bob.jpg"),
    ],
)
def test_where_nobody_is_told_apart_people_are_not_kept_apart(names: tuple[str, ...], tmp_path: Path) -> None:
    index = read(tmp_path, *names)
    assert len({face.person for face in keep(index, "all").faces}) == len(names)
    assert index.remarks[-1].startswith("Nothing says who is shown")
    sides: tuple[People, ...] = ("train", "held_out")
    for side in sides:
        with pytest.raises(UserError) as error:
            keep(index, side)
        assert str(error.value).startswith(
            f"data.people={side} keeps people apart, but nothing under {tmp_path} says who is shown: give a folder to"
        )


def test_a_pattern_names_people(tmp_path: Path) -> None:
    names = ["happy/v1_p007_x.png", "happy/v2_p007_x.png", "sad/v1_p008_x.png", "sad/other.png"]
    for pattern in (r"_(p\d+)_", r"_(?P<person>p\d+)_"):
        index = read(tmp_path, *names, person=pattern)
        assert [people(index)[name] for name in names] == ["p007", "p007", "p008", "sad/other"]
        assert index.remarks == ["2 people are told apart by your pattern; nothing says who 1 others show"]
    kept, aside = keep(index, "train"), keep(index, "held_out")
    assert {face.person for face in kept.faces} & {face.person for face in aside.faces} == set()
    assert len(kept.faces) + len(aside.faces) == 3  # who is unknown is on no side
    assert "nothing says who it shows, and data.people=train keeps people apart" in {i.reason for i in kept.left_out}


def test_folders_of_people_with_folders_of_sessions(tmp_path: Path) -> None:
    """One person is never on both sides: the outermost folder that can be a person's is."""
    names = [
        "happy/ana/morning/1.jpg",
        "happy/ana/evening/1.jpg",
        "women/bia/day 2/sad/1.jpg",
        "happy/frontal/cid/1.jpg",
    ]
    assert [people(read(tmp_path, *names))[name] for name in names] == ["ana", "ana", "bia", "cid"]


def test_a_pattern_says_it_all(tmp_path: Path) -> None:
    names = ["x/s1-p4-HA-f.png", "x/s2-p4-triste-f.png", "x/s1-p5-DI-m.png", "x/odd.png", "x/s1-p5-4-m.png"]
    rule = r"(?P<session>s\d)-(?P<person>p\d)-(?P<emotion>\w+)-(?P<sex>[fm])"
    index = read(tmp_path, *names, pattern=rule)
    assert [(str(f.emotion), f.person, f.session, f.sex) for f in index.faces] == [
        ("felicidade", "p4", "s1", "f"), ("tristeza", "p4", "s2", "f"),
    ]  # fmt: skip
    assert [(item.path.name, item.reason) for item in index.left_out] == [
        ("odd.png", "its path does not match data.pattern"),
        ("s1-p5-4-m.png", "its emotion 4 is none of the six"),  # other databases count otherwise
        ("s1-p5-DI-m.png", "its emotion DI is none of the six"),
    ]


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (
            {"pattern": "("},
            r"data.pattern=( is no regular expression (missing ), unterminated subpattern at position 0)",
        ),
        ({"pattern": "x"}, "data.pattern=x has other groups than expected: expected one with some of the groups"),
        ({"pattern": "(?P<age>x)"}, "data.pattern=(?P<age>x) has other groups than expected"),
        ({"person": "(a)(b)"}, "data.person=(a)(b) has other groups than expected: expected one with a group that is"),
        (
            {"person": f"({'a' * 199})"},
            f"data.person=({'a' * 59}… has 201 characters: expected a regular expression of at most 200; give a shor",
        ),
        ({"person": "p1"}, "data.person=p1 has other groups than expected"),
        ({"pattern": "(?P<emotion>zz)"}, "data.pattern=(?P<emotion>zz) finds no emotion in any path under"),
    ],
)
def test_patterns_that_are_none(rules: dict[str, str], message: str, tmp_path: Path) -> None:
    with pytest.raises(UserError) as error:
        read(tmp_path, "happy/1.jpg", **rules)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    "pattern",
    [
        "((?:a+)+)x",
        "((?:a|aa)+)x",  # no repeat inside a repeat
        r"(a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*)x",
        r"(\w*\w*\w*\w*\w*\w*\w*\w*\w*)\1x",
    ],
)
@pytest.mark.parametrize("setting", ["person", "pattern"])
def test_a_pattern_that_would_take_for_ever_is_refused(
    setting: str, pattern: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patterns, "SECONDS", 0.2)
    named = pattern if setting == "person" else pattern.replace("(", "(?P<person>", 1)
    with pytest.raises(UserError) as error:
        read(tmp_path, f"raiva/{'a' * 200}.png", "medo/ana.png", **{setting: named})
    assert str(error.value) == (
        f"data.{setting}={named} takes more than 0.2 s to look through all paths: expected a regular expression without"
        " repeats inside repeats, such as (a+)+; give a simpler one."
    )


def test_a_record_with_such_a_pattern_ends_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "SECONDS", 0.2)
    write_face(tmp_path / "raiva" / f"{'a' * 60}.png", 1, (20, 24))
    recorded = {"_target_": "emogan.data.folder.read_folder", "root": str(tmp_path), "person": "((?:a+)+)x"}
    with pytest.raises(UserError, match=r"takes more than 0\.2 s"):
        reader(recorded)()


def test_what_a_pattern_finds_in_odd_names(tmp_path: Path) -> None:
    """Names cross to another process and back: accents, what is no UTF-8, a line's end, groups that found nothing."""
    found = Pattern.given("data.pattern", r"(?s)(?P<person>[^/]+?)(?:-(?P<sex>[fm]))?\.png")
    assert found is not None
    names = ["raiva/José-f.png", os.fsdecode(b"raiva/a\xff.png"), "raiva/a\nb-m.png", "raiva/none.jpg"]
    assert found.search([Path(name) for name in names]) == [
        {"person": "José", "sex": "f"}, {"person": os.fsdecode(b"a\xff")}, {"person": "a\nb", "sex": "m"}, None,
    ]  # fmt: skip
    assert found.search([]) == []


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["raiva/ana_1", "raiva/ana_2", "medo/ana_1", "medo/bob (3)"], ["ana", "ana", "ana", "bob"]),
        (["raiva/p00", "raiva/p01", "medo/p01"], ["p00", "p01", "p01"]),
        (["x/s01_happy_1", "x/s01_sad_2", "x/s02_sad_1"], ["s01", "s01", "s02"]),
        (["x/ana_angry", "x/happy_ana2", "x/bob-sad-2"], ["ana", "ana", "bob"]),
        (["raiva/José 0", "raiva/José 1", "medo/José 0"], None),  # one name: nobody to tell apart from
    ],
)
def test_shots_of_one_person_have_one_name(names: list[str], expected: list[str] | None, tmp_path: Path) -> None:
    index = read(tmp_path, *(f"{name}.png" for name in names))
    found = [people(index)[f"{name}.png"] for name in names]
    assert found == (expected or names)
    assert all(face.anonymous is (expected is None) for face in index.faces)
