"""Numbers and names as they are written in pictures, tables and terminals, whatever is in them."""

from __future__ import annotations

import math
import re
import unicodedata
from functools import cache, lru_cache
from html import escape
from typing import Any

MINUS = "\N{MINUS SIGN}"
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
_OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"[\s\u2028\u2029]+")


class _Unknown(float):
    """A number that nobody knows, and whatever is computed from it."""

    def _itself(self, *_: float) -> float:
        return self

    __add__ = __radd__ = __mul__ = __rmul__ = _itself


UNKNOWN = _Unknown("nan")
"""What stands for the local gradients of a node made by hand that cannot be found; written ?."""


@lru_cache(maxsize=1 << 14)
def number(x: float) -> str:
    """`x` in four significant digits, trailing zeros trimmed, with a real minus sign.

    >>> [number(x) for x in (8.0, -0.05287, 3.14159, 1.2e-5, 12345.0)]
    ['8', '−0.05287', '3.142', '1.2e−05', '1.234e+04']
    """
    if x is UNKNOWN:
        return "?"
    if not math.isfinite(x):
        return str(float(x)).replace("-", MINUS)
    if x == 0:
        return "0"
    if abs(x) >= 1e-3:
        return f"{x:.4g}".replace("-", MINUS)
    mantissa, _, exponent = f"{x:.3e}".partition("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{exponent}".replace("-", MINUS)


def signed(x: float) -> str:
    """`number(x)` with its sign always written.

    >>> signed(7.0), signed(-2.0)
    ('+7', '−2')
    """
    text = number(x)
    return text if text.startswith(MINUS) or text in ("nan", "?") else f"+{text}"


def counted(count: int, what: str) -> str:
    """`count` and what is counted, in the plural unless it is one.

    >>> counted(1, "value"), counted(1200, "value")
    ('1 value', '1,200 values')
    """
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def gradient(x: float | None) -> str:
    """`∂ 8`; a dash for a gradient that was never computed."""
    return "∂ –" if x is None else f"∂ {number(x)}"


def full(x: float) -> str:
    """`x` in full precision, with a real minus sign, for tooltips.

    >>> full(-0.1)
    '−0.1'
    """
    return "?" if x is UNKNOWN else repr(float(x)).replace("-", MINUS)


def shorten(name: str, limit: int = 24) -> str:
    """`name` on one line and in at most `limit` characters; the middle gives way to `…`.

    >>> shorten("encoder.block[12].attention.w[3]", 20)
    'encoder.blo…ion.w[3]'
    """
    name = _SPACES.sub(" ", name)
    if len(name) <= limit:
        return name
    tail = limit * 2 // 5
    return f"{name[: limit - 1 - tail]}{ELLIPSIS}{name[len(name) - tail :]}"


def columns(text: str) -> int:
    """How many columns `text` takes in a terminal.

    >>> columns("∂J/∂w"), columns("漢")
    (5, 2)
    """
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


@lru_cache(maxsize=1 << 14)
def width(text: str, size: float = 11.0) -> int:
    """A generous estimate of the width of `text` in points, set in Helvetica of this size."""
    return math.ceil(size * sum(_em(c) for c in text))


@cache
def _em(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return 1.05
    if character in "ijl.,:;|'!()[] ft":
        return 0.34
    return 0.86 if character in "mwMW@%" or character.isupper() else 0.58


def printable(text: str) -> str:
    r"""`text` with U+FFFD for what a terminal would obey, turn around, or no XML file may hold.

    >>> printable("\x1b[31mw")
    '\ufffd[31mw'
    """
    return _OBEYED.sub("\N{REPLACEMENT CHARACTER}", _BREAKS.sub("\n", text))


def label_of(value: Any) -> str:
    """The label of a value, printable and without space around it; "" where it has none."""
    return printable(str(value.label)).strip()


def html(text: str) -> str:
    r"""`text` inside a DOT HTML label: markup is escaped, and so is `\N`, which DOT would expand.

    >>> print(html(r"a<b & \N"))
    a&lt;b &amp; \\N
    """
    return escape(printable(_SPACES.sub(" ", text))).replace("\\", "\\\\")


def quoted(text: str) -> str:
    r"""`text` as a quoted DOT string for a tooltip, which DOT unescapes twice.

    >>> print(quoted('say "a & b" \\N'))
    "say &quot;a &amp; b&quot; \\\\N"
    """
    text = printable(text).replace("&", "&amp;").replace("\\", "\\\\\\\\")
    return '"' + text.replace('"', "&quot;").replace("\n", "&#10;") + '"'
