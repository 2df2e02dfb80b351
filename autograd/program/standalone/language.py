"""Languages of floats: how each is written, as a table."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from autograd.errors import GraphError
from autograd.program.backends.expressions import Written
from autograd.program.symbols import Symbol, refused_as_opaque
from autograd.program.tokens import numpy_name, plain_name


class Language(NamedTuple):
    """A table of how a language is written.

    Attributes:
        spelled: operations that are written with signs.
        functions: the functions that the other operations are.
        helpers: the text of those functions that the language has not, and which of the others
            they need.
        number: the text of a number.
        constant, variable, condition: how a name is first set, if it stays what it is, if not, and
            if it is true or false.
        end: of a line.
        either: how a name that is true or false becomes true with another.
        truth: a condition as a number.
        longest: a function that reads and writes more than so many names is cut into several.
        piece: a call of one of those.
        array, listed: how an array of so many numbers is set up, and one of these numbers.
        up, down, close: the head of a loop that counts up or down, and its end.
        indent: of the lines in a loop.
    """

    spelled: dict[str, Written]
    functions: dict[str, str]
    helpers: dict[str, tuple[str, tuple[str, ...]]]
    number: Callable[[Any], str]
    constant: str = ""
    variable: str = ""
    condition: str = ""
    end: str = ""
    either: str = "{0} = {0} or {1}"
    truth: str = "{}"
    longest: float = float("inf")
    piece: str = ""
    array: str = "{0} = [0.0] * {1}"
    listed: str = "{0} = [{2}]"
    up: str = "for {0} in range({1}):"
    down: str = "for {0} in range({2}, -1, -1):"
    close: str = ""
    indent: str = "    "


def number_text(x: Any, nan: str, infinity: str) -> str:
    """A number as text, in brackets where it has a sign; nan has none."""
    x = float(x)
    text = nan if x != x else infinity if math.isinf(x) else repr(abs(x))
    return f"(-{text})" if math.copysign(1.0, x) < 0.0 and x == x else text


def helpers_of(language: Language, used: Iterable[str]) -> list[str]:
    """The texts of the functions that are used and that the language has not, in order."""
    needed: set[str] = set()
    todo = [name for name in used if name in language.helpers]
    while todo:
        name = todo.pop()
        if name not in needed:
            needed.add(name)
            todo += language.helpers[name][1]
    return [text for name, (text, _) in language.helpers.items() if name in needed]


def unwritable(x: Symbol) -> GraphError:
    """An error for what is no elementary operation."""
    refusal = refused_as_opaque(x.function, "a file that stands alone")
    if refusal is not None:
        return GraphError(refusal)
    primitive = getattr(x.function, "primitive", None)
    if primitive is None:
        name = numpy_name(x.function) or plain_name(getattr(x.function, "__name__", x.op))
        return GraphError(
            f"the rule of a primitive calls {name}, which a file that stands alone cannot; write "
            "it with autograd's functions and operators"
        )
    return GraphError(
        f"the primitive {plain_name(primitive.name)} is no formula that a file could hold: its "
        "computation branches on its operands, or calls what is no elementary operation. Write it "
        "with autograd's functions and where(x > 0, a, b), or say it so in "
        "define(…, elementary=lambda x: …)"
    )
