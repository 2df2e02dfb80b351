"""backend="jax": the same numbers as NumPy's, for every primitive, model and kind of statement."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from registry import COUNTS, variants
from strategies import Plan, plans, points

import autograd as ag
import nn
from autograd import Value
from autograd import compile as compiled

jax = pytest.importorskip("jax")

RNG = np.random.default_rng(1)
X = RNG.normal(size=(4, 3))
Y = RNG.normal(size=(4, 2))
LABELS = np.array([0, 2, 1, 1])
P = [Value(0.4 * i - 1.3) for i in range(12)]
SMALLEST = 2.2250738585072014e-308
SPECIAL = np.array([
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 0.999, -0.999, 2.0, -2.5, 3.0, 7.0, 20.0, -30.0, 300.0, -700.0,
    1e-8, -1e-8, 1e5, -1e20, 1e-300, 1e300, math.inf, -math.inf, math.nan,
])  # fmt: skip


def assert_same(got: Any, want: Any, what: str, rel: float = 1e-12) -> None:
    """Relative to each number; below the smallest normal number XLA computes with 0."""
    got, want = np.asarray(got, float), np.asarray(want, float)
    assert got.shape == want.shape, f"{what}: {got.shape}, not {want.shape}"
    with np.errstate(all="ignore"):
        near = np.abs(got - want) <= rel * np.maximum(np.abs(want), SMALLEST / rel)
    same = (got == want) | near | (np.isnan(got) & np.isnan(want))
    assert same.all(), f"{what}: {got[~same][:3]}, not {want[~same][:3]}"


def assert_agree(f: Callable[..., Any], args: Sequence[Any], *, each: bool = False) -> None:
    """Values, and gradients by parameters and arguments, are NumPy's up to rounding.

    `each`: the parameters' for each example, too.
    """
    want = compiled(f, backend="numpy").trace(*args)
    np.testing.assert_allclose(compiled(f, backend="jax")(*args), want(*args), 1e-12, 1e-14)
    ways: list[dict[str, Any]] = [{"argnums": 0, "reduce": None}]
    ways += [{}] * bool(want.parameters) + [{"reduce": None}] * each
    for way in ways:
        (value, gradient), (mine, slopes) = [
            compiled(f, **way, backend=b).value_and_grad(*args) for b in ("numpy", "jax")
        ]
        np.testing.assert_allclose(mine, value, 1e-12, 1e-14)
        np.testing.assert_allclose(slopes, gradient, 1e-11, 1e-13)


# Every primitive, in one program for all of a kind: each has columns of its own


def columns_of(kind: int | None) -> list[tuple[Any, int]]:
    """The primitives of a kind with how many operands each is given."""
    found = []
    for primitive, constants in (v.values for v in variants()):
        if primitive.arity == kind and primitive.name != "where":
            bound = primitive.bind(**constants) if constants else primitive
            found.append((bound, kind or COUNTS.get(primitive.name, (3,))[-1]))
    return found


def grid(count: int, columns: int) -> np.ndarray:
    """Rows of special numbers, in all pairs for two operands."""
    if count == 1:
        return np.repeat(SPECIAL[:, None], columns, 1)
    if count == 2:
        pairs = np.stack(np.meshgrid(SPECIAL, SPECIAL), -1).reshape(-1, 2)
        return np.tile(pairs, (1, columns // 2))
    return np.random.default_rng(3).choice(SPECIAL, (60, columns))


@pytest.mark.parametrize("kind", [1, 2, None])
def test_every_primitive(kind: int | None) -> None:
    """Also at kinks and at the edges of IEEE 754."""
    found = columns_of(kind)
    ends = np.cumsum([n for _, n in found]).tolist()
    spans = [slice(end - n, end) for end, (_, n) in zip(ends, found, strict=True)]

    def each(xs: Any) -> list[Any]:
        given = [list(xs[span]) for span in spans]
        return [p(x) if kind is None else p(*x) for (p, _), x in zip(found, given, strict=True)]

    table = grid(kind or 3, ends[-1])
    want, got = (compiled(each, backend=b)(table) for b in ("numpy", "jax"))
    for (primitive, _), mine, theirs in zip(found, got, want, strict=True):
        assert_same(mine, theirs, str(primitive))
    slopes = [
        compiled(lambda xs: ag.sum(each(xs)), argnums=0, reduce=None, backend=b).grad(table)
        for b in ("numpy", "jax")
    ]
    for (primitive, _), span in zip(found, spans, strict=True):
        assert_same(slopes[1][:, span], slopes[0][:, span], f"the slope of {primitive}")


# Models, and every kind of statement


def loss_of(model: Any, loss: Any = nn.losses.quadratic) -> Callable[..., Any]:
    return lambda x, y: loss(model(x), y)


def unrolled(cell: Any) -> Callable[..., Any]:
    def f(xs: Any) -> Any:
        outputs, _ = nn.unroll(cell, [list(x) for x in xs])
        return ag.mean([h * h for row in outputs for h in row])

    return f


SIX = RNG.normal(size=(3, 6))
TABLE = [P[3 * i : 3 * i + 3] for i in range(4)]
CASES: dict[str, tuple[Callable[..., Any], list[Any]]] = {
    "an MLP": (loss_of(nn.MLP(3, [4, 3, 2], activation="gelu", seed=1)), [X, Y]),
    "cross-entropy": (loss_of(nn.MLP(3, [4, 3], seed=1), nn.losses.cross_entropy), [X, LABELS]),
    "an LSTM": (unrolled(nn.LSTMCell(2, 3, seed=0)), [RNG.normal(size=(3, 2, 2))]),
    "a shared argument": (lambda x, s: s[0] * ag.tanh(x[0] * P[0]) + s[1], [X, [0.5, 2.0]]),
    "the same for all examples": (lambda x: P[0] * P[1] + ag.exp(P[2]), [X]),
    "a parameter": (lambda x: P[0], [X]),
    "a row": (lambda x, i: ag.dot(ag.take(TABLE, i), list(x)), [X, LABELS]),
    "of several places": (lambda x, i: ag.take([x[0], P[0], ag.exp(x[1])], i) * P[1], [X, LABELS]),
    "a choice": (lambda x: ag.where(x[0] > P[5], ag.log(x[1]) * P[1], x[2] * P[2]), [X**2]),
    "a truth as a number": (lambda x: (x[0] > 0.0) * P[1] - (x[1] <= 0.0) * x[2], [X]),
    "a convolution": (
        lambda x: ag.sum([ag.tanh(ag.dot(P[:3], list(x[i : i + 3]))) for i in range(4)]), [SIX]),
    "circular": (lambda x: ag.sum([ag.tanh(ag.dot(P[:3], [x[(i + j) % 6] for j in range(3)]))
                                   for i in range(6)]), [SIX]),
    "repeated": (lambda x: ag.sum([ag.sin(a * b) for a in (P[0], P[0], P[3]) for b in
                                   (x[1], x[1], x[0])]), [SIX]),
    "reductions": (lambda x: ag.prod([*x, P[0]]) + ag.norm([x[0], P[0], 0.25]) * P[1]
                   + ag.dot(P[:3], ag.softmax(list(x))), [X]),
    "log of a sigmoid": (lambda x: ag.log(ag.sigmoid(x[0] * P[0])), [X]),
    "many terms": (lambda x: sum(p * x[i % 6] ** i for i, p in enumerate(P + P + P)), [0.5 * SIX]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_models_and_statements(name: str) -> None:
    assert_agree(*CASES[name], each=name in ("a row", "a choice", "cross-entropy"))


@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(plans(max_steps=10), st.data())
def test_random_programs(plan: Plan, data: st.DataObject) -> None:
    rows = np.array([data.draw(points(plan.inputs)) for _ in range(3)])
    half = plan.inputs // 2
    weights = [Value(x) for x in rows[0, :half]]

    def f(x: Any) -> Any:
        return plan.run([*weights, *x])

    both = [compiled(f, argnums=0, reduce=None, backend=b) for b in ("numpy", "jax")]
    (values, slopes), (mine, found) = (p.value_and_grad(rows[:, half:]) for p in both)
    scale = 10.0 * max(1.0, *np.abs([*values, *np.ravel(slopes)]))
    np.testing.assert_allclose(mine, values, 1e-12, 1e-12 * scale)
    np.testing.assert_allclose(found, slopes, 1e-12, 1e-12 * scale)


def test_sums_are_added_up_as_they_are_written() -> None:
    """XLA itself would make x of (x + c) − c, and of x + 0 too."""

    def f(x: Any) -> list[Any]:
        small = Value(1e-9)
        return [
            1e20 + x[0] - 1e20,
            x[1] + 0.0,
            sum(x[1] * c for c in (1.0, 2.0)),
            (x[0] * 1e300) * 1e-300,
            Value(1e8) * x[0] - x[2] + small * x[0] + small * x[0],
        ]

    given = np.array([[1.0, -0.0, 1e8], [1e20, 0.0, 1.0]])
    want, got = (np.array(compiled(f, backend=b)(given)) for b in ("numpy", "jax"))
    np.testing.assert_array_equal(got, want)
    np.testing.assert_array_equal(np.signbit(got), np.signbit(want))
    assert got[0, 0] == 0.0 and got[3, 1] == math.inf and got[4, 0] == 2e-9


def test_one_example_and_float32() -> None:
    f = loss_of(nn.MLP(3, [4, 2], activation="tanh", seed=1))
    one = [X[0].tolist(), Y[0].tolist()]
    both = [compiled(f, backend=b).trace(*one) for b in ("numpy", "jax")]
    for mine, theirs in zip(*(p.value_and_grad(*one) for p in both), strict=True):
        np.testing.assert_allclose(theirs, mine, 1e-12)
    assert isinstance(both[1](*one), float)
    single = compiled(f, backend="jax", dtype=np.float32)
    assert single(X, Y).dtype == np.float32
    value, gradient = both[0].value_and_grad(X, Y)
    np.testing.assert_allclose(single.value_and_grad(X, Y)[0], value, 1e-6)
    np.testing.assert_allclose(single.grad(X, Y), gradient, 1e-4, 1e-6)


def test_the_users_own_precision_stays() -> None:
    compiled(lambda x: P[0] * x, backend="jax").value_and_grad(X[:, 0])
    assert jax.numpy.zeros(1).dtype == np.float32


# Primitives of users


def test_what_is_written_with_numpy_runs_by_jax(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("bump", "energy", "wave"):
        monkeypatch.setitem(ag.PRIMITIVES, name, None)  # what is defined here goes when it ends
        del ag.PRIMITIVES[name]

    @ag.define(ag.Unary, arrays=lambda x: x / (1.0 + x * x),
               local=lambda out, x: (1.0 - x * x) / ((1.0 + x * x) * (1.0 + x * x)))  # fmt: skip
    def bump(x: float) -> float:
        return x / (1.0 + x * x)

    @ag.define(ag.Unary, arrays=np.sinc, local=lambda out, x: -x * ag.norm([x, out]))
    def wave(x: float) -> float:
        return float(np.sinc(x))

    @ag.define(ag.Nary, local=lambda out, xs: [2.0 * x for x in xs],
               arrays=lambda xs, axis=None: np.sum(xs * xs, axis=axis))  # fmt: skip
    def energy(xs: Sequence[float]) -> float:
        return sum(x * x for x in xs)

    assert_agree(lambda x: bump(P[0] * x[0]) + energy([*x, P[2]]) * P[3] + wave(x[1]), [X])


def absolute(x: Any) -> Any:
    return x if x > 0 else -x


@pytest.mark.parametrize(("arrays", "why"), [
    (np.vectorize(absolute), "asks for the numbers of an array"),
    (lambda x: np.asarray(absolute(x)), "branches on an operand"),
    (lambda x: math.lgamma(x), "takes the plain number of an operand"),
    (lambda x: np.lib.stride_tricks.sliding_window_view(x, 1), "fails on JAX's arrays|has not"),
    (lambda x: np.interp(np.round(x), [0.0, 1.0], [0.0, 1.0], period=absolute(x)), "branches"),
])  # fmt: skip
def test_what_numpy_alone_can_compute_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, arrays: Any, why: str
) -> None:
    monkeypatch.setitem(ag.PRIMITIVES, "riddle", None)
    del ag.PRIMITIVES["riddle"]

    @ag.define(ag.Unary, arrays=arrays, local=lambda out, x: 2.0 * x)
    def riddle(x: float) -> float:
        return x

    program = compiled(lambda x: riddle(x), backend="jax")
    with pytest.raises(ag.TraceError, match="backend='jax' cannot compute riddle") as caught:
        program(X[:, 0])
    assert re.search(why, str(caught.value)), caught.value


# Errors


@pytest.mark.parametrize(("index", "message"), [
    (LABELS + 1, "from 0 to 2 .* not 3"), (LABELS - 1, "not -1"), (LABELS + 0.5, "whole number"),
    (np.array([2**40]), "not 1099511627776"),
])  # fmt: skip
def test_an_index_without_an_element(index: Any, message: str) -> None:
    program = compiled(lambda i: ag.take(P[:3], i), backend="jax")
    with pytest.raises(ag.AutogradError, match=message):
        program(index)
    with pytest.raises(ag.AutogradError, match=message):
        program.value_and_grad(index)


def test_without_jax_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    program = compiled(lambda x: P[0] * x).trace(X[:, 0])
    monkeypatch.setitem(sys.modules, "jax", None)
    advice = re.escape('pip install "chainrule[jax]"')
    with pytest.raises(ag.MissingExtraError, match=rf"backend='jax' needs jax.*{advice}"):
        compiled(lambda x: x, backend="jax")
    with pytest.raises(ag.MissingExtraError, match=rf"to_jax\(\) needs jax.*{advice}"):
        program.to_jax()


def test_a_mesh_that_is_none() -> None:
    with pytest.raises(ag.ArgumentError, match=r"mesh= is a jax.sharding.Mesh, such as .* not int"):
        compiled(lambda x: x, backend="jax", mesh=4)
    with pytest.raises(ag.ArgumentError, match="needs backend='jax', not 'auto'"):
        compiled(lambda x: x, mesh=jax.make_mesh((1,), ("batch",)))
