"""An operation written in plain text: `w · x`, `(y − a)²`, `σ(z)`, `w0·x0 + w1·x1 + b`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from autograd import Primitive
from viz.text import MINUS, number, printable

MOST_TERMS = 6
"""Terms of a long sum or product that are written out."""

DIRECT = "the direct part alone, without the paths over other values"
"""What ∂⁺ means."""

_RAISED = str.maketrans(f"0123456789{MINUS}", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_RAISED_TEXT = {chr(code) for code in _RAISED}
_JOINS = {"add": " + ", "sub": f" {MINUS} ", "sum": " + "}
_MARKS = frozenset(f" +-*/×·÷^{MINUS}")


def written(primitive: Primitive, operands: Sequence[str], *, times: str = " · ") -> str:
    """`primitive` applied to `operands`, which are names or numbers as texts.

    >>> from autograd import PRIMITIVES
    >>> sigmoid, dot = PRIMITIVES["sigmoid"], PRIMITIVES["dot"]
    >>> written(sigmoid, ["z"]), written(dot, ["w", "x", "b"], times="·")
    ('σ(z)', 'w·x + b')
    """
    name = primitive.name
    if name in _JOINS:
        return _JOINS[name].join(_terms(operands))
    if name in _SHAPES:
        return _SHAPES[name](operands, times)
    if name == "power":
        return _power(operands[0], number(primitive.constants["exponent"]))
    return _call(primitive, operands)


def atom(text: str, *, first: bool = False) -> str:
    """`text` in parentheses where it would be misread in a product; a minus may come `first`.

    >>> atom("w"), atom("y − a"), atom("−2"), atom("−2", first=True)
    ('w', '(y − a)', '(−2)', '−2')
    """
    inner = text.removeprefix(MINUS) if first else text
    inner = inner.replace(f"e{MINUS}", "e").replace("e+", "e")
    return f"({text})" if _MARKS & set(inner) else text


def derivative(above: str, below: str, *, use: int = 0, direct: bool = False) -> str:
    """`∂z/∂w`, with parentheses around a name that reads as a formula.

    Args:
        use: which of several uses of `below` in the operation, from 1: `∂f/∂(1st a)`.
        direct: the direct part alone, without the paths over other values: `∂⁺z/∂w`.

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


def _terms(operands: Sequence[str]) -> list[str]:
    first, *others = operands
    return _cut([first, *map(_atom_of_sum, others)])


def _atom_of_sum(text: str) -> str:
    return f"({text})" if text.startswith(MINUS) else text


def _cut(terms: list[str]) -> list[str]:
    return terms if len(terms) <= MOST_TERMS else [*terms[: MOST_TERMS - 2], "…", terms[-1]]


def _product(operands: Sequence[str], times: str) -> str:
    first, *others = operands
    return times.join(_cut([atom(first, first=True), *map(atom, others)]))


def _quotient(operands: Sequence[str], _: str) -> str:
    return f"{atom(operands[0], first=True)} / {atom(operands[1])}"


def _power(base: str, exponent: str) -> str:
    if set(exponent) <= _RAISED_TEXT:
        return f"{atom(base)}{exponent.translate(_RAISED)}"
    return f"{atom(base)}^{atom(exponent)}"


def _dot(operands: Sequence[str], times: str) -> str:
    half = len(operands) // 2
    pairs = zip(operands[:half], operands[half : 2 * half], strict=True)
    terms = [times.join(map(atom, pair)) for pair in pairs]
    return " + ".join(_cut([*terms, *map(_atom_of_sum, operands[2 * half :])]))


def _mean(operands: Sequence[str], _: str) -> str:
    return f"({' + '.join(_terms(operands))}) / {len(operands)}"


_SHAPES: dict[str, Callable[[Sequence[str], str], str]] = {
    "mul": _product,
    "prod": _product,
    "div": _quotient,
    "dot": _dot,
    "mean": _mean,
    "neg": lambda operands, _: f"{MINUS}{atom(operands[0])}",
    "identity": lambda operands, _: operands[0],
    "pow": lambda operands, _: f"{atom(operands[0])}^{atom(operands[1])}",
    "abs": lambda operands, _: f"|{operands[0]}|",
    "sqrt": lambda operands, _: f"√{atom(operands[0])}",
}


def _call(primitive: Primitive, operands: Sequence[str]) -> str:
    """A function's call, with its constants: `σ(z)`, `LReLU(z, slope=0.01)`."""
    symbol = printable(primitive.symbol)
    name = symbol if symbol.isalnum() else printable(primitive.name)
    constants = [f"{key}={_constant(value)}" for key, value in primitive.constants.items()]
    return f"{name}({', '.join([*_cut(list(operands)), *constants])})"


def _constant(value: object) -> str:
    return number(value) if isinstance(value, float) else str(value)
