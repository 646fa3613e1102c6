import json
import re
from pathlib import Path
from string import Formatter

import pytest

from emogan.core.emotions import EMOTIONS
from emogan.web.pages.rendering import templates
from emogan.web.words import ENGLISH, FOLDER, LANGUAGES, preferred, words

FILES = sorted(FOLDER.glob("*.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_word_is_there_in_every_language_with_the_same_places(path: Path) -> None:
    for key, texts in json.loads(path.read_text(encoding="utf-8")).items():
        assert set(texts) == set(LANGUAGES), key
        places = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in texts.values()]
        assert all(one == places[0] for one in places), key
        assert all(text.strip() for text in texts.values()), key


def test_no_key_is_in_two_files() -> None:
    keys = [key for path in FILES for key in json.loads(path.read_text(encoding="utf-8"))]
    assert len(keys) == len(set(keys))


def test_pages_use_only_words_that_there_are_and_all_of_them() -> None:
    there = set(words("en").texts)
    sources = {name: templates.loader.get_source(templates, name)[0] for name in templates.list_templates()}  # type: ignore[union-attr]
    used = {key for text in sources.values() for key in re.findall(r'\bt\("([\w.]+)"[,)]', text)}
    assert used <= there
    everything = " ".join(sources.values())
    begun = set(re.findall(r'\bt\("([\w.]+\.)" ~', everything))  # t("tab." ~ name)
    unused = {key for key in there - used if not any(key.startswith(one) for one in begun)}
    assert unused == set()


def test_emotions_have_names_in_both_languages() -> None:
    assert set(ENGLISH) == {str(emotion) for emotion in EMOTIONS}
    assert words("pt").emotion("raiva") == "Raiva"
    assert words("en").emotion("raiva") == "Anger"
    assert words("en").emotion("todas") == "Todas"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("pt-BR,pt;q=0.9,en;q=0.8", "pt"),
        ("en-GB,en;q=0.9,pt;q=0.1", "en"),
        ("fr,pt;q=0.5", "pt"),
        ("fr", "en"),
        ("", "en"),
        (";;,,=", "en"),
    ],
)
def test_the_language_to_begin_with(accepted: str, language: str) -> None:
    assert preferred(accepted) == language


def test_numbers_are_written_as_the_language_has_them() -> None:
    assert words("en").number(1234.5, 1) == "1,234.5"
    assert words("pt").number(1234.5, 1) == "1.234,5"
