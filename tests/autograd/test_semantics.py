"""Every row and every bullet of the table of edge cases that the project decided on."""

from __future__ import annotations

import math
import threading
import warnings
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from autograd_support import INF, assert_same, no_warnings

import autograd as ag
from autograd import Value

NAN = math.nan


@pytest.fixture(autouse=True)
def _no_warnings() -> Iterator[None]:
    with no_warnings():
        yield


def gradients_of(f: Callable[..., Any], *xs: float) -> tuple[float, tuple[float, ...]]:
    leaves = [Value(x) for x in xs]
    out = f(*leaves)
    out.backward()
    return out.data, tuple(leaf.grad for leaf in leaves)


def again(f: Callable[..., Any], *xs: float) -> tuple[float, ...]:
    """The same gradients through create_graph, as floats."""
    leaves = [Value(x) for x in xs]
    f(*leaves).backward(create_graph=True)
    return tuple(float(leaf.grad) for leaf in leaves)


CASES: list[tuple[str, Callable[..., Any], tuple[float, ...], float, tuple[float, ...]]] = [
    ("relu at 0", ag.relu, (0.0,), 0.0, (0.0,)),
    ("relu at -0", ag.relu, (-0.0,), 0.0, (0.0,)),
    ("leaky_relu at 0", lambda x: ag.leaky_relu(x, slope=0.25), (0.0,), 0.0, (0.25,)),
    ("leaky_relu default", ag.leaky_relu, (0.0,), 0.0, (0.01,)),
    ("elu at 0", lambda x: ag.elu(x, alpha=0.5), (0.0,), 0.0, (0.5,)),
    ("abs at 0", ag.abs, (0.0,), 0.0, (0.0,)),
    ("abs() at -0", abs, (-0.0,), 0.0, (0.0,)),
    ("sqrt(0)", ag.sqrt, (0.0,), 0.0, (INF,)),
    ("0**.5", lambda x: x**0.5, (0.0,), 0.0, (INF,)),
    ("sqrt(-1)", ag.sqrt, (-1.0,), NAN, (NAN,)),
    ("log(0)", ag.log, (0.0,), -INF, (INF,)),
    ("log(-1)", ag.log, (-1.0,), NAN, (-1.0,)),
    ("log2(0)", ag.log2, (0.0,), -INF, (INF,)),
    ("log1p(-1)", ag.log1p, (-1.0,), -INF, (INF,)),
    ("x**0 at 0", lambda x: x**0, (0.0,), 1.0, (0.0,)),
    ("x**0 at nan", lambda x: x**0.0, (NAN,), 1.0, (0.0,)),
    ("pow(0, 0)", ag.pow, (0.0, 0.0), 1.0, (0.0, 0.0)),
    ("pow(0, 2)", ag.pow, (0.0, 2.0), 0.0, (0.0, 0.0)),
    ("pow(0, .5)", ag.pow, (0.0, 0.5), 0.0, (INF, 0.0)),
    ("pow(0, -1)", ag.pow, (0.0, -1.0), INF, (-INF, -INF)),
    ("pow(0, 1)", ag.pow, (0.0, 1.0), 0.0, (1.0, 0.0)),
    ("pow(-2, 2)", ag.pow, (-2.0, 2.0), 4.0, (-4.0, NAN)),
    ("(-2)**2", lambda x: x**2, (-2.0,), 4.0, (-4.0,)),
    ("(-2)**3", lambda x: x**3, (-2.0,), -8.0, (12.0,)),
    ("(-2)**-1", lambda x: x**-1, (-2.0,), -0.5, (-0.25,)),
    ("(-2)**.5", lambda x: x**0.5, (-2.0,), NAN, (NAN,)),
    ("(-2)**y at 2", lambda y: (-2) ** y, (2.0,), 4.0, (NAN,)),
    ("(-2)**y at .5", lambda y: (-2.0) ** y, (0.5,), NAN, (NAN,)),
    ("0**y at 0", lambda y: 0 ** y, (0.0,), 1.0, (0.0,)),
    ("maximum at a tie", ag.maximum, (2.0, 2.0), 2.0, (0.5, 0.5)),
    ("minimum at a tie", ag.minimum, (2.0, 2.0), 2.0, (0.5, 0.5)),
    ("maximum at ±0", ag.maximum, (0.0, -0.0), 0.0, (0.5, 0.5)),
    ("tanh(1000)", ag.tanh, (1000.0,), 1.0, (0.0,)),
    ("tanh(-1000)", ag.tanh, (-1000.0,), -1.0, (0.0,)),
    ("sigmoid(1000)", ag.sigmoid, (1000.0,), 1.0, (0.0,)),
    ("sigmoid(-1000)", ag.sigmoid, (-1000.0,), 0.0, (0.0,)),
    ("exp(1000)", ag.exp, (1000.0,), INF, (INF,)),
    ("expm1(1000)", ag.expm1, (1000.0,), INF, (INF,)),
    ("cosh(1000)", ag.cosh, (1000.0,), INF, (INF,)),
    ("1/0", lambda x: 1 / x, (0.0,), INF, (-INF,)),
    ("1/-0", lambda x: 1 / x, (-0.0,), -INF, (-INF,)),
    ("0/0", lambda x, y: x / y, (0.0, 0.0), NAN, (INF, NAN)),
    ("1e308*10", lambda x: x * 10, (1e308,), INF, (10.0,)),
    ("10**y overflow", lambda y: 10.0**y, (400.0,), INF, (INF,)),
    ("softplus(25)", ag.softplus, (25.0,), 25.000000000013888, (0.9999999999861121,)),
    ("softplus(1000)", ag.softplus, (1000.0,), 1000.0, (1.0,)),
    ("softplus(-1000)", ag.softplus, (-1000.0,), 0.0, (0.0,)),
    ("logsumexp", lambda x, y: ag.logsumexp([x, y]), (1e3, 1e3), 1000.6931471805599, (0.5, 0.5)),
    ("logsumexp -inf", lambda x, y: ag.logsumexp([x, y]), (-INF, -INF), -INF, (0.0, 0.0)),
    ("logsumexp one -inf", lambda x, y: ag.logsumexp([x, y]), (-INF, 3.0), 3.0, (0.0, 1.0)),
    ("hypot(0, 0)", ag.hypot, (0.0, 0.0), 0.0, (0.0, 0.0)),
    ("norm at the origin", lambda x, y: ag.norm([x, y]), (0.0, 0.0), 0.0, (0.0, 0.0)),
    ("hypot(1e300, 1e300)", ag.hypot, (3e300, 4e300), 5e300, (0.6, 0.8)),
    ("atan2(0, 0)", ag.atan2, (0.0, 0.0), 0.0, (0.0, 0.0)),
    ("clip at low", lambda x: ag.clip(x, -1.0, 1.0), (-1.0,), -1.0, (1.0,)),
    ("clip at high", lambda x: ag.clip(x, -1.0, 1.0), (1.0,), 1.0, (1.0,)),
    ("clip outside", lambda x: ag.clip(x, -1.0, 1.0), (1.5,), 1.0, (0.0,)),
    ("clip of nan", lambda x: ag.clip(x, -1.0, 1.0), (NAN,), NAN, (0.0,)),
    ("where(x>0, log x, 0)", lambda x: ag.where(x > 0, ag.log(x), 0.0 * x), (0.0,), 0.0, (0.0,)),
    ("where, untaken 1/x", lambda x: ag.where(x > 0, 1 / x, x), (0.0,), 0.0, (1.0,)),
    ("where, untaken left", lambda x: ag.where(x >= 0, x, ag.sqrt(x)), (0.0,), 0.0, (1.0,)),
    ("x - x at nan", lambda x: x - x, (NAN,), NAN, (0.0,)),
    ("x - x at inf", lambda x: x - x, (INF,), NAN, (0.0,)),
    ("a*a", lambda a: a * a, (3.0,), 9.0, (6.0,)),
    ("a+a", lambda a: a + a, (3.0,), 6.0, (2.0,)),
    ("a-a", lambda a: a - a, (3.0,), 0.0, (0.0,)),
    ("a/a", lambda a: a / a, (3.0,), 1.0, (0.0,)),
    ("a**a", lambda a: a**a, (2.0,), 4.0, (4.0 + 4.0 * math.log(2.0),)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "f", "xs", "value", "slopes"), CASES, ids=[c[0] for c in CASES])
