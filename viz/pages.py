"""Pages: HTML that needs no other file, may load none, and shows what it is given as text alone."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files
from string import Template

from viz.text import printable


def page_of(form: str, *, title: str, script: str, styles: Sequence[str] = (), **parts: str) -> str:
    """The page whose body `assets/{form}.html` is the form of, with `page.css`, `page.js`, its own.

    Its policy allows exactly its own script and style sheet, and no connection.

    Args:
        title: the heading, which is text.
        script: of the page, which comes after `page.js`.
        styles: other style sheets, which come before the page's own.
        parts: what else the form asks for, as HTML.
    """
    style = asset("page.css", *styles, f"{form}.css")
    script = asset("page.js") + script
    return Template(asset("head.html") + asset(f"{form}.html")).substitute(
        title=safe(title),
        style=style,
        style_hash=_hash(style),
        script=script,
        script_hash=_hash(script),
        theme_icon=asset("theme.svg").strip(),
        **parts,
    )


def script_data(told: object) -> str:
    """Names and numbers for a script, as JSON in which nothing can end its element."""
    text = json.dumps(told, allow_nan=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


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
def asset(*names: str) -> str:
    """The text of files in `viz/assets`, one after the other."""
    folder = files("viz").joinpath("assets")
    return "\n".join(folder.joinpath(name).read_text(encoding="utf-8") for name in names)


def _hash(text: str) -> str:
    """The name of an inline script or style sheet in a content security policy."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
