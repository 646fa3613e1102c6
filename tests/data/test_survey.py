import os
from pathlib import Path

from PIL import Image

from emogan.core.emotions import Emotion
from emogan.data.decode import Framing
from emogan.data.folder import read_folder
from emogan.data.survey import Survey, irregular, left_out_files, reasons, remarks, sizes, survey
from tests.data.pictures import drawn_face, write_face

FRAMING = Framing(image_size=16, channels=1, crop="square", crop_above=0.5)


def surveyed(root: Path) -> Survey:
    return survey(read_folder(root), FRAMING)


def test_sizes_are_those_that_a_person_sees(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    (tmp_path / "raiva").mkdir()
    drawn_face(1, (60, 40)).save(tmp_path / "raiva" / "turned.jpg", exif=exif)
    drawn_face(2, (60, 40)).save(tmp_path / "raiva" / "lying.jpg")
    assert {tuple(row) for row in sizes(surveyed(tmp_path)).rows} == {("40 x 60", 1), ("60 x 40", 1)}


def test_litter_is_one_line_with_its_number(tmp_path: Path) -> None:
    write_face(tmp_path / "raiva" / "1.jpg", 1, (20, 24))
    for name in ("Thumbs.db", ".DS_Store", "._1.jpg"):
        (tmp_path / "raiva" / name).write_bytes(b"x")
    (tmp_path / "notes.txt").write_text("x")
    found = surveyed(tmp_path)
    assert reasons(found).rows == [["hidden and system files and folders", 3], ["no image (.txt)", 1]]
    assert len(left_out_files(found).rows) == 2


def test_what_was_done_to_images_and_how_people_are_told_apart(tmp_path: Path) -> None:
    for name in ("ana", "bob"):
        write_face(tmp_path / "raiva" / name / "1.png", len(name) + ord(name[0]), (20, 24))
    with Image.open(tmp_path / "raiva" / "ana" / "1.png") as picture:
        picture.putalpha(99)
        picture.save(tmp_path / "raiva" / "ana" / "1.png")
    found = surveyed(tmp_path)
    assert irregular(found).rows == [["raiva/ana/1.png", "transparent, laid over white", "kept"]]
    assert remarks(found).rows == [["2 people are told apart by folders"]]
    assert len(found.sample(Emotion.RAIVA, 12, 1)) == 2


def test_any_name_and_reason_can_be_written_as_utf8(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/raiva"
    os.makedirs(folder)  # noqa: PTH103
    write_face(tmp_path / "x.jpg", 1, (20, 24)).rename(os.fsdecode(folder + b"/Jos\xe9.jpg"))
    for name in (b"/torn\xe9.jpg", b"/notes.\xe9", b"/two\nlines.txt"):
        Path(os.fsdecode(folder + name)).write_bytes(b"torn")
    os.makedirs(os.fsencode(tmp_path) + b"/n\xe3o")  # noqa: PTH103
    write_face(Path(os.fsdecode(os.fsencode(tmp_path) + b"/n\xe3o/2.jpg")), 2, (20, 24))
    found = surveyed(tmp_path)
    tables = [reasons(found), left_out_files(found), irregular(found), remarks(found)]
    for table in tables:
        for row in table.rows:
            assert all("\n" not in str(cell) for cell in row)
            "".join(map(str, row)).encode("utf-8")
    assert ["raiva/torn\\xe9.jpg", "corrupt: cannot identify image file", "left out"] in irregular(found).rows
    assert ["its folder n\\xe3o is none of the six emotions", 1] in reasons(found).rows