def test_edge_case(name: str, f: Any, xs: Any, value: float, slopes: Any) -> None:
    got, gradients = gradients_of(f, *xs)
    assert_same(got + 0.0, value, name)
    for gradient, slope, differentiable in zip(gradients, slopes, again(f, *xs), strict=True):
        assert gradient == pytest.approx(slope, rel=1e-14, nan_ok=True), name
        assert differentiable == pytest.approx(slope, rel=1e-14, nan_ok=True), f"{name}, again"


@pytest.mark.parametrize(("name", "f", "xs", "value", "slopes"), CASES, ids=[c[0] for c in CASES])
def test_edge_case_by_transforms(name: str, f: Any, xs: Any, value: float, slopes: Any) -> None:
    """The same rows through grad (reverse mode) and jvp (forward mode)."""
    argnums = tuple(range(len(xs)))
    got, gradients = ag.value_and_grad(f, argnums)(*xs)
    assert_same(got + 0.0, value, name)
    assert gradients == pytest.approx(slopes, rel=1e-14, nan_ok=True)
    for i, slope in enumerate(slopes):
        tangents = tuple(1.0 if i == j else 0.0 for j in argnums)
        _, along = ag.jvp(f, xs, tangents)
        poisoned = any(not math.isfinite(s) for j, s in enumerate(slopes) if j != i)
        if not poisoned:  # 0 · inf from the other operand is nan in forward mode, by IEEE 754
            assert along == pytest.approx(slope, rel=1e-14, nan_ok=True), name


