"""Numbers and names as they are written in pictures, tables and terminals, whatever is in them."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from html import escape
from typing import Any

from autograd import UNKNOWN
from viz.mathtext import as_unicode

MINUS = "\N{MINUS SIGN}"
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
DIRECT = "the direct part alone, without the paths over other values"
"""The meaning of ∂⁺."""

_OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_OPERATOR = re.compile(r"[\s+\-−·×*/÷^=]")
_EXPONENT = re.compile(r"(?<=\d)e[+−]\d+")
_SPACES = re.compile(r"[\s\u2028\u2029]+")


_digits = ContextVar("digits", default=4)


@contextmanager
def digits_shown(digits: int) -> Iterator[None]:
    """Write numbers in so many significant digits inside this context.

    >>> with digits_shown(2):
    ...     number(0.12345)
    '0.12'
    """
    token = _digits.set(digits)
    try:
        yield
    finally:
        _digits.reset(token)


def number(x: float) -> str:
    """`x` in four significant digits, trailing zeros trimmed, with a real minus sign."""
    return _number(x, _digits.get())


@lru_cache(maxsize=1 << 14)
def _number(x: float, digits: int) -> str:
    if x is UNKNOWN:
        return "?"
    if not math.isfinite(x):
        return str(float(x)).replace("-", MINUS)
    if x == 0:
        return "0"
    if abs(x) >= 1e-3:
        return f"{x:.{digits}g}".replace("-", MINUS)
    mantissa, _, exponent = f"{x:.{digits - 1}e}".partition("e")
    trimmed = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{trimmed}e{exponent}".replace("-", MINUS)


def signed(x: float) -> str:
    """`number(x)` with its sign always written."""
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
    """`x` in full precision, with a real minus sign, for tooltips."""
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
    """The number of columns that `text` takes in a terminal."""
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
    """`text` with U+FFFD for what a terminal would obey, turn around, or no XML file may hold."""
    return _OBEYED.sub("\N{REPLACEMENT CHARACTER}", _BREAKS.sub("\n", text))


def written_label(value: Any) -> str:
    """The label of a value as it was given, printable and without space around it."""
    return printable(str(value.label)).strip()


def label_of(value: Any) -> str:
    r"""The label of a value, printable and without space around it; "" where it has none.

    LaTeX is read as Unicode: `$\lambda$` is λ.
    """
    return as_unicode(written_label(value))


def read_name(name: str) -> str:
    r"""A name with its label in Unicode: `$\lambda$⁽²⁾` is λ⁽²⁾."""
    label, end, number = name.rpartition("$")
    return as_unicode(f"{label}{end}") + number if label[:1] == "$" else name


def is_compound(text: str) -> bool:
    """True for what reads as a calculation, such as `y − a`; `1.2e−05` does not.

    >>> is_compound("y − a"), is_compound("1.2e−05"), is_compound("layer1.neuron2.w[0]")
    (True, False, False)
    """
    return bool(_OPERATOR.search(_EXPONENT.sub("", text)))


def atom(text: str, *, first: bool = False) -> str:
    """`text` in parentheses where it would be misread in a product; a minus may come `first`.

    >>> atom("w"), atom("y − a"), atom("−2"), atom("−2", first=True)
    ('w', '(y − a)', '(−2)', '−2')
    """
    return f"({text})" if is_compound(text.removeprefix(MINUS) if first else text) else text


def derivative(above: str, below: str, *, use: int = 0, direct: bool = False) -> str:
    """`∂z/∂w`; by one of several uses of `below`, `∂f/∂(1st a)`, or its direct part, `∂⁺z/∂w`.

    >>> derivative("z", "w"), derivative("f", "a", use=2), derivative("f", "a + b", direct=True)
    ('∂z/∂w', '∂f/∂(2nd a)', '∂⁺f/∂(a + b)')
    """
    by = f"({use_of(below, use)})" if use else atom(below)
    return f"∂{'⁺' * direct}{atom(above)}/∂{by}"


def use_of(name: str, use: int = 0) -> str:
    """An operand by its value's name, and by which `use` of that it is where there are several.

    >>> use_of("a"), use_of("a", 2), use_of("a", 11), use_of("a", 21)
    ('a', '2nd a', '11th a', '21st a')
    """
    last = 0 if use // 10 % 10 == 1 else use % 10
    ending = {1: "st", 2: "nd", 3: "rd"}.get(last, "th")
    return f"{use}{ending} {name}" if use else name


def html(text: str) -> str:
    r"""`text` inside a DOT HTML label: markup is escaped, and so is `\N`, which DOT expands."""
    return escape(printable(_SPACES.sub(" ", text))).replace("\\", "\\\\")


def quoted(text: str) -> str:
    """`text` as a quoted DOT string for a tooltip, which DOT unescapes twice."""
    text = printable(text).replace("&", "&amp;").replace("\\", "\\\\\\\\")
    return '"' + text.replace('"', "&quot;").replace("\n", "&#10;") + '"'
