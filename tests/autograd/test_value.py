"""Value: operators, ordering, conversion, identity, text."""

from __future__ import annotations

import abc
import copy
import math
import operator
import pickle
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from autograd_support import assert_close, no_warnings

import autograd as ag
from autograd import Value

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "**": operator.pow,
}  # fmt: skip
NUMPY_TYPES = (
    np.bool_, np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64,
    np.float16, np.float32, np.float64, np.longdouble,
)  # fmt: skip
NUMBERS: list[Any] = [3.0, 3, True, Fraction(3, 4), Decimal("1.5"), *(t(1) for t in NUMPY_TYPES)]
NUMBERS += [np.float64(2.5), np.int64(-2), np.uint8(200), np.float32(0.5)]

# Operators


@pytest.mark.parametrize("sign", OPERATORS)
@pytest.mark.parametrize("number", NUMBERS, ids=lambda x: f"{type(x).__name__}-{x}")
def test_operators_with_numbers_on_either_side(sign: str, number: Any) -> None:
    op, as_float = OPERATORS[sign], float(number)
    with no_warnings():
        for values, got, want in (
            ("left", op(v := Value(2.0), number), op(2.0, as_float)),
            ("right", op(number, w := Value(2.0)), op(as_float, 2.0)),
        ):
            assert type(got) is Value, f"{values}: {got!r}"
            assert got.data == want
            assert type(got.data) is float
            got.backward()
        h = 1e-6
        for leaf, slope in (
            (v, (op(2.0 + h, as_float) - op(2.0 - h, as_float)) / (2 * h)),
            (
                w,
                (op(as_float, 2.0 + h) - op(as_float, 2.0 - h)) / (2 * h) if as_float > 0 else None,
            ),
        ):
            if slope is not None:
                assert_close(leaf.grad, slope, rel=1e-6, scale=1.0)
            assert type(leaf.grad) is float


@pytest.mark.parametrize("sign", OPERATORS)
def test_operators_between_values(sign: str) -> None:
    a, b = Value(2.0), Value(3.0)
    out = OPERATORS[sign](a, b)
    assert out.data == OPERATORS[sign](2.0, 3.0)
    assert out.parents == out.operands == (a, b)


def test_unary_operators_and_abs() -> None:
    v = Value(-2.5)
    assert (-v).data == 2.5
    assert abs(v).data == 2.5
    assert (+v) is v or (+v).data == -2.5
    (-v).backward()
    assert v.grad == -1.0


def test_power_of_two_and_power_of_values() -> None:
    v, w = Value(3.0), Value(2.0)
    out = 2**v
    out.backward()
    assert out.data == 8.0
    assert_close(v.grad, 8.0 * math.log(2.0), rel=1e-15)
    v.zero_grad()
    out = v**w
    out.backward()
    assert (out.data, v.grad) == (9.0, 6.0)
    assert_close(w.grad, 9.0 * math.log(3.0), rel=1e-15)


def test_augmented_assignment_makes_new_nodes() -> None:
    v = kept = Value(2.0)
    v += 1
    v *= 3
    v -= Value(1.0)
    v /= 2
    v **= 2
    assert kept.data == 2.0
    assert v.data == 16.0
    v.backward()
    assert kept.grad == 2 * 4.0 * 1.5


def test_sum_of_values_by_the_builtin() -> None:
    values = [Value(float(i)) for i in range(5)]
    total = sum(values)
    assert isinstance(total, Value)
    total.backward()
    assert total.data == 10.0
    assert [v.grad for v in values] == [1.0] * 5
    assert sum([], Value(1.0)).data == 1.0
    assert math.prod(values[1:]).data == 24.0


def test_products_of_matrices_and_bits_are_type_errors() -> None:
    v = Value(3.0)
    for f in (lambda: v @ v, lambda: v & 1,
              lambda: v << 1, lambda: ~v, lambda: pow(v, 2, 5), lambda: v[0], lambda: len(v),
              lambda: list(v), lambda: v(), lambda: 1.0 in v):  # fmt: skip
        with pytest.raises(TypeError):
            f()


class Metres(Value):
    """A user's subclass with an operation of its own."""

    def doubled(self) -> Value:
        out = Value(2 * self.data, (self,), "doubled")

        def _backward() -> None:
            self.grad += 2.0 * out.grad

        out._backward = _backward
        return out


def test_subclasses_mix_with_values() -> None:
    m, v = Metres(2.0), Value(3.0)
    for out in (m * v, v * m, m + v, m - 1, 2 * m, ag.hypot(m, v), ag.sum([m, v]), m**v, v**m):
        assert isinstance(out, Value)
        out.backward()
        assert out.parents.count(m) == 1
    x = Metres(5.0)
    (x.doubled() * 3).backward()
    assert x.grad == 6.0
    twin = pickle.loads(pickle.dumps(m))
    assert type(twin) is Metres
    assert type(copy.deepcopy(m)) is Metres