def test_where_with_a_constant_for_the_untaken_branch_leaves_no_gradient() -> None:
    x = Value(0.0)
    y = ag.where(x > 0, ag.log(x), 0.0)
    y.backward()
    assert (y.data, x.grad) == (0.0, 0.0)
    assert not x.has_grad


@pytest.mark.parametrize("f", [ag.maximum, ag.minimum, np.maximum, np.minimum])
@pytest.mark.parametrize("xs", [(NAN, 1.0), (1.0, NAN)])
def test_extremes_of_nan_are_nan(f: Any, xs: tuple[float, float]) -> None:
    assert math.isnan(f(Value(xs[0]), Value(xs[1])).data)
    assert math.isnan(f(*xs))


@pytest.mark.parametrize("base", [-2, -2.0, -1, -8.0, np.float64(-2)])
def test_fractional_power_of_a_negative_number_is_never_complex(base: Any) -> None:
    for got in (Value(base) ** 0.5, Value(base) ** Value(0.5), base ** Value(0.5),
                ag.pow(base, 0.5), ag.pow(Value(base), 1 / 3)):  # fmt: skip
        assert math.isnan(float(got))
        assert not isinstance(got, complex)


def test_softplus_has_no_threshold() -> None:
    assert ag.softplus(25.0) == math.log1p(math.exp(25.0))
    assert ag.softplus(-50.0) == math.exp(-50.0)


# Structure


def test_a_second_backward_doubles_leaves_only() -> None:
    x, y = Value(3.0), Value(4.0)
    u = x * y
    v = u + x
    z = v * u
    z.backward()
    once = [n.grad for n in (x, y, u, v, z)]
    z.backward()
    assert [n.grad for n in (x, y)] == [2 * g for g in once[:2]]
    assert [n.grad for n in (u, v, z)] == once[2:]


def test_two_outputs_that_share_nodes() -> None:
    x = Value(3.0)
    shared = x * x
    first, second = shared * 2.0, shared * 5.0
    first.backward()
    second.backward()
    assert x.grad == 6.0 * 2.0 + 6.0 * 5.0
    assert shared.grad == 5.0
    assert first.grad == 1.0  # not part of the second pass: as the last pass over it left it


def test_assigned_data_does_not_change_values_already_computed() -> None:
    x, y = Value(3.0), Value(5.0)
    z = x * y
    x.data = 10.0
    with pytest.warns(ag.TeachingWarning, match=r"was 3\.0 when this graph was built and is 10\.0"):
        z.backward()
    assert z.data == 15.0
    assert (x.grad, y.grad) == (5.0, 3.0)
    assert z.local_gradients == (5.0, 3.0)


