"""What a page must not carry: tags, links and scripts that came from a file or a name."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

TAGS = {
    "html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "h4", "p", "table", "thead", "tbody", "tr",
    "th", "td", "img", "em", "strong", "code", "ul", "ol", "li", "pre", "br", "hr", "section", "figure", "figcaption",
    "main", "header", "footer", "div", "span", "details", "summary", "a", "link", "small", "sub", "sup",
}  # fmt: skip
ATTRIBUTES = {
    "charset", "name", "content", "src", "alt", "class", "id", "style", "lang", "href", "title", "align", "width",
    "height", "http-equiv", "colspan", "rowspan", "scope", "loading", "rel", "start",
}  # fmt: skip
OUTSIDE = ("http:", "https:", "javascript:", "//", "file:", "ftp:", "data:text")
FILE = re.compile(r"[\w.+-]+\.(png|jpg|html|md)")  # a file beside the page
MARK = ("alert(", "evil", "onerror")  # of what we put into names and records


class Reader(HTMLParser):
    """Collects what does not belong."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.wrong.append(f"<{tag}>")
        for name, value in attrs:
            text = unquote(value or "").strip().lower()
            if name not in ATTRIBUTES:
                self.wrong.append(f"<{tag} {name}=…>")
            elif name in ("src", "href") and FILE.fullmatch(value or ""):
                continue
            elif name in ("src", "href", "style") and (text.startswith(OUTSIDE) or any(mark in text for mark in MARK)):
                self.wrong.append(f"<{tag} {name}={text[:40]}>")


def carries(folder: Path) -> str | None:
    """What is wrong with the pages in a folder, its Markdown read as Python-Markdown reads it."""
    import markdown

    for path in sorted(folder.rglob("*.html")) + sorted(folder.rglob("*.md")):
        text = path.read_text("utf-8", "replace")
        reader = Reader()
        reader.feed(markdown.markdown(text, extensions=["tables"]) if path.suffix == ".md" else text)
        if reader.wrong:
            return f"{path.name} carries {', '.join(reader.wrong[:3])}"
    return None