def test_a_subclass_may_have_a_metaclass() -> None:
    class Quantity(Value, abc.ABC):
        """A Value whose class is of another type than `type`."""

    x = Quantity(2.0)
    out = ag.exp(x * x + 1.0) / 2 - ag.sum([x, -x])
    out.backward()
    assert type(out) is type(copy.copy(out)) is Quantity
    assert x.grad == 2.0 * math.exp(5.0)


@pytest.mark.parametrize(
    "use",
    [
        lambda x: ag.hypot(x, None), lambda x: ag.hypot(None, x), lambda x: x.atan2(None),
        lambda x: ag.sum([x, None]), lambda x: ag.sum([x, 1.0, None]),
        lambda x: ag.dot([x], [None]),
        lambda x: x + None, lambda x: None * x, lambda x: ag.where(x > 0, x, None),
    ],
)  # fmt: skip
def test_none_is_no_operand(use: Callable[[Value], Any]) -> None:
    with pytest.raises(ag.OperandError, match="NoneType"):
        use(Value(1.0))


def test_the_method_of_none_is_an_error() -> None:
    method: Any = Value.exp
    with pytest.raises((AttributeError, TypeError), match="NoneType"):
        method(None)


def test_foreign_operands_get_their_turn() -> None:
    class Foreign:
        def __radd__(self, other: Any) -> str:
            return "radd"

        def __rpow__(self, other: Any) -> str:
            return "rpow"

        def __gt__(self, other: Any) -> str:  # type: ignore[override]
            return "gt"

    assert Value(1.0) + Foreign() == "radd"
    assert Value(1.0) ** Foreign() == "rpow"
    assert (Value(1.0) < Foreign()) == "gt"


# Ordering, conversion, text


def test_ordering_compares_data() -> None:
    a, b = Value(1.0), Value(2.0)
    assert a < b <= 2 < Value(2.5)
    assert b > a >= 1.0 > Value(0.5)
    assert a >= 1
    assert not a < Value(math.nan)
    assert sorted([b, a, Value(1.5)])[0] is a
    assert max(a, b) is b
    assert min([b, a]) is a
    assert np.float64(1.5) > a
    assert a < np.float64(1.5)
    assert a < Fraction(3, 2)
    assert type(a < b) is bool
    assert type(a < np.float64(3.0)) is bool


def test_equality_and_hash_are_those_of_identity() -> None:
    a, b = Value(1.0), Value(1.0)
    assert a == a
    assert a != b
    assert a not in [b, 2.0]
    assert len({a, b, a}) == 2
    assert {a: "a"}[a] == "a"
    before = hash(a)
    a.data = 5.0
    assert hash(a) == before
    assert (np.array([a, b]) == a).tolist() == [True, False]


def test_conversions() -> None:
    v = Value(2.75)
    assert (float(v), int(v), bool(v), v.item()) == (2.75, 2, True, 2.75)
    assert v.numel() == 1
    assert bool(Value(0.0)) is False
    assert bool(Value(-0.0)) is False
    assert bool(Value(math.nan)) is True
    assert type(float(v)) is float
    assert math.sqrt(Value(9.0)) == 3.0
    assert math.floor(v) == 2


def test_text() -> None:
    v = Value(2.5)
    assert repr(v) == "Value(data=2.5, grad=0)"
    v.label = "x"
    v.grad = 1.5
    assert repr(v) == "Value(data=2.5, grad=1.5, label='x')"
    assert f"{v:.3f}|{v:8.2e}|{v:+g}" == "2.500|2.50e+00|+2.5"
    assert f"{v}" == str(v) == repr(v)
    assert f"{v!r}" == repr(v)
    assert "%.1f" % v == "2.5"  # noqa: UP031


def test_a_gradient_never_computed_is_told_from_zero() -> None:
    v = Value(1.0)
    assert (v.grad, v.has_grad) == (0.0, False)
    v.grad += 0.0
    assert (v.grad, v.has_grad) == (0.0, True)
    v.zero_grad()
    assert not v.has_grad
    v.grad = 2
    assert type(v.grad) is float
    v.grad = None
    assert not v.has_grad


def test_detach() -> None:
    v = Value(2.0, label="v")
    w = (v * v).detach()
    assert w.is_leaf
    assert w.data == 4.0
    assert v.detach().label == "v"
    (w * v).backward()
    assert v.grad == 4.0
