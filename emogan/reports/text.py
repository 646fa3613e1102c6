"""Words that come from files and folder names, made harmless for pages and pictures."""

import re
import unicodedata

# What Markdown or HTML take for more than text; an underscore gets a backslash, which stays readable in names.
_MARKUP = {ord(sign): f"&#{ord(sign)};" for sign in "\\`*[]<>&|!~$"} | {ord("_"): "\\_"}
LONGEST_NAME = 80  # bytes


def shown(text: object) -> str:
    """``text`` on one line, in letters that any font and file can hold: what is none of them becomes a �."""
    line = " ".join(str(text).split())
    return "".join("�" if unicodedata.category(sign) in ("Cc", "Cs", "Cf") else sign for sign in line)


def as_text(text: object) -> str:
    """``text`` so that a page of Markdown shows it as it is, in a heading, a paragraph or a cell."""
    return shown(text).translate(_MARKUP)


def file_name(text: str) -> str:
    """``text`` as a part of a file's name: no folders, no signs with a meaning of their own, never empty."""
    name = re.sub(r"[^\w-]+", "_", shown(text)).encode()[:LONGEST_NAME]
    return name.decode(errors="ignore") or "_"
