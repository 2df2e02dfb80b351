"""Keyword arguments, static arguments and None: as users of JAX expect."""

from __future__ import annotations

from dataclasses import make_dataclass
from functools import partial
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import ArgumentError, OperandError, TraceError, Value
from autograd import compile as compiled

W = Value(3.0)
TWO = np.array([1.0, 2.0])


def scaled(x: Any, scale: Any = 2.0, *, shift: Any = 0.0) -> Any:
    return W * x * scale + shift


def test_arguments_by_name() -> None:
    program = compiled(scaled)
    for _ in range(2):
        assert program(1.0) == 6.0
        assert program(1.0, scale=5.0) == 15.0
        assert program(1.0, shift=5.0) == 11.0
        assert program(1.0, shift=1.0, scale=4.0) == 13.0
        assert program(1.0, scale=4.0, shift=1.0) == 13.0
        assert program(x=2.0) == 12.0
        assert program(TWO, shift=TWO).tolist() == [7.0, 14.0]
        assert program.value_and_grad(TWO, shift=TWO) == (10.5, [3.0])
        assert program.value_and_grad(TWO) == (9.0, [3.0])
    assert program.backward(1.0, scale=5.0) == 15.0
    assert program.trace(1.0, scale=2.0).grad(1.0, scale=7.0).tolist() == [7.0]
    W.zero_grad()


def test_gradients_beside_arguments_by_name() -> None:
    program = compiled(scaled, argnums=(0, 1))
    assert program.grad(1.0, 2.0, shift=1.0) == (6.0, 3.0)
    assert compiled(scaled, argnums=-1).grad(1.0, 2.0, shift=1.0) == 3.0
    assert "argument 0" in str(compiled(scaled, argnums=-1).trace(1.0, shift=1.0).source)
    with pytest.raises(ArgumentError, match="1 positional argument"):
        program.grad(1.0, scale=2.0)


def test_errors_name_the_argument() -> None:
    program = compiled(scaled)
    with pytest.raises(OperandError, match="argument 'shift' must be"):
        program(1.0, shift="a")
    with pytest.raises(TypeError, match="unexpected keyword argument 'nope'"):
        program(1.0, nope=2.0)
    with pytest.raises(ArgumentError, match="argument 0 has 2, argument 'shift' has 3"):
        program(TWO, shift=np.ones(3))
    assert compiled(scaled, batched=False)(2.0, shift=np.array(1.0)) == 13.0
    assert compiled(scaled, batched=(True,))(TWO, shift=TWO).tolist() == [7.0, 14.0]


def test_none_is_static() -> None:
    def f(x: Any, y: Any = None) -> Any:
        return x * W if y is None else x * y

    program = compiled(f, argnums=0)
    for _ in range(2):
        assert program(2.0, None) == 6.0
        assert program(2.0, 5.0) == 10.0
        assert program(2.0) == 6.0
        assert program(2.0, y=None) == 6.0
    assert program.grad(2.0, None) == 3.0
    assert compiled(f, argnums=(0, 1)).grad(2.0, None) == (3.0, None)
    parts = compiled(lambda d: d["a"] if d["b"] is None else d["a"] * d["b"], argnums=0)
    assert parts.grad({"a": 2.0, "b": None}) == {"a": 1.0, "b": None}
    assert parts.grad({"a": 2.0, "b": 5.0}) == {"a": 5.0, "b": 2.0}
    assert parts({"a": TWO, "b": None}).tolist() == [1.0, 2.0]
    order = compiled(lambda t: t[0] if t[1] is None else t[1] * 2.0)
    assert [order([1.0, None]), order([None, 1.0])] == [1.0, 2.0]


def power(x: Any, n: Any, kind: str = "plain") -> Any:
    total: Any = 1.0
    for _ in range(n):
        total = total * x
    return total * (W if kind == "times w" else 1.0)


