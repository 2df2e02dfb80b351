"""Names for the leaves of a file: identifiers of every language, made of labels.

`layer1.neuron2.w[0]` becomes `layer1_neuron2_w_0`, `θ₁` theta1. A label of which nothing is left,
and one that is a word of the language, is numbered. Of what a user wrote, only letters, digits and
underscores reach a file.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Iterable, Iterator

LONGEST = 50
"""C tells identifiers apart by their first 63 characters."""
_NUMBERED = re.compile(r"d?v\d+|[rt]\d+|.*_part\d+")
_GREEK = re.compile(r"GREEK (SMALL|CAPITAL) LETTER (?:FINAL )?([A-Z]+)")
_WORDS = """
auto break case char const continue default do double else enum extern float for goto if
inline int long register restrict return short signed sizeof static struct switch typedef
union unsigned void volatile while _Bool _Complex _Imaginary asm near far main errno
alignas alignof bool constexpr nullptr thread_local typeof_unqual linux unix
M_E M_LOG2E M_LOG10E M_LN2 M_LN10 M_PI M_PI_2 M_PI_4 M_1_PI M_2_PI M_2_SQRTPI M_SQRT2 M_SQRT1_2
arguments await catch class debugger delete eval export extends false finally function
implements import in instanceof interface let new null package private protected public super
switch this throw true try typeof undefined var with yield Math Infinity NaN INFINITY NAN
HUGE_VAL Float64Array Array math numpy np inf nan float len range zip list sum None
abs absolute arccos arccosh arcsin arcsinh arctan arctan2 arctanh acos acosh asin asinh atan atan2
atanh cbrt copysign cos cosh divide erf erfc exp expm1 fabs floor fmod hypot log log10 log1p
log2 power pow sin sinh sqrt tan tanh number inputs parameters PARAMETERS INPUTS value values
gradient gradients jacobian value_and_grad valueAndGrad everything kept rows
"""
RESERVED = {*_WORDS.split(), *keyword.kwlist, *keyword.softkwlist}
"""Words that the languages (C with its later standards and GNU's), or the files, have a use for."""


def identifier(text: str) -> str:
    """An identifier like a label; "" if there is nothing to make one of.

    >>> identifier("layer1.neuron2.w[0]"), identifier("θ₁"), identifier("*/"), identifier("2x")
    ('layer1_neuron2_w_0', 'theta1', '', '')
    """
    plain = "".join(map(_spelled, unicodedata.normalize("NFKD", text[: 4 * LONGEST])))
    plain = re.sub(r"[^A-Za-z0-9]+", "_", plain).strip("_")[:LONGEST]
    return "" if plain[:1].isdigit() else plain


def _spelled(character: str) -> str:
    """A Greek letter by its name; nothing for an accent."""
    if unicodedata.combining(character):
        return ""
    found = _GREEK.fullmatch(unicodedata.name(character, ""))
    if found is None:
        return character
    return found[2].lower() if found[1] == "SMALL" else found[2].capitalize()


def identifiers(labels: Iterable[tuple[str, str]], reserved: Iterable[str] = ()) -> Iterator[str]:
    """A name of its own for each label, or else its number (`p3`), in order.

    With it goes that of its gradient, which begins with d. Names that are taken get a number.

    >>> list(identifiers([("w", "p0"), ("w", "p1"), ("dw", "p2"), ("if", "p3"), ("", "p4")]))
    ['w', 'w_1', 'dw_2', 'if_1', 'p4']
    """
    taken = {*RESERVED, *reserved}
    for label, number in labels:
        stem = name = identifier(label) or number
        count = 0
        while not taken.isdisjoint({name, f"d{name}"}) or _NUMBERED.fullmatch(name):
            count += 1
            name = f"{stem}_{count}"
        taken |= {name, f"d{name}"}
        yield name
