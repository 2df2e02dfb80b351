"""Parts of source text: numbers, names of our own, and the check that nothing else is in it.

A name in a source is a letter for its kind and a number (`t3`, `dA2`, `f1`), or NumPy's own name of
one of its functions. Functions and arrays are in the source's scope under such names; numbers are
written as Python writes floats. `checked` reads every source once more before it is run.
"""

from __future__ import annotations

import math
import re
import string
from collections.abc import Collection
from typing import Any

import numpy as np

from autograd.errors import GraphError

SCOPE: dict[str, Any] = {"inf": math.inf, "nan": math.nan}
"""The names that every source can refer to: the floats that Python has no literal for."""

_KIND = re.compile(r"d?R?[APXZ]\d*|[cdfgprstvx]\d+|d[pvx]\d+")
_WORDS = {
    "and", "else", "for", "if", "in", "not", "or", "def", "pass", "return", "None", "True", "False",
    "np", "inf", "nan", "forward", "backward", "run", "inputs", "parameters", "seed", "out",
    "where", "axis", "range", "clip", "fill", "reduceat", "add",
}  # fmt: skip
_WORD = re.compile(r"(?<!\w)[^\W\d]\w*")
_CHARACTERS = frozenset(string.ascii_letters + string.digits + "_ \n()[].,:=+-*/%<>!#")


def number(x: Any) -> str:
    """A number as Python text; `inf` and `nan` are in SCOPE."""
    text = repr(bool(x)) if isinstance(x, (bool, np.bool_)) else repr(float(x))
    return f"({text})" if text.startswith("-") else text


def plain_name(name: Any) -> str:
    """A function's name as a reader may be shown it: an identifier, or f for any other text."""
    return name if isinstance(name, str) and name.isidentifier() and len(name) <= 60 else "f"


def numpy_name(function: Any) -> str | None:
    """NumPy's own name of one of its functions; None for functions of anybody else."""
    name = getattr(function, "__name__", "")
    return name if vars(np).get(name) is function else None


def checked(code: str, scope: dict[str, Any], readable: Collection[str] = ()) -> str:
    """The source, if it is made of what sources are made of, and of nothing else.

    Args:
        readable: names of ours that a reader knows, such as exp and sigmoid.

    Raises:
        GraphError: a character, or a word, that no statement of ours has.
    """
    foreign = set(code.replace("'clip'", "")) - _CHARACTERS
    words = set(_WORD.findall(code)) - _WORDS - set(readable)
    foreign |= {w for w in words if not _KIND.fullmatch(w) and numpy_name(scope.get(w)) != w}
    if foreign:
        raise GraphError(
            f"a program's source has something in it that no statement is made of: "
            f"{sorted(foreign)[:3]!a:.80}; it is not run. Please report the function"
        )
    return code
