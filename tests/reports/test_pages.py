import csv
import html
import io
import re
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from emogan.core.tables import Table
from emogan.reports.page import to_html
from emogan.reports.tables import to_csv, to_markdown
from emogan.reports.text import as_text, file_name, shown

NASTY = [
    "<img src=x onerror=alert(1)> ![x](http://evil/x.png) [c](javascript:alert(1))",
    "<script>alert(1)</script>",
    "a | b | c",
    "**bold** _thin_ `code` ~~gone~~ <http://evil> x@evil.com",
    "&lt;b&gt; &amp; \\| \\_ \\",
    "[a]: http://evil\n[a]",
    "# heading\n\n<div>block</div>\n\n- list",
    "x<!-- y --> <?php z ?> <![CDATA[q]]>",
    "fashion_mnist, avó 2026-11-22_18-22-26/é",
    "![a][b] ![c] [d] [e][f] (g)",
]


class Seen(HTMLParser):
    """The tags, their attributes and the text of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.addresses: list[str | None] = []
        self.text = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value for name, value in attributes if name in ("src", "href")]
        assert not [name for name, _ in attributes if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.text += data


def seen(page: str) -> Seen:
    body = re.search(r"<body>(.*)</body>", page, re.DOTALL)
    assert body
    found = Seen()
    found.feed(body[1])
    return found


def squeezed(text: str) -> str:
    return " ".join(text.split())


def check(text: str) -> None:
    table = Table("t", ["a", text], [[text, 1], ["x", text]])
    page = f"# {as_text(text)}\n\n- {as_text('note ' + text)}\n\n{to_markdown(table)}\n\n![{as_text(text)}](own.png)\n"
    found = seen(to_html(page, text))
    assert set(found.tags) <= {"h1", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "p", "img"}
    assert found.tags.count("tr") == 3 and found.tags.count("td") == found.tags.count("th") * 2 == 4
    assert found.addresses == ["own.png"]
    assert squeezed(found.text).count(squeezed(shown(text))) >= 4 or not squeezed(shown(text))


def test_whatever_a_file_says_comes_out_as_text() -> None:
    for text in NASTY:
        check(text)


@given(st.text(max_size=40))
def test_whatever_a_file_says_comes_out_as_text_whatever_it_is(text: str) -> None:
    check(text or "x")


@given(st.text(alphabet="<>&[]()!`*_|\\#-+.~:/\"'= \nax1", max_size=60))
def test_signs_of_markup_come_out_as_text(text: str) -> None:
    check(text or "x")


def test_a_page_shows_no_html_and_no_links_whoever_wrote_it() -> None:
    for text in NASTY:
        found = seen(to_html(f"start {text}\n\n{text}\n", text))
        assert not {"a", "script", "div"} & set(found.tags)
    page = to_html("x", "</title><script>alert(1)</script>")
    assert "<script>" not in page and html.escape("</title>") in page


def test_names_that_are_no_letters_are_shown_all_the_same() -> None:
    assert shown("Jos\udce9\x1b[31m\u202e\n x") == "Jos��[31m� x"
    as_text("Jos\udce9").encode()


def test_names_of_files_lead_nowhere_else() -> None:
    assert file_name("../../x") == "_x" and file_name("raiva_run-1") == "raiva_run-1"
    assert "/" not in file_name("a/b\\c\0d") and len(file_name("x" * 999)) == 80


def test_a_table_for_other_programs() -> None:
    table = Table("t", ["a", "b"], [["x,y", 1], ['"', "é\n"]])
    assert list(csv.reader(io.StringIO(to_csv(table), newline=""))) == [["a", "b"], ["x,y", "1"], ['"', "é\n"]]
