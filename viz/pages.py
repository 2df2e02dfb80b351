"""Pages: HTML that needs no other file, may load none, and shows what it is given as text alone."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from html import escape
from importlib.resources import files
from string import Template

from viz.text import printable


def page_of(name: str, *, title: str, before: str = "", **parts: str) -> str:
    """The page that `assets/{name}.html` is the form of, with `page.css`, `page.js` and its own.

    Its policy allows exactly its own script and style sheet, and no connection.

    Args:
        title: the heading, which is text.
        before: a script that stands before the page's own.
        parts: what else the form asks for, as HTML.
    """
    style = asset("page.css") + asset(f"{name}.css")
    script = asset("page.js") + before + asset(f"{name}.js")
    return Template(asset(f"{name}.html")).substitute(
        title=safe(title),
        style=style,
        style_hash=_hash(style),
        script=script,
        script_hash=_hash(script),
        **parts,
    )


def sandboxed(html: str, *, title: str, height: int) -> str:
    """`html` inside a frame that lets it run its script and do nothing else."""
    return (
        f'<iframe sandbox="allow-scripts" title="{safe(title)}" width="100%" height="{height}" '
        f'style="border:0" srcdoc="{escape(html)}"></iframe>'
    )


def safe(text: str) -> str:
    """`text` for HTML, which shows it as it is."""
    return escape(printable(text))


@cache
def asset(name: str) -> str:
    """The text of a file in `viz/assets`."""
    return files("viz").joinpath("assets", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """The name of an inline script or style sheet in a content security policy."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
