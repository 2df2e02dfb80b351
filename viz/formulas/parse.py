"""Formulas as text: numbers, names, arithmetic and the engine's own functions, nothing else.

A formula such as `"z = w*x + b; 0.5*(sigmoid(z) - y)**2"` becomes a graph of Values while it is
read, by a grammar of its own; no Python in it is ever evaluated. (Python's own parser would refuse
`lambda` as a name and long sums for their depth, and could not say what is wrong.)

    program   = statement (";" statement)* [";"]
    statement = [NAME "="] sum
    sum       = product (("+" | "-") product)*
    product   = signed (("*" | "/") signed)*
    signed    = ("+" | "-")* power
    power     = atom ["**" signed]
    atom      = NUMBER | NAME | NAME "(" arguments ")" | "(" sum ")" | "[" [sum ("," sum)*] "]"
    arguments = [argument ("," argument)*],  argument = [NAME "="] sum

Numbers that meet only numbers are worked out at once and leave no node.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from autograd import PRIMITIVES, AutogradError, Value
from viz.errors import FormulaError
from viz.formulas.functions import FUNCTIONS, apply, suggestion
from viz.formulas.tokens import Token, checked_name, tokens

CONSTANTS = {"pi": math.pi, "e": math.e}
DEEPEST = 40
_ONLY_IN_CALLS = "a list can only be given to a function, such as sum([a, b])"
_OPERATORS: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
}
_OF_FLOATS: dict[Callable[..., Any], str] = {
    operator.add: "add", operator.sub: "sub", operator.mul: "mul", operator.truediv: "div",
    operator.pow: "pow", operator.neg: "neg",
}  # fmt: skip
_BINDING = {"+": 1, "-": 1, "*": 2, "/": 2, "**": 3}
"""The closer an operator binds its operands, the larger."""


@dataclass(frozen=True)
class Formula:
    """A formula and the graph it became.

    Attributes:
        text: the formula.
        output: the Value of its last statement.
        leaves: the Values of the names that were given, in the order given.
        named: the Values of the statements `name = …`.
    """

    text: str
    output: Value
    leaves: dict[str, Value]
    named: dict[str, Value]


def parse(text: str, /, **values: float | Value) -> Formula:
    """Build the graph of a formula.

    Statements are separated by `;`, and all but the last give a name to a part. The output is
    labelled with its name, or `f`. `pi` and `e` have their values unless given others.

    Args:
        text: the formula.
        **values: a number (or a Value) for every name in it.

    Raises:
        FormulaError: the formula, a name or a value cannot be understood.

    >>> neuron = parse("z = w*x + b; 0.5*(sigmoid(z) - y)**2", w=2, x=-1, b=3, y=1)
    >>> neuron.output.backward()
    >>> round(neuron.leaves["w"].grad, 4)
    0.0529
    """
    leaves = {checked_name(name): _leaf(name, value) for name, value in values.items()}
    reader = _Reader(text, leaves)
    output = reader.program()
    named = {name: value for name, value in reader.named.items() if isinstance(value, Value)}
    return Formula(text, output, leaves, named)


def _leaf(name: str, value: Any) -> Value:
    if isinstance(value, Value):
        return value
    try:
        return Value(value, label=name)
    except (AutogradError, TypeError, ValueError) as error:
        raise FormulaError(f"the value of {name} is no number: {error}") from None


class _Reader:
    """One reading of a formula, token by token; each method gives the value of what it reads."""

    def __init__(self, text: str, leaves: Mapping[str, Value]):
        self._text, self._leaves = text, leaves
        self._tokens = tokens(text)
        self._at = self._depth = 0
        self._used: set[str] = set()
        self.named: dict[str, Value | float] = {}

    def program(self) -> Value:
        """The value of the last statement."""
        statements = [self._statement()]
        while self._next.kind != "end":
            statements.append(self._statement())
        *parts, (name, result, _) = statements
        for leaf in self._leaves:
            if leaf not in self._used:
                raise FormulaError(f"{leaf} is given a value, but the formula does not use it")
        for part, _, start in parts:
            if not part:
                raise self._fail(
                    "only the last statement may go without a name; write z = …", start
                )
            if part not in self._used:
                raise self._fail(f"{part} is never used", start)
        name = name or ("output" if "f" in {*self._leaves, *self.named} else "f")
        return Value(result, label=name) if isinstance(result, float) else _labelled(result, name)

    def _statement(self) -> tuple[str, Value | float, Token]:
        """The name it gives ("" for none), its value, and where it starts."""
        start = self._next
        name = self._assigned()
        first = self._next
        result = self._sum()
        if self._next.kind not in (";", "end"):
            raise self._out_of_place()
        if isinstance(result, list):
            raise self._fail(_ONLY_IN_CALLS, first)
        self._skip(";")
        if name in self.named or name in self._leaves:
            why = "already has a value" if name in self._leaves else "is assigned twice"
            raise self._fail(f"{name} {why}", start)
        if name:
            self.named[name] = _labelled(result, name)
        return name, result, start

    def _sum(self) -> Any:
        with self._deeper(f"nested more than {DEEPEST} deep; name a part: z = …; …", self._next):
            return self._operations(1)

    def _operations(self, least: int) -> Any:
        """Atoms and the operations between them that bind at least so closely."""
        left = self._signed() if self._next.kind in ("+", "-") else self._atom()
        while (binding := _BINDING.get(self._next.kind, 0)) >= least:
            sign = self._take()
            if sign.kind == "**":
                with self._deeper(f"more than {DEEPEST} powers of powers", sign):
                    right = self._operations(binding)
            else:
                right = self._operations(binding + 1)
            left = self._operate(sign, _OPERATORS[sign.kind], left, right)
        return left

    def _signed(self) -> Any:
        minuses = []
        while self._next.kind in ("+", "-"):
            sign = self._take()
            minuses += [sign] if sign.kind == "-" else []
        operand = self._operations(_BINDING["**"])
        odd = len(minuses) % 2
        return self._operate(minuses[0], operator.neg, operand) if odd else operand

    def _atom(self) -> Any:
        token = self._take()
        if token.kind == "number":
            number = float(token.text)
            if math.isinf(number):
                raise self._fail("this number is beyond the range of a float, about 1.8e308", token)
            return number
        if token.kind == "name":
            return self._call(token) if self._next.kind == "(" else self._look_up(token)
        if token.kind == "(":
            inside = self._sum()
            self._close(")", token)
            return inside
        if token.kind == "[":
            items: list[Any] = []
            self._separated("]", token, lambda: items.append(self._sum()))
            return items
        where = f"before {token.text}" if token.text else "at the end of the formula"
        raise self._fail(f"a number or a name is missing {where}", token)

    def _look_up(self, token: Token) -> Value | float:
        name = token.name
        self._used.add(name)
        for known in (self.named, self._leaves, CONSTANTS):
            if name in known:
                return known[name]
        if name in FUNCTIONS:
            raise self._fail(f"{name} is a function: write {name}(…)", token)
        given = [*self._leaves, *self.named]
        hint = suggestion(name, given)
        known_names = f"known are {', '.join(given)}" if given else "no names are given"
        raise self._fail(
            f"{name} has no value: give one, such as {name}=2{hint} ({known_names})", token
        )

    def _call(self, function: Token) -> Any:
        arguments: list[Any] = []
        keywords: dict[str, Any] = {}

        def argument() -> None:
            start = self._next
            keyword = self._assigned()
            if keyword in keywords:
                raise self._fail(f"{keyword}= is given twice", start)
            if keywords and not keyword:
                raise self._fail("arguments without a name come before those with one", start)
            if keyword:
                keywords[keyword] = self._sum()
            else:
                arguments.append(self._sum())

        self._separated(")", self._take(), argument)
        try:
            return apply(function.name, arguments, keywords)
        except (AutogradError, FormulaError) as error:
            raise self._fail(str(error), function) from None

    def _operate(self, sign: Token, function: Callable[..., Any], *operands: Any) -> Any:
        if any(isinstance(operand, list) for operand in operands):
            raise self._fail(_ONLY_IN_CALLS, sign)
        if not any(isinstance(operand, Value) for operand in operands):
            function = PRIMITIVES[_OF_FLOATS[function]]  # which know IEEE 754
        try:
            return function(*operands)
        except AutogradError as error:
            raise self._fail(str(error), sign) from None

    # Tokens

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _skip(self, kind: str) -> bool:
        found = self._next.kind == kind
        self._at += found
        return found

    def _assigned(self) -> str:
        """The name of a `name =` that comes next, which is taken, or ""."""
        if self._next.kind != "name" or self._tokens[self._at + 1].kind != "=":
            return ""
        name = self._take().name
        self._take()
        return name

    def _separated(self, closing: str, opening: Token, read: Callable[[], None]) -> None:
        while self._next.kind != closing:
            read()
            if not self._skip(","):
                break
        self._close(closing, opening)

    def _close(self, closing: str, opening: Token) -> None:
        if self._next.kind in ("end", ";"):
            raise self._fail(f"this {opening.text} is never closed", opening)
        if not self._skip(closing):
            raise self._out_of_place()

    def _out_of_place(self) -> FormulaError:
        token = self._next
        if token.kind in ("number", "name", "(", "["):
            reason = "an operator is missing; a product is written with *"
        elif token.kind == "=":
            reason = "only a name can stand before =, at the start of a statement"
        elif token.kind in (")", "]"):
            reason = f"this {token.kind} closes nothing"
        else:
            reason = f"{token.text} cannot stand here"
        return self._fail(reason, token)

    @contextmanager
    def _deeper(self, reason: str, token: Token) -> Iterator[None]:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._fail(reason, token)
        yield
        self._depth -= 1

    def _fail(self, reason: str, token: Token) -> FormulaError:
        return FormulaError(reason, self._text, token.position, max(1, len(token.text)))


def _labelled(value: Any, name: str) -> Any:
    """`value`, labelled with this name unless it is a number, a leaf or has a name already."""
    if isinstance(value, Value) and not value.label and not value.is_leaf:
        value.label = name
    return value
