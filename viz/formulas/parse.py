"""Formulas as text: numbers, names, arithmetic and the engine's own functions, nothing else.

A formula such as `"z = w*x + b; 0.5*(sigmoid(z) - y)**2"` becomes a graph of Values. It is read
by a grammar of its own (`viz.formulas.grammar`) and run step by step on a stack; no Python in it
is ever evaluated. Numbers that meet only numbers are worked out at once and leave no node.
"""

from __future__ import annotations

import math
import operator
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from autograd import AutogradError, Value
from viz.errors import FormulaError
from viz.formulas.functions import FUNCTIONS, apply, suggestion
from viz.formulas.grammar import Call, Statement, Step, statements

CONSTANTS = {"pi": math.pi, "e": math.e}
_ONLY_IN_CALLS = "a list can only be given to a function, such as sum([a, b])"
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
}


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
    program = statements(text)
    leaves = {_name(name): _leaf(name, value) for name, value in values.items()}
    run = _Run(text, leaves)
    output = run.program(program)
    run.refuse_unused()
    named = {name: value for name, value in run.named.items() if isinstance(value, Value)}
    return Formula(text, output, leaves, named)


def assignments(pairs: Iterable[str]) -> dict[str, float]:
    """The values in texts such as `["w=2", "x=-1"]`.

    Raises:
        FormulaError: a text that is no assignment of a number, or a name assigned twice.

    >>> assignments(["w=2", "x=-1"])
    {'w': 2.0, 'x': -1.0}
    """
    values: dict[str, float] = {}
    for pair in pairs:
        name, equals, number = (part.strip() for part in pair.partition("="))
        if not equals or not name:
            raise FormulaError(f"{pair!r} gives no name a value; write name=number, such as w=2")
        name = _name(name)
        if name in values:
            raise FormulaError(f"{name} is given twice: {values[name]:g}, and now {pair!r}")
        try:
            values[name] = float(number)
        except ValueError:
            raise FormulaError(
                f"{name}={number} is not a number; write one such as {name}=2 or {name}=-0.5"
            ) from None
    return values


def _name(name: str) -> str:
    if not name.isidentifier():
        raise FormulaError(f"{name!r} is no name; a name has letters, digits and _, such as w1")
    return unicodedata.normalize("NFKC", name)


def _leaf(name: str, value: Any) -> Value:
    if isinstance(value, Value):
        return value
    try:
        return Value(value, label=name)
    except (AutogradError, TypeError, ValueError) as error:
        raise FormulaError(f"the value of {name} is no number: {error}") from None


class _Run:
    """One run of a program: a stack, the names known so far, and which of them were used."""

    def __init__(self, text: str, leaves: Mapping[str, Value]):
        self._text = text
        self._leaves = leaves
        self._stack: list[Any] = []
        self._used: set[str] = set()
        self._places: dict[str, Statement] = {}
        self.named: dict[str, Value | float] = {}

    def program(self, program: list[Statement]) -> Value:
        for statement in program[:-1]:
            self._assign(statement)
        last = program[-1]
        name = last.name or ("output" if "f" in {*self._leaves, *self.named} else "f")
        result = self._evaluate(last)
        if last.name:
            self._check_new(last)
            self._used.add(name)
            self.named[name] = result
        return Value(result, label=name) if isinstance(result, float) else _labelled(result, name)

    def _assign(self, statement: Statement) -> None:
        if not statement.name:
            raise self._fail(
                "only the last statement may go without a name; write z = …", statement.steps[0]
            )
        self._check_new(statement)
        result = self._evaluate(statement)
        if isinstance(result, Value):
            _labelled(result, statement.name)
        self.named[statement.name] = result
        self._places[statement.name] = statement

    def _check_new(self, statement: Statement) -> None:
        name = statement.name
        if name in self.named or name in self._leaves:
            why = "already has a value" if name in self._leaves else "is assigned twice"
            raise FormulaError(f"{name} {why}", self._text, statement.position, len(name))

    def refuse_unused(self) -> None:
        for name in self._leaves:
            if name not in self._used:
                raise FormulaError(f"{name} is given a value, but the formula does not use it")
        for name, statement in self._places.items():
            if name not in self._used:
                raise FormulaError(
                    f"{name} is never used", self._text, statement.position, len(name)
                )

    def _fail(self, reason: str, step: Step) -> FormulaError:
        return FormulaError(reason, self._text, step.position, step.length)

    def _evaluate(self, statement: Statement) -> Value | float:
        for step in statement.steps:
            self._stack.append(self._result(step))
        result = self._stack.pop()
        if isinstance(result, list):
            raise self._fail(_ONLY_IN_CALLS, statement.steps[-1])
        return result

    def _result(self, step: Step) -> Any:
        argument = step.argument
        if step.kind == "number":
            return argument
        if isinstance(argument, Call):
            return self._call(argument, step)
        if isinstance(argument, str):
            return self._look_up(argument, step)
        if isinstance(argument, int):
            return self._pop(argument)
        return self._operate(step)

    def _pop(self, count: int) -> list[Any]:
        taken = self._stack[len(self._stack) - count :]
        del self._stack[len(self._stack) - count :]
        return taken

    def _look_up(self, name: str, step: Step) -> Value | float:
        self._used.add(name)
        for known in (self.named, self._leaves, CONSTANTS):
            if name in known:
                return known[name]
        if name in FUNCTIONS:
            raise self._fail(f"{name} is a function: write {name}(…)", step)
        given = [*self._leaves, *self.named]
        hint = suggestion(name, given)
        known_names = f"known are {', '.join(given)}" if given else "no names are given"
        raise self._fail(
            f"{name} has no value: give one, such as {name}=2{hint} ({known_names})", step
        )

    def _operate(self, step: Step) -> Any:
        operands = self._pop(1 if step.kind == "negate" else 2)
        if any(isinstance(operand, list) for operand in operands):
            raise self._fail(_ONLY_IN_CALLS, step)
        fixed = not any(isinstance(operand, Value) for operand in operands)
        if fixed:
            operands[0] = Value(operands[0])
        try:
            result = -operands[0] if step.kind == "negate" else _OPERATORS[step.kind](*operands)
        except AutogradError as error:
            raise self._fail(str(error), step) from None
        return result.data if fixed else result

    def _call(self, call: Call, step: Step) -> Any:
        keywords = self._pop(len(call.keywords))
        arguments = self._pop(call.positional)
        if call.function not in FUNCTIONS:
            hint = suggestion(call.function, FUNCTIONS) or f"; there are {', '.join(FUNCTIONS)}"
            raise self._fail(f"there is no function {call.function}{hint}", step)
        constants = dict(zip(call.keywords, keywords, strict=True))
        try:
            return apply(call.function, arguments, constants)
        except (AutogradError, FormulaError) as error:
            raise self._fail(str(error), step) from None


def _labelled(value: Value, name: str) -> Value:
    """`value`, labelled with this name unless it is a leaf or has a name already."""
    if not value.label and not value.is_leaf:
        value.label = name
    return value
