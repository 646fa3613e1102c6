"""Face databases as they lie on disks: KDEF-like trees at true size with every irregularity, and broken files."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.data.pictures import write_black, write_bomb, write_face

NOBODY = 65534


@pytest.fixture(autouse=True)
def private_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test touches the cache of the person who runs it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "emogan"


@pytest.fixture(scope="session")
def kdef(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """KDEF as unpacked, cut down to four people: full irregularities; nothing may be written into it.

    Frontal and in order: raiva of F01 and M01 in both sessions (4), medo of F01, F02 and M01 in session A (3). Beside
    them: a disgusted face, a half profile, one black placeholder and one truncated file of raiva, a header bomb and a
    text file of medo, both misnamed files, a file named at random, a second copy, KDEFmap, ReadThis and two of AKDEF.
    """
    top = tmp_path_factory.mktemp("kdef") / "KDEF_and_AKDEF"
    root = top / "KDEF"
    good = ["AF01AN", "BF01AN", "AM01AN", "BM01AN", "AF01AF", "AF02AF", "AM01AF"]
    for seed, shot in enumerate(good):
        write_face(root / shot[:4] / f"{shot}S.JPG", seed)
    write_face(root / "AF01" / "AF01DIS.JPG", 20)
    write_face(root / "AF01" / "AF01ANHL.JPG", 21)
    write_face(root / "AF31" / "AF31V.JPG", 22)
    write_face(root / "AM31" / "AM31H.JPG", 23)
    write_face(root / "AF01" / "DSC_0001.JPG", 24)
    write_black(root / "BF02" / "BF02ANS.JPG")
    whole = write_face(root / "AF02" / "AF02ANS.JPG", 25)
    whole.write_bytes(whole.read_bytes()[:9000])
    write_bomb(root / "BF02" / "BF02AFS.JPG")
    (root / "BM01").mkdir(exist_ok=True)
    (root / "BM01" / "BM01AFS.JPG").write_text("This is no picture.")
    copy = root / "copies" / "af01ans.jpg"
    copy.parent.mkdir()
    copy.write_bytes((root / "AF01" / "AF01ANS.JPG").read_bytes())
    (top / "KDEFmap").write_text("map")
    (top / "ReadThis").write_text("licence")
    (root / "AF01" / "._AF01ANS.JPG").write_bytes(b"macOS")
    for seed, name in ((30, "FANS"), (31, "MANS"), (32, "MANFL")):
        write_face(top / "AKDEF" / f"{name}.JPG", seed)
    return top


@pytest.fixture
def as_nobody() -> Iterator[Path]:
    """An empty folder, while this process may not read or write everything: root gives its powers up for the test."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if os.geteuid() != 0:
            yield folder
            return
        folder.chmod(0o777)
        try:
            os.seteuid(NOBODY)
        except OSError:
            pytest.skip("root may read everything here, and cannot become another user")
        try:
            if not os.access(folder, os.W_OK, effective_ids=True):
                pytest.skip(f"only root may enter {folder.parent}")
            yield folder
        finally:
            os.seteuid(0)
