"""Random graphs with sharing, as Hypothesis strategies; reused for compiled programs.

A `Plan` is a scalar program without numbers of its own: a list of steps over registers. It runs
on whatever its operations accept (Values, dual numbers, floats), which is what makes different
ways to differentiate comparable.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

import autograd as ag

__all__ = ["OPERATIONS", "Dual", "DualOperations", "Plan", "Step", "graphs", "plans", "points"]

# Name → number of operands (None: any). All are smooth and tame on the whole line, so that long
# random compositions stay within range and differences can be measured.
OPERATIONS: dict[str, int | None] = {
    "add": 2, "sub": 2, "mul": 2, "atan2": 2, "hypot": 2, "safe_div": 2, "safe_pow": 2,
    "neg": 1, "sin": 1, "cos": 1, "tanh": 1, "sigmoid": 1, "softplus": 1, "atan": 1, "asinh": 1,
    "erf": 1, "gelu": 1, "silu": 1, "bell": 1, "root": 1, "logarithm": 1, "square": 1,
    "sum": None, "mean": None, "norm": None, "logsumexp": None, "product": None, "dot": None,
}  # fmt: skip


def _shifted(x: Any) -> Any:
    """Something of the order of 1 that is never 0: keeps the origin out of norms and angles."""
    return x * x + 1.25


def operations(lib: Any) -> dict[str, Callable[..., Any]]:
    """Every operation, over any library with autograd's names."""
    return {
        "add": lambda x, y: x + y,
        "sub": lambda x, y: x - y,
        "mul": lambda x, y: lib.tanh(x) * y,
        "atan2": lambda x, y: lib.atan2(_shifted(x), y),
        "hypot": lambda x, y: lib.hypot(_shifted(x), y),
        "safe_div": lambda x, y: x / _shifted(y),
        "safe_pow": lambda x, y: _shifted(lib.tanh(x)) ** lib.tanh(y),
        "neg": lambda x: -x,
        "square": lambda x: lib.tanh(x) ** 2,
        "bell": lambda x: lib.exp(-(x * x)),
        "root": lambda x: lib.sqrt(_shifted(x)),
        "logarithm": lambda x: lib.log(_shifted(x)),
        "sum": lambda *xs: lib.sum(xs),
        "mean": lambda *xs: lib.mean(xs),
        "norm": lambda *xs: lib.norm([*xs, 1.5]),
        "logsumexp": lambda *xs: lib.logsumexp(xs),
        "product": lambda *xs: lib.prod([lib.tanh(x) for x in xs]),
        "dot": lambda *xs: lib.dot(xs, [lib.sin(x) for x in xs[::-1]], xs[0]),
    } | {
        name: getattr(lib, name)
        for name in ("sin", "cos", "tanh", "sigmoid", "softplus", "atan", "asinh", "erf", "gelu",
                     "silu")
    }  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One operation on registers; a negative register −k stands for the constant k/4."""

    name: str
    registers: tuple[int, ...]


@dataclass(frozen=True)
class Plan:
    """Inputs fill the first registers; every step adds one. The output sums the last few."""

    inputs: int
    steps: tuple[Step, ...]
    outputs: int

    def run(self, xs: Sequence[Any], lib: Any = ag) -> Any:
        """Evaluate on Values, floats, or anything that `lib` computes with."""
        table = operations(lib)
        registers = list(xs)
        assert len(registers) == self.inputs
        for step in self.steps:
            operands = [registers[r] if r >= 0 else r / -4.0 for r in step.registers]
            registers.append(table[step.name](*operands))
        return lib.sum([lib.tanh(r) for r in registers[-self.outputs :]])


@st.composite
def plans(draw: st.DrawFn, max_inputs: int = 4, max_steps: int = 25) -> Plan:
    """Random programs. Registers are reused freely: values have many successors."""
    inputs = draw(st.integers(1, max_inputs))
    steps: list[Step] = []
    for position in range(draw(st.integers(1, max_steps))):
        name = draw(st.sampled_from(sorted(OPERATIONS)))
        arity = OPERATIONS[name]
        n = arity if arity is not None else draw(st.integers(1, 4))
        available = inputs + position
        register = st.integers(max(0, available - 6), available - 1) | st.integers(0, available - 1)
        # Unary operations of constants make no node, so at least one operand is a register.
        operand = register if n == 1 else register | st.integers(-6, -1)
        registers = [draw(register), *(draw(operand) for _ in range(n - 1))]
        steps.append(Step(name, tuple(draw(st.permutations(registers)))))
    return Plan(inputs, tuple(steps), draw(st.integers(1, len(steps))))


def points(n: int, bound: float = 3.0) -> st.SearchStrategy[list[float]]:
    """n finite numbers within ±bound, zeros and repetitions included."""
    number = st.floats(-bound, bound, allow_subnormal=False) | st.sampled_from([0.0, 1.0, -1.0])
    return st.lists(number, min_size=n, max_size=n)


@st.composite
def graphs(draw: st.DrawFn, max_inputs: int = 4, max_steps: int = 25) -> tuple[Plan, list[float]]:
    """A random program and a point to evaluate it at."""
    plan = draw(plans(max_inputs, max_steps))
    return plan, draw(points(plan.inputs))


# Forward mode, written independently of the engine


class Dual:
    """x + d·ε with ε² = 0: a number and its derivative."""

    __slots__ = ("d", "x")

    def __init__(self, x: float, d: float = 0.0) -> None:
        self.x, self.d = x, d

    @staticmethod
    def of(other: Any) -> Dual:
        return other if isinstance(other, Dual) else Dual(float(other))

    def __add__(self, other: Any) -> Dual:
        other = Dual.of(other)
        return Dual(self.x + other.x, self.d + other.d)

    def __sub__(self, other: Any) -> Dual:
        other = Dual.of(other)
        return Dual(self.x - other.x, self.d - other.d)

    def __rsub__(self, other: Any) -> Dual:
        return Dual.of(other) - self

    def __mul__(self, other: Any) -> Dual:
        other = Dual.of(other)
        return Dual(self.x * other.x, self.d * other.x + self.x * other.d)

    def __truediv__(self, other: Any) -> Dual:
        other = Dual.of(other)
        return Dual(self.x / other.x, (self.d * other.x - self.x * other.d) / other.x**2)

    def __rtruediv__(self, other: Any) -> Dual:
        return Dual.of(other) / self

    def __pow__(self, other: Any) -> Dual:
        if not isinstance(other, Dual):
            return Dual(self.x**other, other * self.x ** (other - 1) * self.d)
        power = self.x**other.x
        return Dual(power, power * (other.d * math.log(self.x) + other.x * self.d / self.x))

    def __rpow__(self, other: Any) -> Dual:
        return Dual.of(other) ** self

    def __neg__(self) -> Dual:
        return Dual(-self.x, -self.d)

    __radd__, __rmul__ = __add__, __mul__


def _lifted(f: Callable[[float], float], slope: Callable[[float], float]) -> Callable[[Any], Dual]:
    def on_duals(x: Any) -> Dual:
        x = Dual.of(x)
        return Dual(f(x.x), slope(x.x) * x.d)

    return on_duals


def _sigmoid(x: float) -> float:
    return 0.5 * (1.0 + math.tanh(0.5 * x))


def _bell(x: float) -> float:
    return math.exp(-x * x)


def _phi(x: float) -> float:
    return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))


class DualOperations:
    """autograd's names on dual numbers, each derivative written out from a table.

    Stands in for the module in `Plan.run`.
    """

    exp = staticmethod(_lifted(math.exp, math.exp))
    log = staticmethod(_lifted(math.log, lambda x: 1 / x))
    sqrt = staticmethod(_lifted(math.sqrt, lambda x: 0.5 / math.sqrt(x)))
    sin = staticmethod(_lifted(math.sin, math.cos))
    cos = staticmethod(_lifted(math.cos, lambda x: -math.sin(x)))
    tanh = staticmethod(_lifted(math.tanh, lambda x: 1 - math.tanh(x) ** 2))
    sigmoid = staticmethod(_lifted(_sigmoid, lambda x: _sigmoid(x) * (1 - _sigmoid(x))))
    softplus = staticmethod(_lifted(lambda x: math.log1p(math.exp(x)), _sigmoid))
    atan = staticmethod(_lifted(math.atan, lambda x: 1 / (1 + x * x)))
    asinh = staticmethod(_lifted(math.asinh, lambda x: 1 / math.sqrt(1 + x * x)))
    erf = staticmethod(_lifted(math.erf, lambda x: 2 / math.sqrt(math.pi) * _bell(x)))
    gelu = staticmethod(
        _lifted(
            lambda x: x * _phi(x),
            lambda x: _phi(x) + x * math.exp(-x * x / 2) / math.sqrt(2 * math.pi),
        )
    )
    silu = staticmethod(
        _lifted(
            lambda x: x * _sigmoid(x),
            lambda x: _sigmoid(x) + x * _sigmoid(x) * (1 - _sigmoid(x)),
        )
    )

    @staticmethod
    def atan2(y: Any, x: Any) -> Dual:
        y, x = Dual.of(y), Dual.of(x)
        return Dual(math.atan2(y.x, x.x), (x.x * y.d - y.x * x.d) / (x.x**2 + y.x**2))

    @staticmethod
    def hypot(x: Any, y: Any) -> Dual:
        return DualOperations.norm([x, y])

    @staticmethod
    def sum(xs: Sequence[Any]) -> Dual:
        total = Dual(0.0)
        for x in xs:
            total = total + x
        return total

    @staticmethod
    def mean(xs: Sequence[Any]) -> Dual:
        return DualOperations.sum(xs) / float(len(xs))

    @staticmethod
    def prod(xs: Sequence[Any]) -> Dual:
        total = Dual(1.0)
        for x in xs:
            total = total * x
        return total

    @staticmethod
    def norm(xs: Sequence[Any]) -> Dual:
        return DualOperations.sqrt(DualOperations.sum([Dual.of(x) * x for x in xs]))

    @staticmethod
    def logsumexp(xs: Sequence[Any]) -> Dual:
        return DualOperations.log(DualOperations.sum([DualOperations.exp(x) for x in xs]))

    @staticmethod
    def dot(ws: Sequence[Any], xs: Sequence[Any], bias: Any) -> Dual:
        pairs = zip(ws, xs, strict=True)
        return DualOperations.sum([Dual.of(w) * x for w, x in pairs]) + bias
