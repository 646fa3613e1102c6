import os
import socket
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from emogan.core.errors import UserError
from emogan.data.files import image_files
from emogan.data.folder import read_folder
from emogan.data.kdef import read_kdef
from tests.data.pictures import drawn_face, write_face


def test_every_file_is_used_or_left_out_with_a_reason(tmp_path: Path) -> None:
    root = tmp_path / "raiva"
    root.mkdir()
    for seed, (name, kind) in enumerate(
        {
            "1.jfif": "JPEG", "2.jpe": "JPEG", "3.mpo": "MPO", "4.avif": "AVIF", "5.webp": "WEBP", "6.gif": "GIF",
            "7": "JPEG", "8.heic": "JPEG", "9.pgm": "PPM", "10.bmp": "BMP", "11.tif": "TIFF", "12.txt": "PNG",
        }.items()
    ):  # fmt: skip
        drawn_face(seed, (20, 24)).save(root / name, kind)
    for name, content in {
        "a.heic": b"\0\0\0\x18ftypheic\0\0\0\0heicmif1", "b.HEIC": b"torn", "c.eps": b"%!PS",
        "d.nef": b"II*\0" + bytes(9), "e.txt": b"notes", "f": b"", "g.pdf": b"%PDF-1.7", "h.zip": b"PK\x03\x04",
        "i.tar.gz": b"\x1f\x8b",
        "j.mp4": b"x", "fer2013.csv": b"emotion,pixels,Usage\n", "labels.csv": b"file,emotion\n",
        "Thumbs.db": b"x", "desktop.ini": b"x", ".DS_Store": b"x", "._1.jfif": b"x",
    }.items():  # fmt: skip
        (root / name).write_bytes(content)
    for folder in ("__MACOSX", ".thumbnails", "@eaDir", "x.jpg"):
        write_face(root / folder / "inside.jpg", 30 + len(folder), (20, 24))
    os.mkfifo(root / "pipe")
    (root / "lost").symlink_to(tmp_path / "nowhere")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(root / "socket"))
        paths, left_out = image_files(tmp_path)
    used = [
        "1.jfif",
        "2.jpe",
        "3.mpo",
        "4.avif",
        "5.webp",
        "6.gif",
        "7",
        "8.heic",
        "9.pgm",
        "10.bmp",
        "11.tif",
        "12.txt",
    ]
    assert {path.name for path in paths} == {*used, "inside.jpg"}
    assert {item.path.name: str(item) for item in left_out} == {
        "a.heic": "HEIC is not read: convert it to JPEG or PNG",
        "b.HEIC": "HEIC is not read: convert it to JPEG or PNG",
        "c.eps": "EPS is not read: convert it to JPEG or PNG",
        "d.nef": "a camera's raw file: export it as JPEG",
        "e.txt": "no image (.txt)",
        "f": "no image (no suffix)",
        "g.pdf": "PDF is not read: convert it to JPEG or PNG",
        "h.zip": "an archive: unpack it first",
        "i.tar.gz": "an archive: unpack it first",
        "j.mp4": "no image (.mp4)",
        "fer2013.csv": "a table of pixels: give it to data=fer2013",
        "labels.csv": "no image (.csv)",
        "pipe": "cannot be read: it is a pipe, no file",
        "socket": "cannot be read: it is a socket, no file",
        "lost": "cannot be read: No such file or directory",
        "x.jpg": "a folder, though named like an image",
        ".DS_Store": "hidden and system files and folders: .DS_Store and others",
    }
    assert {item.path.name: item.count for item in left_out if item.count > 1} == {".DS_Store": 7}
    assert paths == sorted(paths)


@pytest.mark.parametrize("name", ["faces.zip", "faces.tar", "faces.tar.gz", "faces.7z", "faces.rar"])
def test_an_archive_is_to_be_unpacked_first(name: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / name, "w") as archive:
        archive.writestr("raiva/1.jpg", "x")
    with pytest.raises(UserError) as error:
        read_folder(tmp_path / name)
    assert str(error.value) == (
        f"data.root={tmp_path / name} is an archive: expected a folder of face images; unpack it first, and give the"
        " folder as data.root=FOLDER."
    )
    for read in (read_folder, lambda root: read_kdef(root, "S", None, None, None, akdef=False)):
        with pytest.raises(UserError, match=f"holds no image but the archive {name}: unpack it first"):
            read(tmp_path)


def test_a_folder_without_images_says_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "IMG_1.HEIC").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0heicmif1")
    with pytest.raises(
        UserError, match=r"holds no image .IMG_1\.HEIC: HEIC is not read: convert it to JPEG or PNG.: exp"
    ):
        image_files(tmp_path)
    (tmp_path / "fer2013.csv").write_text("emotion,pixels,Usage\n")
    with pytest.raises(UserError, match=r"holds no image but fer2013\.csv: read it with data=fer2013"):
        image_files(tmp_path)


def test_an_image_without_a_suffix_is_used(tmp_path: Path) -> None:
    Image.new("L", (20, 24), 90).save(tmp_path / "plain", "JPEG")
    assert [path.name for path in image_files(tmp_path)[0]] == ["plain"]


@pytest.mark.parametrize("root", ["", " "])
def test_an_empty_root_is_not_the_folder_one_is_in(root: str) -> None:
    with pytest.raises(UserError, match=r"data\.root is empty: expected a folder of face images"):
        read_folder(root)
