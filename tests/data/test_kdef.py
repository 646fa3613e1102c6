import shutil
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.data.index import Index
from emogan.data.kdef import ANGLES, parse_average, parse_name, read_kdef
from tests.data.pictures import write_face

CODES = {
    "AF": Emotion.MEDO, "AN": Emotion.RAIVA, "DI": None, "HA": Emotion.FELICIDADE,
    "NE": Emotion.NEUTRO, "SA": Emotion.TRISTEZA, "SU": Emotion.SURPRESA,
}  # fmt: skip
ALL = {"sex": None, "session": None, "person": None, "akdef": False}


def read(root: Path, **filters: object) -> Index:
    return read_kdef(root, **{"angle": "S", **ALL, **filters})  # type: ignore[arg-type]


def names(index: Index) -> list[str]:
    return sorted(face.path.stem.upper() for face in index.faces)


@given(
    session=st.sampled_from("AB"), sex=st.sampled_from("FM"), number=st.integers(1, 999),
    code=st.sampled_from(sorted(CODES)), angle=st.sampled_from(ANGLES), lower=st.booleans(),
)  # fmt: skip
def test_every_name_of_the_grammar_is_read_back(
    session: str, sex: str, number: int, code: str, angle: str, lower: bool
) -> None:
    stem = f"{session}{sex}{number:02d}{code}{angle}"
    parts = parse_name(stem.lower() if lower else stem)
    assert parts is not None
    assert (parts.session, parts.sex, parts.person) == (session, sex, f"{sex}{number:02d}")
    assert (parts.emotion, parts.angle) == (CODES[code], angle)
    average = parse_average(f"{sex}{code}{angle}")
    assert average is not None
    assert (average.session, average.sex, average.emotion, average.angle) == ("", sex, CODES[code], angle)
    assert parse_average(stem) is None


@given(st.text("ABFMDHINSUERL0123456789 _-٣", max_size=10))
def test_nothing_else_is(stem: str) -> None:
    parts = parse_name(stem)
    if parts is not None:  # then it can be put together again from its parts
        assert stem in {
            f"{parts.session}{parts.person}{c}{parts.angle}" for c, e in CODES.items() if e == parts.emotion
        }


@pytest.mark.parametrize(
    "stem", ["AF31V", "AM31H", "AF1ANS", "AF001ANS", "CF01ANS", "AX01ANS", "AF01XXS", "AF01ANSS", ""]
)
def test_a_name_outside_the_grammar(stem: str) -> None:
    assert parse_name(stem) is None


def test_the_official_tree_and_every_irregularity_of_names(kdef: Path) -> None:
    index = read(kdef)
    # What is broken inside is not known before decoding: BF02AN is black, AF02AN truncated and so on.
    assert names(index) == [
        "AF01AFS", "AF01ANS", "AF02AFS", "AF02ANS", "AM01AFS", "AM01ANS",
        "BF01ANS", "BF02AFS", "BF02ANS", "BM01AFS", "BM01ANS",
    ]  # fmt: skip
    assert {face.person for face in index.faces} == {"F01", "F02", "M01"}
    assert [(note.path.name, note.text) for note in index.notes] == [
        ("AF31V.JPG", "misnamed: read as AF31SAHL"),
        ("AM31H.JPG", "misnamed: read as AM31SUHR"),
    ]
    assert Counter((item.path.name, item.irregular) for item in index.left_out) == Counter(
        {
            ("AF01DIS.JPG", False): 1, ("AF01ANHL.JPG", False): 1, ("AF31V.JPG", False): 1, ("AM31H.JPG", False): 1,
            ("FANS.JPG", False): 1, ("MANS.JPG", False): 1, ("MANFL.JPG", False): 1,
            ("DSC_0001.JPG", True): 1, ("af01ans.jpg", True): 1,
            ("KDEFmap", False): 1, ("ReadThis", False): 1, ("._AF01ANS.JPG", False): 1,
        }
    )  # fmt: skip
    why = {item.path.name: str(item) for item in index.left_out}
    assert why["AF01DIS.JPG"] == "disgust (DI) is none of the six emotions"
    assert why["AF01ANHL.JPG"] == why["AF31V.JPG"] == "its angle is not data.angle=S"
    assert why["DSC_0001.JPG"] == "its name does not follow KDEF's grammar: expected names such as AF01ANS"
    assert why["FANS.JPG"] == "averaged face of AKDEF (data.akdef=true uses these)"
    assert why["ReadThis"] == "no image (no suffix)"
    assert why["._AF01ANS.JPG"] == "hidden and system files and folders: ._AF01ANS.JPG"
    assert why["af01ans.jpg"].startswith("second file of the same name: the first is ")


