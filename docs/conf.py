"""How `make docs` builds the pages: Sphinx with furo, from the repository's own Markdown (MyST).

Sphinx and not MkDocs: MkDocs had no release since August 2024, Sphinx and MyST had theirs this autumn. The source
folder is the repository itself, so that a relative link is right in the repository's browser and on the page.
"""

import importlib.metadata
from pathlib import Path

from sphinx.application import Sphinx

ROOT = Path(__file__).parents[1]

project = author = "emogan"
project_copyright = "MIT"
version = release = importlib.metadata.version("emogan")
html_title = f"emogan {release}"
html_theme = "furo"
root_doc = "README"
include_patterns = ["*.md", "docs/*.md", "outputs/*.md", "emogan/**/*.md"]
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
add_module_names = False  # they are all emogan.NAME
autodoc_typehints = "description"
myst_heading_anchors = 3  # links such as README.md#your-own-images


def beside(app: Sphinx, name: str, source: list[str]) -> None:
    """Give the start its list of pages, which the repository's browser has no use for."""
    if name != root_doc:
        return
    pages = {str(path.relative_to(ROOT).with_suffix("")) for kind in include_patterns for path in ROOT.glob(kind)}
    guides = {page for page in pages if page.startswith("docs/guide-")}
    cards = {page for page in pages if page.startswith("emogan/")}
    parts = {"Guides": guides, "Pages": pages - guides - cards - {root_doc}, "Cards": cards}
    for title, names in parts.items():
        lines = "\n".join(f"/{page}" for page in sorted(names))
        source[0] += f"\n```{{toctree}}\n:hidden:\n:caption: {title}\n\n{lines}\n```\n"


def led_to(app: Sphinx, error: Exception | None) -> None:
    """Lead from the folder to its start, for servers and people who open it."""
    if error is None:
        page = f'<meta http-equiv="refresh" content="0; url={root_doc}.html"><title>{html_title}</title>\n'
        (Path(app.outdir) / "index.html").write_text(page, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", beside)
    app.connect("build-finished", led_to)
