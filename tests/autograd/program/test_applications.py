"""Every primitive in a program: value and gradients as the eager engine gives them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from autograd_support import FEW, INF, call, sample
from program_support import assert_agrees
from registry import COUNTS, VARIANTS, variants

import autograd as ag
from autograd import PRIMITIVES, Value
from autograd.primitives.primitive import Primitive

EDGES = (
    0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5, INF, -INF, float("nan"), 1e20, -1e20, 1e300,
    -1e300, 1e-300, 709.9, -745.5,
)  # fmt: skip
FEWER_EDGES = (0.0, -0.0, 1.0, -2.0, 0.5, INF, -INF, float("nan"), 1e20, -1e20)
UNARY = [v for v in variants() if v.values[0].arity == 1]
BINARY = [v for v in variants() if v.values[0].arity == 2]
NARY = [  # but for where, whose first operand is a condition
    v for v in variants() if v.values[0].arity is None and v.values[0].name != "where"
]
EXPONENTS = (0.0, 0.5, -1.0, 1.0, 2.0, 3.0, 2.5, -0.5, -2.0)


def bound(primitive: Primitive, constants: dict[str, Any]) -> Primitive:
    return primitive.bind(**constants) if constants else primitive


def points_of(primitive: Primitive, kinks: Sequence[float] = ()) -> list[float]:
    """Samples of the domain, kinks and edges of a unary primitive."""
    (domain,) = primitive.domain
    return [*sample(domain, primitive.kinks), *primitive.kinks, *kinks, *EDGES]


def check_unary(f: Callable[[Any], Any], xs: Sequence[float]) -> None:
    """In a batch, as an argument; as a parameter, on its own; half of them as constants."""
    assert_agrees(f, [np.array(xs)], reductions=(None,))
    leaves = [Value(x) for x in xs]
    for leaf in leaves[:: max(1, len(leaves) // 12)]:
        assert_agrees(lambda leaf=leaf: f(leaf), [], [leaf])
    assert_agrees(f, [xs[0]])


@pytest.mark.parametrize(("primitive", "constants"), UNARY)
def test_unary_primitives(primitive: Primitive, constants: dict[str, Any]) -> None:
    bounds = [c for c in constants.values() if abs(c) < 1e6]
    check_unary(bound(primitive, constants), points_of(primitive, bounds))


@pytest.mark.parametrize("exponent", EXPONENTS)
def test_powers_with_a_constant_exponent(exponent: float) -> None:
    check_unary(lambda x: x**exponent, [*EDGES, 0.3, 1.7, 12.0])
    check_unary(lambda x: ag.pow(x, exponent), [*EDGES, 0.3, 1.7, 12.0])


@pytest.mark.parametrize("slope", [0.2, 0.0, -0.0, -1.5, 1.0])
def test_leaky_relu_of_any_slope(slope: float) -> None:
    check_unary(lambda x: ag.leaky_relu(x, slope=slope), EDGES)


@pytest.mark.parametrize(
    ("low", "high"), [(-1.0, 2.0), (0.0, 0.0), (-INF, 0.5), (0.5, INF), (-INF, INF), (-0.0, 1e20)]
)
def test_clip_of_any_bounds(low: float, high: float) -> None:
    check_unary(lambda x: ag.clip(x, low, high), EDGES)


@pytest.mark.parametrize("condition", [True, False])
def test_where_with_a_plain_bool(condition: bool) -> None:
    w = Value(3.0)
    for f in (
        lambda x: ag.where(condition, x, w),
        lambda x: ag.where(condition, x * w, ag.log(x)),
        lambda x: ag.where(condition, ag.sqrt(x), w * w) + ag.where(not condition, x, 2.0),
    ):
        assert_agrees(f, [np.array([1.0, 0.0, -2.0, 4.0])], [w])
        assert_agrees(f, [0.0], [w])


# Two operands


def grid(primitive: Primitive) -> list[tuple[float, float]]:
    inside = itertools.product(FEW[::2], [y * 1.125 for y in FEW[::2]])
    ties = [(x, x) for x in FEWER_EDGES]
    return [*itertools.product(FEWER_EDGES, repeat=2), *inside, *ties]


@pytest.mark.parametrize(("primitive", "constants"), BINARY)
def test_binary_primitives_of_two_arguments(
    primitive: Primitive, constants: dict[str, Any]
) -> None:
    pairs = np.array(grid(primitive))
    assert_agrees(bound(primitive, constants), list(pairs.T), reductions=(None,))


@pytest.mark.parametrize(("primitive", "constants"), BINARY)
def test_binary_primitives_of_a_variable_and_constants(
    primitive: Primitive, constants: dict[str, Any]
) -> None:
    """One statement for many nodes, each with a constant of its own; and with one for all."""
    f, xs = bound(primitive, constants), np.array(grid(primitive))[:, 0]
    for c in FEWER_EDGES:
        assert_agrees(lambda x, c=c: f(x, c), [np.unique(xs)], reductions=(None,))
        assert_agrees(lambda x, c=c: f(c, x), [np.unique(xs)], reductions=(None,))
    for k, c in enumerate(FEWER_EDGES):
        mixed = [c, *FEWER_EDGES[: k or 1]]
        p = [Value(x) for x in mixed]
        assert_agrees(lambda p=p, c=c: f(p[0], c), [], p)
        assert_agrees(lambda p=p, c=c: f(c, p[0]), [], p)


@pytest.mark.parametrize(("primitive", "constants"), BINARY)
def test_binary_primitives_in_rows_of_several_nodes(
    primitive: Primitive, constants: dict[str, Any]
) -> None:
    """Parameters with inputs, parameters with each other, an operand twice, one for many."""
    f = bound(primitive, constants)
    p = [Value(x) for x in (0.5, 1.5, 3.0, 0.25)]
    xs = np.array([[0.75, 2.0, 1.25, 3.0], [1.0, 0.5, 3.0, 2.5], [2.0, 2.0, 0.25, 0.1]])

    def weighted(nodes: Sequence[Any]) -> Any:
        return ag.sum([(i + 1.5) * node for i, node in enumerate(nodes)])

    for build in (
        lambda x: weighted([f(a, b) for a, b in zip(p, x, strict=True)]),
        lambda x: weighted([f(b, a) for a, b in zip(p, x, strict=True)]),
        lambda x: weighted([f(a, b) for a in p for b in x]),
        lambda x: weighted([f(a, b) for a in x for b in p[:3]]),
        lambda x: weighted([f(a, x[0]) for a in p]),
        lambda x: weighted([f(p[0], b) for b in x]),
        lambda x: weighted([f(a, a) for a in x] + [f(a, a) for a in p]),
        lambda x: weighted([f(x[i], x[j]) for i, j in ((0, 1), (1, 0), (0, 1), (3, 3), (2, 0))]),
        lambda x: weighted([f(a, c) for a, c in zip(x, (0.5, 2.0, 3.0, 1.25), strict=True)]),
        lambda x: weighted([f(c, a) for a, c in zip(p, (0.5, 2.0, 3.0, 1.25), strict=True)]),
    ):
        assert_agrees(build, [xs], p, scale=10.0)
        assert_agrees(build, [xs[0].tolist()], p, scale=10.0)


@pytest.mark.parametrize("x", FEWER_EDGES)
def test_an_operand_used_twice(x: float) -> None:
    for f in (
        lambda a: a * a,
        lambda a: a + a,
        lambda a: a - a,
        lambda a: a / a,
        lambda a: a**a,
        lambda a: ag.maximum(a, a),
        lambda a: ag.minimum(a, a),
        lambda a: ag.hypot(a, a),
        lambda a: ag.atan2(a, a),
    ):
        assert_agrees(f, [x])
        assert_agrees(f, [np.array([x, 1.5])], reductions=(None,))
        p = Value(x)
        assert_agrees(lambda p=p, f=f: f(p), [], [p])


# Any number of operands


def sizes(primitive: Primitive) -> tuple[int, ...]:
    return COUNTS.get(primitive.name, (1, 2, 3, 7))


@pytest.mark.parametrize(("primitive", "constants"), NARY)
def test_nary_primitives_of_several_sizes(primitive: Primitive, constants: dict[str, Any]) -> None:
    rng = np.random.default_rng(5)
    for n in sizes(primitive):
        xs = rng.normal(size=(4, n))
        assert_agrees(lambda x: primitive(list(x)), [xs], scale=1.0)
        assert_agrees(lambda x: primitive(list(x)), [xs[0].tolist()], scale=1.0)
        p = [Value(v) for v in xs[1]]
        assert_agrees(lambda p=p: primitive(p), [], p, scale=1.0)


@pytest.mark.parametrize(("primitive", "constants"), NARY)
def test_nary_primitives_at_edges(primitive: Primitive, constants: dict[str, Any]) -> None:
    triples = [(x, 0.5, y) for x in FEWER_EDGES for y in FEWER_EDGES]
    assert_agrees(lambda x: primitive(list(x)), [np.array(triples)], reductions=(None,))
    for x in FEWER_EDGES:
        assert_agrees(lambda v: primitive([v, 0.5, 1.0]), [x])
        assert_agrees(lambda v, x=x: primitive([1.25, x, v]), [2.0])


@pytest.mark.parametrize(("primitive", "constants"), NARY)
def test_nary_primitives_of_mixed_operands(primitive: Primitive, constants: dict[str, Any]) -> None:
    """Constants, parameters, inputs, computed values and repetitions among the operands."""
    p = [Value(x) for x in (0.5, -1.5, 2.0)]
    xs = np.array([[0.3, -0.7, 1.1], [2.0, 0.0, -1.0], [0.0, 0.0, 0.0]])
    lists: list[Callable[[Any], list[Any]]] = [
        lambda x: [x[0], 2.0, x[1]],
        lambda x: [2.0, x[0], x[0], -1.0, x[2]],
        lambda x: [p[0], x[0], p[1]],
        lambda x: [x[0] * p[0], p[0], x[0]],
        lambda x: [ag.sin(x[0]), ag.sin(x[1]), ag.cos(x[2])],
        lambda x: [x[0], x[0], x[0]],
        lambda x: [p[0], p[0], p[2]],
        lambda x: [p[2], p[1], p[0]],
        lambda x: [ag.tanh(p[0]), x[1], ag.tanh(p[0]), 0.25, ag.tanh(x[1])],
    ]
    for operands in lists:

        def f(x: Any, operands: Callable[[Any], list[Any]] = operands) -> Any:
            found = operands(x)
            return ag.dot(found, found[::-1], p[0]) if primitive.name == "dot" else primitive(found)

        assert_agrees(f, [xs], p, scale=1.0)
        assert_agrees(f, [xs[0].tolist()], p, scale=1.0)


@pytest.mark.parametrize(("primitive", "constants"), NARY)
def test_nary_primitives_in_rows_of_several_nodes(
    primitive: Primitive, constants: dict[str, Any]
) -> None:
    """Windows that overlap, nodes with constants of their own, several sizes side by side."""
    p = [Value(0.3 * i - 1.0) for i in range(7)]
    xs = np.random.default_rng(6).normal(size=(3, 7))

    def windows(x: Sequence[Any], n: int) -> list[Any]:
        return [primitive(list(x[i : i + n])) for i in range(len(x) - n + 1)]

    for build in (
        lambda x: ag.sum([a * b for a, b in zip(windows(x, 3), windows(p, 3), strict=True)]),
        lambda x: ag.sum([(i + 1.0) * v for i, v in enumerate(windows(x, 1) + windows(x, 3))]),
        lambda x: ag.sum([primitive([x[i], p[i], 0.5 * i]) * x[0] for i in range(5)]),
        lambda x: ag.sum([primitive([x[i], p[j], x[i]]) * p[j] for i in (0, 3) for j in (1, 5)]),
    ):
        assert_agrees(build, [xs], p, scale=10.0)
        assert_agrees(build, [xs[0].tolist()], p, scale=10.0)


def test_softmax() -> None:
    p = [Value(x) for x in (0.5, -1.5, 2.0)]
    weights = (1.0, -2.0, 0.5)
    xs = np.array([[0.3, -0.7, 1.1], [1000.0, 0.0, -1000.0], [1e20, 1e20, -INF]])

    def f(x: Any) -> Any:
        out = ag.softmax([a + b for a, b in zip(x, p, strict=True)])
        return ag.dot(list(weights), out)

    assert_agrees(f, [xs[:2]], p, scale=1.0)
    assert_agrees(f, [xs[2].tolist()], p, scale=1.0)


# The check itself: a wrong local rule must be noticed


def wrong(primitive: Primitive) -> Primitive:
    """A twin whose last local gradient is off by one part in 10⁹."""
    rules = primitive._block.local
    rules = rules if isinstance(rules, tuple) else (rules,)
    last = rules[-1]

    def off(*args: Any, **constants: Any) -> Any:
        right = last(*args, **constants) if callable(last) else last
        if isinstance(right, list):
            return [*right[:-1], right[-1] * (1.0 + 1e-9)]
        return right * (1.0 + 1e-9)

    changed = (*rules[:-1], off)
    local = changed if isinstance(primitive._block.local, tuple) else off
    return type(primitive)(primitive._body, primitive._block._replace(local=local, fused=None), {})


@pytest.mark.parametrize("name", ["sin", "exp", "sub", "mul", "div", "prod", "norm", "atan2"])
def test_a_wrong_local_rule_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program computes with the wrong twin, the eager engine with the right primitive."""
    right, mutant = PRIMITIVES[name], wrong(PRIMITIVES[name])
    n = 2 if right.arity is None else right.arity

    def f(x: Any) -> Any:
        primitive = mutant if ag.is_tracing() else right
        return call(primitive, list(x[:n]))

    with pytest.raises(AssertionError, match="gradient"):
        assert_agrees(f, [np.array([[0.5, 1.25], [0.75, 2.0]])])
    with pytest.raises(AssertionError, match="gradient"):
        assert_agrees(f, [[0.5, 1.25]])


def test_every_variant_is_covered() -> None:
    covered = {p.values[0].name for p in (*UNARY, *BINARY, *NARY)} | {"where"}
    assert covered == set(PRIMITIVES) >= set(VARIANTS)
