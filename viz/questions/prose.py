r"""A little Markdown with formulas, as HTML and as plain text; figures as HTML that stays still.

Of Markdown it is what a question needs: `**bold**`, `*slanted*`, `code`, `$\LaTeX$`, a line that
ends in two spaces, and paragraphs with an empty line between them. A backslash before `*`, a
backquote or `$` leaves the sign as it is; `literal` writes it.
"""

from __future__ import annotations

import base64
import re
import sys
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from viz.mathtext import as_unicode
from viz.text import printable

_KEPT = re.compile(r"(\$\$.+?\$\$|\$[^$\n]+\$|`[^`\n]+`)", re.DOTALL)
_SIGN, _ESCAPED = re.compile(r"[*`$]"), re.compile(r"\\([*`$])")
_HIDDEN = {ord(sign): 0xE000 + ord(sign) for sign in "*`$"}
"""Characters that stand for escaped signs until all markup is found."""
_AS_HTML = {0xE000 + ord(sign): sign for sign in "*`"} | {0xE000 + ord("$"): "<span>$</span>"}
"""A dollar in an element of its own begins no formula."""
_AS_TEXT = {0xE000 + ord(sign): sign for sign in "*`$"}
_AS_GIVEN = {0xE000 + ord(sign): f"\\{sign}" for sign in "*`$"}
_BOLD, _SLANTED = re.compile(r"\*\*(.+?)\*\*"), re.compile(r"\*(.+?)\*")
_FRAME = "<iframe"
WIDE, ROLLING = 'style="max-width: max(100%, 35rem)"', 'style="overflow-x: auto"'
"""A picture as wide as its place; in a narrow one it is rolled sideways before it is too small."""
ALIGNED = 'style="font-family: monospace"'


def literal(text: str) -> str:
    r"""The text as Markdown that shows it as it is.

    >>> literal("x1*w1"), inline(literal("x1*w1 + x2*w2"))
    ('x1\\*w1', 'x1*w1 + x2*w2')
    """
    return _SIGN.sub(r"\\\g<0>", text)


def _pieces(text: str) -> list[str]:
    """Formulas, code, and the text between them, in which escaped signs are hidden."""
    hidden = _ESCAPED.sub(lambda found: found[1].translate(_HIDDEN), printable(text).strip())
    return _KEPT.split(hidden)


def html_of(text: str) -> str:
    """The text as HTML, in which a page's MathJax finds the formulas.

    >>> html_of("Is $a_1 < b$ **really** `x*x`?")
    '<p>Is $a_1 &lt; b$ <b>really</b> <code>x*x</code>?</p>'
    """
    paragraphs = [p for p in printable(text).strip().split("\n\n") if p.strip()]
    return "".join(f"<p>{inline(paragraph)}</p>" for paragraph in paragraphs)


def inline(text: str) -> str:
    """A text of one paragraph as HTML, without the element around it."""
    return "".join(map(_piece, _pieces(text)))


def _piece(piece: str) -> str:
    plain = escape(piece, quote=False)
    if piece[:1] == "$" and len(piece) > 2:
        return plain.translate(_AS_GIVEN)
    if piece[:1] == "`" and len(piece) > 2:
        return f"<code>{plain[1:-1].translate(_AS_HTML)}</code>"
    broken = plain.replace("  \n", "<br>\n")
    return _SLANTED.sub(r"<i>\1</i>", _BOLD.sub(r"<b>\1</b>", broken)).translate(_AS_HTML)


def plain_of(text: str) -> str:
    r"""The text for a terminal: formulas in Unicode where their LaTeX is simple.

    >>> plain_of(r"Is $\delta_1$ **really** `x*x`?")
    'Is δ₁ really x*x?'
    """
    return "".join(map(_plain_piece, _pieces(text)))


def _plain_piece(piece: str) -> str:
    if piece[:1] == "$" and len(piece) > 2:
        return as_unicode(piece.translate(_AS_GIVEN)).strip("$")
    if piece[:1] == "`" and len(piece) > 2:
        return piece[1:-1].translate(_AS_TEXT)
    return _SLANTED.sub(r"\1", _BOLD.sub(r"\1", piece)).translate(_AS_TEXT)


def figures_of(reveal: Any) -> list[Any]:
    """The things to show, one by one; a table, which is a list too, is one of them.

    >>> figures_of(["one", lambda: "two"]), figures_of(lambda: ["one", "two"]), figures_of(())
    (['one', 'two'], ['one', 'two'], [])
    """
    made = () if reveal is None else _settled(reveal)
    several = isinstance(made, (list, tuple, Iterator)) and not _shows_itself(made)
    return [_settled(one) for one in made] if several else [made]


def _settled(item: Any) -> Any:
    """The thing to show, made now if it is a function; a plot is taken from its cell."""
    shown = item() if callable(item) and not _shows_itself(item) else item
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None and hasattr(shown, "savefig"):
        pyplot.close(shown)
    return shown


def _shows_itself(item: Any) -> bool:
    return any(hasattr(item, f"_repr_{kind}_") for kind in ("mimebundle", "html", "svg", "latex"))


def still(item: Any) -> str:
    """Something shown as HTML that needs no script: a picture, a table, or text."""
    if isinstance(item, str):
        return html_of(item)
    data = bundle(item)
    html = data.get("text/html", "")
    if html and _FRAME not in html:
        return html
    for kind in ("image/svg+xml", "image/png"):
        if kind in data:
            picture = f"data:{kind};base64,{_encoded(data[kind])}"
            image = f'<img {WIDE} src="{picture}" alt="{escape(_told(data))}">'
            return f"<div {ROLLING}>{image}</div>"
    if "text/latex" in data:
        return f"<p>{escape(data['text/latex'], quote=False)}</p>"
    return f"<pre {ALIGNED}>{escape(data.get('text/plain', str(item)), quote=False)}</pre>"


def is_page(item: Any) -> bool:
    """True for a figure that is a page with a script, in a frame of its own."""
    return not isinstance(item, str) and _FRAME in bundle(item).get("text/html", "")


def bundle(item: Any) -> Mapping[str, Any]:
    """The data by which a notebook shows `item`, by kind; outside of one what it gives itself."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is not None:
        data: Mapping[str, Any] = shell.display_formatter.format(item)[0]
        return data
    if hasattr(item, "_repr_mimebundle_"):
        return item._repr_mimebundle_()
    return {"text/plain": str(item)}


def _told(data: Mapping[str, Any]) -> str:
    """The first line of what a picture says as text; a plot has no text but its class's name."""
    line = data.get("text/plain", "").partition("\n")[0]
    return "a plot" if line.startswith("<") else line


def _encoded(data: str | bytes) -> str:
    if isinstance(data, str) and not data.lstrip().startswith("<"):
        return data.replace("\n", "")  # a PNG, which IPython has encoded
    raw = data.encode() if isinstance(data, str) else data
    return base64.b64encode(raw).decode()
