"""Pages: Markdown, and the same as HTML in one file that needs nothing else."""

import base64
import html
import io

import markdown
from PIL import Image

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 82rem; margin: 2rem auto; padding: 0 1rem; color: #222; }}
img {{ max-width: 100%; }} table {{ border-collapse: collapse; display: block; overflow-x: auto; font-size: .85rem; }}
td, th {{ padding: .3rem .5rem; text-align: right; }} td {{ white-space: nowrap; }}
tr {{ border-bottom: 1px solid #ddd; }} td:first-child, th:first-child {{ text-align: left; }}
</style></head><body>
{body}
</body></html>
"""


# Pages have headings, lists, tables and pictures: nothing in a text may become more than that.
LINKS = ("reference", "link", "image_reference", "short_reference", "short_image_ref", "autolink", "automail")


def to_html(text: str, title: str) -> str:
    """A page of Markdown as HTML; pictures stay where ``text`` says. HTML and links in it come out as text."""
    converter = markdown.Markdown(extensions=["tables"])
    converter.preprocessors.deregister("html_block")
    for pattern in ("html", *LINKS):
        converter.inlinePatterns.deregister(pattern)
    return PAGE.format(title=html.escape(title), body=converter.convert(text))


def inline(picture: Image.Image) -> str:
    """A picture as a data address, to stand in a page itself."""
    content = io.BytesIO()
    picture.save(content, "PNG")
    return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode()