def test_misnamed_files_are_used_under_their_real_names(kdef: Path) -> None:
    sad = [face for face in read(kdef, angle="HL").faces if face.emotion is Emotion.TRISTEZA]
    assert [(face.path.name, face.person, face.session) for face in sad] == [("AF31V.JPG", "F31", "A")]
    surprised = read(kdef, angle="HR").faces
    assert [(face.path.name, face.person, face.emotion) for face in surprised] == [
        ("AM31H.JPG", "M31", Emotion.SURPRESA)
    ]


def test_any_arrangement_of_folders_and_any_case_of_letters(kdef: Path, tmp_path: Path) -> None:
    whole = read(kdef.parent)
    assert names(read(kdef)) == names(read(kdef / "KDEF")) == names(whole)
    flat = tmp_path / "flat"
    flat.mkdir()
    for face in whole.faces:
        shutil.copy(face.path, flat / face.path.name.lower())
    assert names(read(flat)) == names(whole)
    assert [face.emotion for face in read(flat).faces] == [
        face.emotion for face in sorted(whole.faces, key=lambda face: face.path.name)
    ]
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "there").symlink_to(kdef)
    (linked / "round").symlink_to(linked)
    assert names(read(linked)) == names(whole)
    assert len(read(linked).left_out) == len(whole.left_out)  # nothing is met twice, the loop is not walked


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"angle": "hl"}, ["AF01ANHL", "AF31V"]),
        ({"angle": ["HL", "HR"]}, ["AF01ANHL", "AF31V", "AM31H"]),
        ({"sex": "M"}, ["AM01AFS", "AM01ANS", "BM01AFS", "BM01ANS"]),
        ({"session": "B", "sex": ["F"]}, ["BF01ANS", "BF02AFS", "BF02ANS"]),
        ({"person": ["f02", "M31"], "angle": None}, ["AF02AFS", "AF02ANS", "AM31H", "BF02AFS", "BF02ANS"]),
        ({"akdef": True}, ["FANS", "MANS"]),
        ({"akdef": True, "angle": None, "sex": "M"}, ["MANFL", "MANS"]),
    ],
)
def test_filters(kdef: Path, filters: dict[str, object], expected: list[str]) -> None:
    index = read(kdef, **filters)
    assert names(index) == expected
    assert len(index.faces) + len(index.left_out) == 22 + 1  # nothing is lost; the hidden file is one entry


def test_akdef_has_one_average_of_each_sex(kdef: Path) -> None:
    index = read(kdef, akdef=True)
    assert [face.person for face in index.faces] == ["F average", "M average"]
    reasons = Counter(item.reason for item in index.left_out)
    assert reasons["not an averaged face (data.akdef=false uses these)"] == 16


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"angle": "X"}, "data.angle=X is unknown: expected FL or HL or S or HR or FR,"),
        ({"angle": ["S", "front"]}, "data.angle=FRONT is unknown: expected FL or HL or S or HR or FR,"),
        ({"sex": "W"}, "data.sex=W is unknown: expected F or M,"),
        ({"session": 1}, "data.session=1 is unknown: expected A or B,"),
        ({"person": "F99"}, "data.person=F99 is unknown: expected F01 or F02 or F31 or M01 or M31,"),
        ({"angle": []}, "data.angle=[] leaves no image: expected at least one value, or null for all."),
        ({"akdef": True, "session": "A"}, "data.session=A does not go with data.akdef=true"),
        ({"akdef": True, "person": "F01"}, "data.person=F01 does not go with data.akdef=true"),
    ],
)
def test_a_wrong_filter_is_named_with_what_there_is(kdef: Path, filters: dict[str, object], message: str) -> None:
    with pytest.raises(UserError) as error:
        read(kdef, **filters)
    assert str(error.value).startswith(message)


def test_a_wrong_root_is_named(tmp_path: Path) -> None:
    missing, file, empty, other = (tmp_path / name for name in ("missing", "file", "empty", "other"))
    file.write_text("x")
    empty.mkdir()
    write_face(other / "raiva" / "one.jpg", 1, (40, 50))
    for root, message in {
        missing: f"data.root={missing} does not exist: expected a folder",
        file: f"data.root={file} is a file: expected a folder",
        empty: f"data.root={empty} holds no image: expected files ending in .avif, .bmp, .gif, .jfif, .jpe, .jpeg,",
        other: f"data.root={other} holds 1 images, none named like KDEF's: expected names such as AF01ANS.JPG (KDEF)",
    }.items():
        with pytest.raises(UserError) as error:
            read(root)
        assert str(error.value).startswith(message)
    with pytest.raises(UserError, match=r"such as MAFS\.JPG \(AKDEF\)"):
        read(other, akdef=True)


def test_more_than_a_few_people_are_named_by_the_first_and_the_last(tmp_path: Path) -> None:
    for number in range(1, 13):
        write_face(tmp_path / f"AM{number:02d}HAS.JPG", number, (30, 40))
    with pytest.raises(UserError, match=r"data.person=F01 is unknown: expected M01 to M12,"):
        read(tmp_path, person="F01")
