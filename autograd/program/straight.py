"""Straight-line Python over floats, for one example of a graph without regularity.

One line for each operation, forward, then one for each message, backward. A primitive whose
computation on arrays is one of NumPy's functions is that operator, or the function of floats in
`math`; any other is called. A float operation that raises (1/0, exp(1000)) ends the run; the array
statements then take over, by IEEE 754.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.node.conditions import CHOOSE
from autograd.primitives.adding import plain_sum
from autograd.primitives.indexing import TAKE, checked_index
from autograd.primitives.primitive import Primitive
from autograd.primitives.reductions import dot_, sum_
from autograd.program.adjoint import SHORT, sends_nothing, size
from autograd.program.arrange import index_blocks
from autograd.program.backends.text import said, written
from autograd.program.floats import SPELLED, Scalar, applied, shown
from autograd.program.logarithms import LogOf, through_logarithms
from autograd.program.plan import Operand, Plan
from autograd.program.spelling import SCOPE, checked, number, plain_name
from autograd.program.symbols import (
    AsNumber,
    Expression,
    Symbol,
    apply,
    slopes_of,
)

LONG = 40
"""From how many operands on a sum is a call of `sum`, rather than written out."""


@dataclass(frozen=True)
class StraightSource:
    """A plan as one Python function of two sequences: the inputs' numbers and the parameters'.

    Attributes:
        code: the source; it defines `run(inputs, parameters, seed)`, which returns the outputs and
            the gradients with respect to the leaves of the wanted blocks.
        scope: what the source refers to.
        heading: what the names stand for, line by line.
        forward: the statements for the reader.
        messages: what makes each line of `backward`.
        wanted: the leaves that gradients are for, in order.
    """

    code: str
    heading: tuple[str, ...]
    forward: tuple[str, ...]
    messages: list[Callable[[], str]]
    scope: dict[str, Any]
    wanted: tuple[int, ...]

    @property
    def backward(self) -> tuple[str, ...]:
        """The messages, for the reader: text is made of them only when it is asked for."""
        return tuple(say() for say in self.messages)

    @property
    def text(self) -> str:
        """The statements as mathematics writes them."""
        return said([f"# {line}" for line in self.heading], self.forward, self.backward)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<source of {len(self.forward) + len(self.backward)} statements>"


def write_straight(plan: Plan, wanted: Callable[[int], bool], *, gradient: bool) -> StraightSource:
    """Write a plan as straight-line Python; `wanted` says for which blocks gradients are wanted."""
    return _Writer(plan, wanted).source(gradient)


class _Writer:
    def __init__(self, plan: Plan, wanted: Callable[[int], bool]):
        self.plan = plan = through_logarithms(plan)
        self.lines: list[str] = []
        self.said: list[Callable[[], str]] = []
        self.scope: dict[str, Any] = {**SCOPE}
        self._functions: dict[int, str] = {}
        leaves = plan.leaves
        self.names = [
            f"p{leaf.element}" if leaf.block < 0 else f"x{i}" for i, leaf in enumerate(leaves)
        ]
        self.names += [f"v{i}" for i in range(len(leaves), len(plan))]
        indices = index_blocks(plan)
        self.wanted = tuple(
            i for i, leaf in enumerate(leaves) if wanted(leaf.block) and leaf.block not in indices
        )
        self.needs = [i in set(self.wanted) for i in range(len(leaves))]
        self.sent: set[int] = set()
        self.unconditional: set[int] = set()
        self.count = 0

    def source(self, gradient: bool) -> StraightSource:
        plan, first = self.plan, len(self.plan.leaves)
        for value, step in enumerate(plan.steps, start=first):
            self.needs.append(any(self.needs[v] for v in step.operands if not isinstance(v, float)))
            forward = self._forward(step.primitive, step.operands, self._function)
            begin = "0.0 + " if value in plan.from_zero else ""
            self.lines.append(f"{self.names[value]} = {begin}{forward}")
        outputs = ", ".join(self._name(v) for v in plan.outputs)
        gradients = ""
        if gradient:
            self.lines.append("# backward")
            self._backward()
            gradients = ", ".join(f"d{v}" if v in self.sent else "0.0" for v in self.wanted)
        inputs = [n for n, leaf in zip(self.names, plan.leaves, strict=False) if leaf.block >= 0]
        parameters = [f"p{i}" for i in range(plan.parameters)]
        head = [f"[{', '.join(inputs)}] = inputs"] * bool(inputs)
        head += [f"[{', '.join(parameters)}] = parameters"] * bool(parameters)
        body = "\n    ".join([*head, *self.lines, f"return [{outputs}], [{gradients}]"])
        code = f"def run(inputs, parameters, seed):\n    {body}\n"
        return StraightSource(
            checked(code, self.scope),
            tuple(self._heading()),
            tuple(self._forward_said()),
            self.said,
            self.scope,
            self.wanted,
        )

    def _heading(self) -> Iterator[str]:
        for place, block in enumerate(self.plan.blocks):
            found = [
                n
                for n, leaf in zip(self.names, self.plan.leaves, strict=False)
                if leaf.block == place
            ]
            if found:
                yield f"{_span(found)}: argument {block.argument}"
        if self.plan.parameters:
            yield f"{_span([f'p{i}' for i in range(self.plan.parameters)])}: parameters"

    def _name(self, v: Operand) -> str:
        return number(v) if isinstance(v, float) else self.names[v]

    def _forward_said(self) -> Iterator[str]:
        """The statements for the reader: functions by their names."""
        for name, step in zip(self.names[len(self.plan.leaves) :], self.plan.steps, strict=True):
            yield f"{name} = {self._forward(step.primitive, step.operands, shown)}"

    def _function(self, function: Any, _: Any = None) -> str:
        name = self._functions.setdefault(id(function), f"f{len(self._functions) + 1}")
        self.scope[name] = function
        return name

    # Forward

    def _forward(
        self, primitive: Primitive, operands: tuple[Operand, ...], call: Callable[..., str]
    ) -> str:
        """One operation as text; `call` names a function, for Python or for the reader."""
        names = [self._name(v) for v in operands]
        if primitive is CHOOSE:
            return f"{names[1]} if {names[0]} else {names[2]}"
        if primitive is TAKE:
            rows, check = ", ".join(names[:-1]), call(checked_index, None)
            return f"[{rows}][{check}({names[-1]}, {len(names) - 1})]"
        if primitive is dot_:
            n = len(names) // 2
            pairs = zip(names[:n], names[n : 2 * n], strict=True)
            return self._total([names[-1], *(f"{w} * {x}" for w, x in pairs)], call)
        if primitive is sum_:
            return self._total(["0.0", *names], call)
        return applied(primitive, names, call)

    def _total(self, terms: list[str], call: Callable[..., str]) -> str:
        if len(terms) > LONG:
            return f"{call(plain_sum, None)}([{', '.join(terms)}])"
        return " + ".join(terms)

    # Backward

    def _backward(self) -> None:
        (output,) = self.plan.outputs
        if isinstance(output, float) or not self.needs[output]:
            return
        self.lines.append(f"d{output} = seed")
        self.said.append(lambda: f"d{self.names[output]} = 1")
        self.sent.add(output)
        self.unconditional.add(output)
        first = len(self.plan.leaves)
        for value in range(len(self.plan) - 1, first - 1, -1):
            if value in self.sent and self.needs[value]:
                step = self.plan.steps[value - first]
                self._messages(value, step.primitive, step.operands)

    def _messages(self, value: int, primitive: Primitive, operands: tuple[Operand, ...]) -> None:
        if primitive is CHOOSE or primitive is TAKE:
            self._to_the_chosen(value, primitive, operands)
            return
        symbols = [v if isinstance(v, float) else Scalar(None, (), self.names[v]) for v in operands]
        slopes = slopes_of(primitive, Scalar(None, (), self.names[value]), symbols)
        known: dict[Any, str] = {}
        for v, slope in zip(operands, slopes, strict=True):
            if isinstance(v, float) or not self.needs[v] or sends_nothing(primitive, slope):
                continue
            message = apply(np.multiply, Scalar(None, (), f"d{value}"), slope)
            text = self._text(message, known)
            self._say(v, value, primitive, slope)
            reached = "" if value in self.unconditional else f"r{value}"
            self._send(v, f"{text} if {reached} else 0.0" if reached else text, reached)

    def _to_the_chosen(
        self, value: int, primitive: Primitive, operands: tuple[Operand, ...]
    ) -> None:
        choices: list[tuple[Operand, str]] = []
        if primitive is TAKE:
            index = self._name(operands[-1])
            choices = [(v, f"{index} == {i}") for i, v in enumerate(operands[:-1])]
        else:
            condition = self._name(operands[0])
            choices = [(operands[1], condition), (operands[2], f"not {condition}")]
        for v, test in choices:
            if not isinstance(v, float) and self.needs[v]:
                self._say(v, value, primitive, 1.0, f" if {test} else 0")
                if value not in self.unconditional:
                    test = f"{test} and r{value}"
                self._send(v, f"d{value} if {test} else 0.0", test)

    def _say(
        self, v: int, value: int, primitive: Primitive, slope: Expression, after: str = ""
    ) -> None:
        """Tell the reader of a message: dv += dvalue · slope."""
        sign = "+=" if v in self.sent else "="

        def say() -> str:
            adjoint = Scalar(None, (), f"d{self.names[value]}")
            message = written(apply(np.multiply, adjoint, slope))
            if size(slope) > SHORT and primitive.arity == 1:
                (x,) = self.plan.steps[value - len(self.plan.leaves)].operands
                message = f"{adjoint.name} * {plain_name(primitive.name)}_prime({self._name(x)})"
            if isinstance(primitive, LogOf):
                names = map(self._name, self.plan.steps[value - len(self.plan.leaves)].operands)
                message = "{2} * {3}_prime({1}) / {0}".format(
                    *names, adjoint.name, plain_name(primitive.q.name)
                )
            return f"d{self.names[v]} {sign} {message}{after}"

        self.said.append(say)

    def _send(self, v: int, message: str, reached: str) -> None:
        """Write dv += message, and where `reached` tells whether it was sent, note that too."""
        self.lines.append(f"d{v} {'+=' if v in self.sent else '='} {message}")
        if not reached:
            self.unconditional.add(v)
        elif v not in self.unconditional:
            before = f"r{v} or " if v in self.sent else ""
            self.lines.append(f"r{v} = {before}({reached})")
        self.sent.add(v)

    def _text(self, expression: Expression, known: dict[Any, str]) -> str:
        """An expression as Python text; calls get a line and a name of their own, once."""
        if not isinstance(expression, Symbol):
            return number(expression)
        function: Any = expression.function
        function = function.comparison if isinstance(function, AsNumber) else function
        args = expression.args
        if function is None:
            return expression.name
        if expression.key in known:
            return known[expression.key]
        inner = [self._text(arg, known) for arg in args]
        if function in SPELLED:
            return f"({SPELLED[function].format(*inner)})"
        self.count += 1
        name = known[expression.key] = f"t{self.count}"
        simple = [self._named(text) for text in inner]
        self.lines.append(f"{name} = {applied(function, simple, self._function)}")
        return name

    def _named(self, text: str) -> str:
        """A name for a text that is not one already, since it may stand in several places."""
        if text.replace(".", "").replace("_", "").isalnum():
            return text
        self.count += 1
        self.lines.append(f"t{self.count} = {text}")
        return f"t{self.count}"


def _span(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} … {names[-1]}"
