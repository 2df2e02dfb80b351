"""`where` on comparisons of Values in a program: choices made anew in every run."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from program_support import assert_agrees

import autograd as ag
from autograd import OperandError, TraceError, Value, where
from autograd import compile as compiled

INF, NAN = float("inf"), float("nan")
W = Value(2.0)


def negated(condition: Any) -> Any:
    """`~` of a condition; the bool of an eager comparison knows only `not`."""
    return not condition if isinstance(condition, bool) else ~condition


EDGES = np.array([0.0, -0.0, 1.0, -1.0, 2.0, 0.5, INF, -INF, NAN])

CHOICES: dict[str, Callable[[Any], Any]] = {
    "log": lambda x: where(x > 0.0, ag.log(x), 0.0),
    "log in a sum": lambda x: where(x > 0.0, 1.0 + W * ag.log(x), 0.0),
    "log in a dot": lambda x: where(x > 0.0, ag.dot([W, ag.log(x)], [x, W], W), W),
    "log in a mean": lambda x: where(x > 0.0, ag.mean([ag.log(x), W, x]), W),
    "sqrt": lambda x: where(x > 0.0, ag.sqrt(x) * W, -x),
    "sqrt of a sum": lambda x: where(x > 0.0, ag.sqrt(x + W - 2.0), W),
    "reciprocal": lambda x: where(x >= 1.0, 1.0 / (x - 1.0), 1.0 / (x + 1.0)),
    "other way": lambda x: where(x <= 0.0, 0.0, ag.log(x)),
    "with itself": lambda x: where(x < W, x, x * x),
    "constants": lambda x: where(x > 1.0, 1.0, 0.0) * x,
    "a constant and a parameter": lambda x: where(x > 1.0, W, 2.0) * x,
    "nested": lambda x: where(x > 0.0, where(x > 1.0, ag.log(x - 1.0), ag.log(x)), 0.0),
    "nested, both": lambda x: where(
        x > 0.0, where(x < 1.0, ag.sqrt(x), W), where(x < -1.0, ag.log(-x), -W * x)
    ),
    "and": lambda x: where((x > 0.0) & (x < 1.5), ag.log(x) * ag.log(1.5 - x), 0.0),
    "or": lambda x: where((x <= 0.0) | (x >= 1.5), 0.0, ag.log(x) * ag.log(1.5 - x)),
    "not": lambda x: where(negated(x > 0.0), 0.0, ag.log(x)),
    "and, or, not": lambda x: where(
        negated((x < 0.0) | (x > 1.0)) & negated(x >= W), ag.asin(x), W * x
    ),
    "with a bool": lambda x: where((x > 0.0) & True, x, W) + where(False | (x > 0.0), x, W),
    "a choice used twice": lambda x: (lambda c: where(c, x, W) * where(c, W, ag.exp(x)))(x > 0.5),
    "a condition on a choice": lambda x: where(where(x > 0.0, x, -x) > 1.0, W, x),
    "a shared branch": lambda x: (lambda y: where(x > 0.0, y, 0.0) + y)(ag.exp(W * x)),
    "log shared": lambda x: (lambda y: where(x > 0.0, y, 0.0) + where(x > 1.0, y, 1.0))(ag.log(x)),
    "a chain not taken": lambda x: where(x > 0.0, ag.sqrt(ag.log(x) ** 2) / x, W),
    "exclusive or": lambda x: where((x > 0.0) ^ (x > 1.0), ag.log(x), W),
    "exclusive or with a bool": lambda x: where((x > 0.0) ^ True, W, ag.log(x)),
    "ordered": lambda x: where((x > 0.0) > (x > 1.0), x, W),
    "counted": lambda x: x * (x > 0.5) + (x == 1.0) * W - abs(-(x > W)) ** 2,
    "a condition on parameters": lambda x: where(W > 1.0, W * x, ag.log(W)),
}


@pytest.mark.parametrize("name", CHOICES)
def test_choices(name: str) -> None:
    assert_agrees(CHOICES[name], [EDGES], [W], reductions=(None,))
    for x in EDGES:
        assert_agrees(CHOICES[name], [float(x)], [W])


@pytest.mark.parametrize("name", CHOICES)
def test_choices_in_rows_of_several_nodes(name: str) -> None:
    """One row takes a branch that another leaves, beside rows that are no choices."""
    f = CHOICES[name]

    def many(x: Any) -> Any:
        chosen = [(1.0 + i) * f(v) for i, v in enumerate(x)]
        return ag.sum([*chosen, *(ag.log(v * v + 1.0) for v in x)])

    rows = np.array([*itertools.product([0.0, -0.5, 0.5, 2.0], repeat=2)])
    assert_agrees(many, [rows], [W], reductions=(None,), scale=1.0)
    assert_agrees(many, [rows[1].tolist()], [W], scale=1.0)


def test_a_branch_not_taken_contributes_nothing() -> None:
    program = compiled(lambda x: where(x > 0.0, ag.log(x), 0.0), argnums=0, reduce=None)
    value, gradient = program.value_and_grad(np.array([0.0, 1.0, 4.0]))
    assert value.tolist() == [0.0, 0.0, np.log(4.0)]
    assert gradient.tolist() == [0.0, 1.0, 0.25]
    assert program.value_and_grad(0.0) == (0.0, 0.0)
    mean = compiled(lambda x: where(x > 0.0, 1.0 + W * ag.log(x), 0.0))
    value, gradient = mean.value_and_grad(np.array([0.0, 1.0]))
    assert value == 0.5
    assert gradient.tolist() == [0.0]


@pytest.mark.parametrize("op", ["<", "<=", ">", ">=", "==", "!="])
def test_every_comparison(op: str) -> None:
    compare = {
        "<": lambda a, b: a < b,
        "<=": lambda a, b: a <= b,
        ">": lambda a, b: a > b,
        ">=": lambda a, b: a >= b,
        "==": lambda a, b: a == b,
        "!=": lambda a, b: a != b,
    }[op]
    for c in (0.0, 1.0, INF, NAN):
        assert_agrees(lambda x, c=c: where(compare(x, c), x, W), [EDGES], [W], reductions=(None,))
        assert_agrees(lambda x, c=c: where(compare(c, x), x, W), [EDGES], [W], reductions=(None,))
        assert_agrees(lambda x, c=c: where(compare(c, x), x, W), [1.0], [W])
    if op in ("==", "!="):
        return
    pairs = np.array([*itertools.product(EDGES, repeat=2)])
    assert_agrees(lambda p: where(compare(p[0], p[1]), 3.0, W), [pairs], [W], reductions=(None,))
    assert_agrees(lambda x: where(compare(x, W), x, W), [np.array([1.0, 2.0, 3.0])], [W])


def test_equality_with_a_number_in_every_spelling() -> None:
    """By IEEE 754: −0.0 equals 0.0, and nan not even itself."""
    for f in (
        lambda x: where(x == 0, 3.0 * x, x**2),
        lambda x: where(x != 0, ag.sin(x) / x, 1.0),
        lambda x: where(0 == x, W, ag.log(x)),  # noqa: SIM300
        lambda x: where(x == np.float32(0.5), W, x),
        lambda x: where(x == NAN, W, x),
        lambda x: where((x == 1.0) | (x == -1.0), W, x * x),
        lambda x: (x == 1.0) * W + (x != 1) * x,
        lambda x: where(ag.maximum(x, 0.0) == 0.0, W, x),
        lambda x: where(W == 2.0, x, 1.0),
    ):
        assert_agrees(f, [EDGES], [W], reductions=(None,))
        for x in EDGES:
            assert_agrees(f, [float(x)], [W])
    classes = compiled(lambda n, x: where(n == 2, x, where(n == 1, 2.0 * x, 0.0)))
    assert classes(np.array([0, 1, 2, 3]), np.ones(4)).tolist() == [0.0, 2.0, 1.0, 0.0]
    assert compiled(lambda x: where(x == 10**400, 1.0, x))(2.0) == 2.0


def test_two_values_are_not_compared_by_their_numbers() -> None:
    """`==` asks whether they are one node, which `where` cannot be meant to ask."""
    for f in (
        lambda x: where(x == W, 1.0, x),
        lambda x: where(x != W, 1.0, x),
        lambda x: where(x * 2.0 == x, 1.0, x),
        lambda x: where(x == x, 1.0, x),
        lambda x: where((x == W) & (x > 0.0), 1.0, x),
        lambda x: where((x > 0.0) | (x == W), 1.0, x),
        lambda x: where(np.equal(x, W), 1.0, x),
    ):
        for given in (1.0, np.array([1.0, 2.0])):
            with pytest.raises(TraceError, match=r"where\(\(x >= y\) & \(x <= y\), a, b\)"):
                compiled(f)(given)
    assert compiled(lambda x: W if x == W else x)(5.0) == 5.0
    assert compiled(lambda x: W if x != x * 1.0 else x)(5.0) == 2.0
    assert compiled(lambda x: [x, W].index(W) + {W: 1.0, x: 2.0}[x] * x)(5.0) == 11.0


AS_NUMBERS: dict[str, Callable[[Any], Any]] = {
    "float": float, "int": int, "index": lambda c: [2.0, 3.0][c], "max": lambda c: max(c, c),
}  # fmt: skip


@pytest.mark.parametrize("name", AS_NUMBERS)
def test_a_comparison_is_no_plain_number(name: str) -> None:
    use = AS_NUMBERS[name]
    assert compiled(lambda x: use(2.0 > 1.0) * x)(3.0) == use(2.0 > 1.0) * 3.0
    with pytest.raises(TraceError, match=r"a comparison (is made a plain|decides)(?s:.*)test_cond"):
        compiled(lambda x: use(x > 1.0) * x)(3.0)
    with pytest.raises(TraceError, match=r"arithmetic asks(?s:.*)same node(?s:.*)test_conditions"):
        compiled(lambda x: use(x == W) * x)(3.0)


@pytest.mark.parametrize("use", [lambda c, x: c * x, lambda c, x: x * c, lambda c, x: 1.0 - c,
                                 lambda c, x: -c, lambda c, x: c ^ (x > 1.0)])  # fmt: skip
def test_whether_two_values_are_one_is_no_number(use: Callable[[Any, Any], Any]) -> None:
    with pytest.raises(TraceError, match=r"arithmetic asks .* >= y\) & \(x <= y"):
        compiled(lambda x: use(x == W, x) * x)(3.0)


def test_the_choice_is_made_anew_in_every_run() -> None:
    w = Value(1.0)
    program = compiled(lambda x: where(x > w, 10.0 * x, -x))
    assert [program(2.0), program(0.5), program(2.0)] == [20.0, -0.5, 20.0]
    w.data = 3.0
    assert program(2.0) == -2.0
    assert program(np.array([2.0, 4.0])).tolist() == [-2.0, 40.0]


def test_integers_in_conditions() -> None:
    program = compiled(lambda n, x: where(n > 2, x, where(n >= 1, 2.0 * x, 0.0)))
    assert program(np.array([0, 1, 2, 3]), np.ones(4)).tolist() == [0.0, 2.0, 2.0, 1.0]
    assert program(3, 1.0) == 1.0


def test_elementwise_choices_of_lists() -> None:
    xs = np.array([[1.0, -2.0], [0.0, 3.0]])
    program = compiled(lambda x: ag.sum([where(v > 0.0, v, 0.1 * v) for v in x]), argnums=0,
                       reduce="sum")  # fmt: skip
    assert program(xs).tolist() == [0.8, 3.0]
    assert program.grad(xs).tolist() == [[1.0, 0.1], [0.1, 1.0]]


def test_kinks_of_selecting_primitives() -> None:
    for f in (ag.relu, ag.abs, lambda x: ag.maximum(x, W), lambda x: ag.clip(x, 0.0, 1.0)):
        assert_agrees(f, [EDGES], [W], reductions=(None,))


def test_what_does_not_combine() -> None:
    for other in (1.0, "x", None, W):
        with pytest.raises(OperandError, match="another condition"):
            compiled(lambda x, other=other: where((x > 0.0) & other, x, W))(1.0)


@pytest.mark.parametrize("seed", range(8))
def test_mixtures_of_choices(seed: int) -> None:
    """Choices of several kinds in one graph, in rows beside each other and of each other."""
    rng = np.random.default_rng(seed)
    names = rng.choice(sorted(CHOICES), 6)
    places = rng.integers(0, 4, 6)

    def f(x: Any) -> Any:
        first = [CHOICES[n](x[i]) for n, i in zip(names, places, strict=True)]
        second = [CHOICES[n](0.5 * v) for n, v in zip(names[::-1], first, strict=True)]
        return ag.sum([(0.5 + i) * v for i, v in enumerate([*first, *second])])

    rows = rng.choice([0.0, -0.5, 0.5, 2.0, -1.0, 1.0], (5, 4))
    assert_agrees(f, [rows], [W], reductions=(None,), scale=100.0)
    assert_agrees(f, [rows[0].tolist()], [W], scale=100.0)


def test_a_slope_of_nought_in_a_branch_that_is_taken() -> None:
    """tanh(−inf) has slope 0, and 0 · inf is nan: eagerly, and so in a program.

    In a branch that is taken, and in rows beside one that may not be.
    """
    assert_agrees(lambda x: where(x > -1.0, ag.tanh(ag.log(x)), 0.0), [0.0])
    assert_agrees(
        lambda x: where(x > -1.0, ag.tanh(ag.log(x)), 0.0),
        [np.array([0.0, 1.0])],
        reductions=(None,),
    )
    assert_agrees(
        lambda x: ag.tanh(ag.log(x[0])) + where(x[1] > 0.0, ag.tanh(ag.log(x[1])), 0.0),
        [np.array([[0.0, 1.0], [1.0, 0.0], [0.0, 0.0]])],
        reductions=(None,),
    )


def test_selecting_primitives_multiply_by_a_slope_of_nought() -> None:
    """0 · ∞ is nan in every mode alike; `where` is what sends nothing."""
    for f, g in (
        (lambda x: ag.maximum(ag.sqrt(x), 0.1), lambda x: where(x > 0.01, ag.sqrt(x), 0.1)),
        (lambda x: ag.minimum(-ag.sqrt(x), -0.1), lambda x: where(x > 0.01, -ag.sqrt(x), -0.1)),
        (lambda x: ag.clip(ag.log(x), -2.0, 2.0), lambda x: where(x > 0.2, ag.log(x), -2.0)),
        (lambda x: ag.relu(ag.log(x)), lambda x: where(x > 1.0, ag.log(x), 0.0)),
    ):
        for function, slope in ((f, NAN), (g, 0.0)):
            assert_agrees(function, [np.array([0.0, 4.0])], reductions=(None,))
            program = compiled(function, argnums=0)
            first, second = ag.grad(function), ag.grad(ag.grad(function))
            along = ag.jvp(function, (0.0,), (1.0,))[1]
            got = [first(0.0), second(0.0), along, program.grad(0.0)]
            np.testing.assert_array_equal(got, [slope] * 4)


SIDES = [
    (operator.lt, np.less), (operator.le, np.less_equal), (operator.gt, np.greater),
    (operator.ge, np.greater_equal), (operator.eq, np.equal), (operator.ne, np.not_equal),
]  # fmt: skip


@pytest.mark.parametrize("kind", [np.float64, np.float32, np.longdouble, np.int8, np.array, int])
@pytest.mark.parametrize("compare", [compare for pair in SIDES for compare in pair])
def test_numbers_of_numpy_on_either_side_of_a_comparison(compare: Any, kind: Any) -> None:
    one, xs = kind(1), np.array([0.5, 1.0, 2.0])
    left = compiled(lambda x: where(compare(one, x), W * x, -x))
    right = compiled(lambda x: where(compare(x, one), W * x, -x))
    np.testing.assert_array_equal(left(xs), np.where(compare(1.0, xs), 2.0 * xs, -xs))
    np.testing.assert_array_equal(right(xs), np.where(compare(xs, 1.0), 2.0 * xs, -xs))
    assert [bool(compare(one, Value(x))) for x in xs] == compare(1.0, xs).tolist()