def test_no_grad_is_local_to_the_thread_and_nests() -> None:
    x = Value(2.0)
    seen: list[Any] = []
    inside, done = threading.Event(), threading.Event()

    def elsewhere() -> None:
        inside.wait(10)
        seen.append((x * x).parents)
        done.set()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    with ag.no_grad():
        inside.set()
        done.wait(10)
        with ag.no_grad():
            assert (x * x).is_leaf
        assert (x * x).is_leaf
    thread.join()
    assert seen == [(x, x)]
    assert (x * x).parents == (x, x)


@pytest.mark.parametrize(
    "big", [10**400, -(10**400), 2**1024], ids=["10**400", "-10**400", "2**1024"]
)
def test_integers_beyond_float_range_are_overflow_errors(big: int) -> None:
    x = Value(1.0)
    for attempt in (
        lambda: Value(big), lambda: x + big, lambda: big * x, lambda: x**big, lambda: big**x,
        lambda: ag.exp(big), lambda: ag.add(x, big), lambda: ag.sum([x, big]), lambda: x < big,
        lambda: setattr(x, "data", big), lambda: setattr(x, "grad", big),
        lambda: (x * x).backward(big), lambda: ag.clip(x, 0, big),
    ):  # fmt: skip
        with pytest.raises(OverflowError, match="beyond the range of a float"):
            attempt()
    assert (x.data, x.has_grad) == (1.0, False)


def test_large_integers_within_range_are_floats() -> None:
    assert Value(10**300).data == 1e300
    assert (Value(1.0) * 2**1023).data == 2.0**1023
    assert Value(True).data == 1.0
    assert (Value(3.0) * True + False).data == 3.0


def test_numbers_of_other_types_beyond_float_range_do_not_become_infinite() -> None:
    with pytest.raises(OverflowError):
        Value(Fraction(10**400))
    with pytest.raises(OverflowError):
        Value(Decimal("1e400"))
    assert Value(Decimal("inf")).data == INF


@pytest.mark.parametrize(
    "wrong",
    ["2", b"2", "", 1j, np.complex128(1), None, [1.0], (1.0,), {}, {1.0}, object(), float, len,
     np.array([1.0]), np.array(1j), np.datetime64("2020-01-01"), np.timedelta64(3, "s"),
     np.str_("2")],
    ids=lambda x: type(x).__name__,
)  # fmt: skip
def test_what_is_no_number_is_refused_before_anything_changes(wrong: Any) -> None:
    x = Value(1.0, label="x")
    with pytest.raises(TypeError):
        Value(wrong)
    with pytest.raises(TypeError):
        x.data = wrong
    with pytest.raises(TypeError):
        (x * x).backward(wrong)
    if wrong is not None:
        with pytest.raises(TypeError):
            x.grad = wrong
    if not isinstance(wrong, np.ndarray):
        for f in (
            lambda: x + wrong, lambda: wrong + x, lambda: x * wrong, lambda: wrong * x,
            lambda: x - wrong, lambda: wrong - x, lambda: x / wrong, lambda: wrong / x,
            lambda: x**wrong, lambda: wrong**x, lambda: x < wrong, lambda: wrong >= x,
            lambda: ag.exp(wrong), lambda: ag.sum([x, wrong]), lambda: ag.where(True, x, wrong),
        ):  # fmt: skip
            with pytest.raises(TypeError):
                f()
    assert (x.data, x.has_grad, x.label) == (1.0, False, "x")


def test_every_operation_gives_the_same_bits_again() -> None:
    def once() -> list[str]:
        bits = []
        for name, f, xs, _, _ in CASES:
            leaves = [Value(x + 0.3) for x in xs]
            out = f(*leaves)
            out.backward()
            bits += [name, out.data.hex(), *(leaf.grad.hex() for leaf in leaves)]
        return bits

    first = once()
    assert all(once() == first for _ in range(3))


def test_nothing_of_the_table_warns_by_default() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _, f, xs, _, _ in CASES:
            gradients_of(f, *xs)
    assert caught == []