@pytest.mark.parametrize(
    "rules",
    [
        {"static_argnums": (1, 2)},
        {"static_argnums": [-2, -1]},
        {"static_argnames": ("n", "kind")},
        {"static_argnums": 1, "static_argnames": "kind"},
        {"static_argnums": 2, "static_argnames": ["n"]},
    ],
)
def test_static_arguments_by_position_and_name(rules: Any) -> None:
    program = compiled(power, argnums=0, **rules)
    for _ in range(2):
        assert program(2.0, 3) == 8.0
        assert program(2.0, 4) == 16.0
        assert program(2.0, n=3, kind="times w") == 24.0
        assert program(2.0, 3, "times w") == 24.0
        assert program.grad(2.0, 3) == 12.0
    assert program(TWO, 2).tolist() == [1.0, 4.0]


def test_static_values_that_are_equal_and_not_the_same() -> None:
    """1, 1.0 and True are equal, as are 0.0 and −0.0: each has a trace of its own."""
    program = compiled(lambda x, k: x * (2.0 if isinstance(k, bool) else 3.0 if isinstance(k, int)
                       else 5.0), static_argnums=1)  # fmt: skip
    assert [program(1.0, k) for k in (1, 1.0, True, 1)] == [3.0, 5.0, 2.0, 3.0]
    nested = compiled(lambda x, k: x * (2.0 if isinstance(k[0], int) else 3.0), static_argnums=1)
    assert [nested(1.0, k) for k in ((1,), (1.0,), (1,))] == [2.0, 3.0, 2.0]
    signed = compiled(lambda x, k: x * np.copysign(1.0, k), static_argnums=1)
    assert [signed(1.0, k) for k in (0.0, -0.0, 0.0)] == [1.0, -1.0, 1.0]
    assert [signed(1.0, np.float32(k)) for k in (0.0, -0.0, 0.0)] == [1.0, -1.0, 1.0]
    nan = compiled(lambda x, k: x * 2.0, static_argnums=1)
    for kind in (float, np.float32, float, np.float32):
        nan(1.0, kind("nan"))
    assert len(nan._traces._kept) == 2


def test_static_functions_and_objects() -> None:
    program = compiled(lambda f, x: f(x) * W, static_argnums=0)
    assert [program(f, 0.0) for f in (ag.exp, ag.cos, ag.sin)] == [3.0, 3.0, 0.0]
    assert program.grad(partial(ag.power, exponent=2.0), 2.0).tolist() == [4.0]
    with pytest.raises(OperandError, match=r"argument 0 is static, and must be hashable.* dict"):
        program({}, 1.0)
    with pytest.raises(OperandError, match="static"):
        compiled(lambda x, *, n: x, static_argnames="n")(1.0, n=np.ones(2))


def test_what_is_not_static_stays_a_number() -> None:
    with pytest.raises(TraceError, match="whole number"):
        compiled(power)(2.0, 3)
    anything = compiled(lambda x, **rest: x * rest["n"], static_argnames="n")
    assert anything(2.0, n=3) == 6.0


class Scale:
    factor = 2.0

    def __call__(self, x: Any) -> Any:
        return x * self.factor


def test_a_static_argument_that_changes_is_traced_again() -> None:
    scale, table = Scale(), [2.0]
    program = compiled(lambda x, f: f(x) * W, static_argnames="f")
    both = compiled(lambda x, fs: sum(f(x) for f in fs) * W, static_argnums=1)

    def of_table(x: Any) -> Any:
        return x * table[0]

    for number in (2.0, 5.0, 2.0):
        scale.factor = table[0] = number
        for _ in range(2):
            assert program(1.0, scale) == program(1.0, f=of_table) == 3.0 * number
            assert both(TWO, (scale, of_table)).tolist() == [6.0 * number, 12.0 * number]
            assert program.value_and_grad(TWO, scale) == (4.5 * number, [1.5 * number])


def test_static_values_that_are_equal_within_others() -> None:
    program = compiled(lambda x, k: x if any(v is True for v in k) else -x, static_argnums=1)
    kinds: list[Any] = [frozenset([1]), frozenset([True])]
    assert [program(1.0, k) for k in [*kinds, *kinds]] == [-1.0, 1.0, -1.0, 1.0]
    signed = compiled(lambda x, c: x * np.copysign(1.0, c.factor), static_argnums=1)
    kind = make_dataclass("Setting", ["factor"], frozen=True)
    assert [signed(1.0, kind(k)) for k in (0.0, -0.0, 0.0)] == [1.0, -1.0, 1.0]
    assert compiled(lambda x, c: c(x).factor, static_argnums=1)(2.0, kind) == 2.0
