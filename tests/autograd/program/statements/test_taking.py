"""`take`: rows named by whole numbers that a program is given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from program_support import assert_agrees

import autograd as ag
from autograd import ArgumentError, OperandError, Value, take
from autograd import compile as compiled

P = [Value(0.4 * i - 1.3) for i in range(12)]
TABLE = [P[3 * i : 3 * i + 3] for i in range(4)]
X = np.random.default_rng(3).normal(size=(6, 4))
INDEX = np.array([0, 3, 3, 1, 0, 2])
PAIRS = np.array([[0, 0], [3, 1], [2, 2], [1, 0], [3, 3], [0, 2]])


def rows(x: Any) -> list[list[Any]]:
    """Computed rows: each parameter times an input."""
    return [[p * v for p in row] for row, v in zip(TABLE, x, strict=True)]


TAKES: dict[str, Callable[[Any, Any], Any]] = {
    "a parameter": lambda x, i: take(P[:4], i) * x[0],
    "a parameter of a few": lambda x, i: take([P[7], P[2], P[2], P[5]], i) * x[0],
    "an input": lambda x, i: take(list(x), i) * P[0],
    "an input in reverse": lambda x, i: take(list(x)[::-1], i) * P[0],
    "a computed value": lambda x, i: take([ag.tanh(v * P[j]) for j, v in enumerate(x)], i),
    "from several places": lambda x, i: take([x[0], P[0], ag.exp(x[1]), 2.5], i) * P[1],
    "constants": lambda x, i: take([1.0, 2.0, 4.0, 8.0], i) * x[0] * P[0],
    "constants and a parameter": lambda x, i: take([1.0, P[2], 4.0, 8.0], i) * x[0],
    "parameters of several kinds": lambda x, i: take([P[0], P[1] * P[2], P[3], ag.exp(P[4])], i),
    "a row": lambda x, i: ag.dot(take(TABLE, i), list(x[:3])),
    "a row of an array": lambda x, i: ag.dot(list(take(np.array(TABLE, dtype=object), i)),
                                             list(x[:3])),
    "a computed row": lambda x, i: ag.norm(take(rows(x), i)),
    "a row of mixed columns": lambda x, i: ag.dot(
        take([[p, v, ag.sin(v)] for p, v in zip(P, x, strict=False)], i), P[5:8]
    ),
    "twice": lambda x, i: take(P[:4], i) * take(P[4:8], i) + take(P[:4], i),
    "of a taken one": lambda x, i: ag.tanh(take(P[:4], i)) ** 2 + P[0] * P[1],
    "beside a whole": lambda x, i: ag.logsumexp(list(x)) - take(list(x), i) + ag.sum(P),
    "the loss of a classifier": lambda x, i: (lambda z: ag.logsumexp(z) - take(z, i))(
        [ag.dot(row, list(x[:3]), b) for row, b in zip(TABLE, P, strict=False)]
    ),
    "of a log": lambda x, i: take([x[0], x[1], x[2], ag.log(x[3] * x[3])], i),
    "an index used as a number": lambda x, i: take(P[:4], i) * i + x[0],
}  # fmt: skip


@pytest.mark.parametrize("name", TAKES)
def test_takes(name: str) -> None:
    assert_agrees(TAKES[name], [X, INDEX], P, scale=1.0)
    for i in range(4):
        assert_agrees(TAKES[name], [X[i].tolist(), i], P, scale=1.0)


@pytest.mark.parametrize("name", TAKES)
def test_several_takes(name: str) -> None:
    """Several whole numbers for each example, repeated ones among them."""
    f = TAKES[name]

    def several(x: Any, ij: Any) -> Any:
        return f(x, ij[0]) * f(x, ij[1]) + f(x, ij[0])

    assert_agrees(several, [X, PAIRS], P, scale=10.0)
    assert_agrees(several, [X[0].tolist(), [3, 3]], P, scale=10.0)


@pytest.mark.parametrize("name", TAKES)
def test_an_index_that_all_examples_share(name: str) -> None:
    f = TAKES[name]
    assert_agrees(lambda x, i: f(x, i), [X, 2], P, scale=1.0)
    assert_agrees(lambda x, ij: f(x, ij[1]) + f(x, ij[0]), [X, [2, 0]], P, scale=1.0)


def test_an_embedding_is_a_scatter_add() -> None:
    """Document 003, section 2.4, of rows: those looked up more than once add up."""
    program = compiled(lambda i, x: ag.dot(take(TABLE, i), [x, 2.0 * x, 3.0 * x]), reduce="sum")
    x = np.array([1.0, 10.0, 100.0, 1.0])
    i = np.array([1, 1, 3, 1])
    gradient = dict(zip(map(id, program.trace(i, x).parameters), program.grad(i, x), strict=True))
    want = np.zeros((4, 3))
    np.add.at(want, i, x[:, None] * np.array([1.0, 2.0, 3.0]))
    got = [[gradient.get(id(p), 0.0) for p in row] for row in TABLE]
    np.testing.assert_allclose(got, want, rtol=1e-12)


def test_a_sequence_of_tokens() -> None:
    def f(tokens: Any) -> Any:
        h: list[Any] = [0.0, 0.0, 0.0]
        for t in tokens:
            h = [ag.tanh(a + b) for a, b in zip(h, take(TABLE, t), strict=True)]
        return ag.norm(h)

    tokens = np.random.default_rng(0).integers(0, 4, (5, 4))
    assert_agrees(f, [tokens], P, scale=1.0)
    assert_agrees(f, [tokens[0].tolist()], P, scale=1.0)


def test_what_is_not_taken_contributes_nothing() -> None:
    """Not even where its own derivative is infinite."""
    program = compiled(lambda x, i: take([ag.sqrt(x), x, ag.log(x)], i), argnums=0, reduce=None)
    value, gradient = program.value_and_grad(np.zeros(3), np.array([1, 1, 0]))
    assert value.tolist() == [0.0, 0.0, 0.0]
    assert gradient.tolist() == [1.0, 1.0, np.inf]
    assert program.value_and_grad(0.0, 1) == (0.0, 1.0)
    w = Value(0.0)
    own = compiled(lambda x, i: take([ag.log(w), x * 2.0, 1.0 + 3.0 * ag.log(w)], i))
    assert own.value_and_grad(np.ones(2), np.array([1, 1]))[1].tolist() == [0.0]
    assert own.value_and_grad(1.0, 1)[1].tolist() == [0.0]


@pytest.mark.parametrize("bad", [4, -1, 1000, -5])
def test_an_index_out_of_range(bad: int) -> None:
    for f in (TAKES["a parameter"], TAKES["a row"], TAKES["from several places"]):
        program = compiled(f)
        program(X, INDEX)
        message = rf"from 0 to 3 \(there are 4 elements\), not {bad}$"
        index = INDEX.copy()
        index[3] = bad
        for call in (program, program.value_and_grad, program.grad):
            with pytest.raises(ArgumentError, match=message):
                call(X, index)
            with pytest.raises(ArgumentError, match=message):
                call(X[0].tolist(), bad)
            with pytest.raises(ArgumentError, match=message):
                call(X, bad)
        assert np.isfinite(program(X, INDEX)).all()


def test_an_index_out_of_range_in_the_first_call() -> None:
    with pytest.raises(ArgumentError, match="from 0 to 3"):
        compiled(TAKES["a parameter"])(X, INDEX + 4)
    with pytest.raises(ArgumentError, match="from 0 to 3"):
        compiled(TAKES["a parameter"])(X[0].tolist(), 7)


@pytest.mark.parametrize("bad", [1.5, float("nan"), float("inf"), -0.25])
def test_an_index_that_is_no_whole_number(bad: float) -> None:
    for f in (TAKES["a parameter"], TAKES["a row"], TAKES["from several places"]):
        program = compiled(f)
        with pytest.raises((OperandError, ArgumentError), match="index of take"):
            program(X, np.array([0.0, 1.0, bad, 2.0, 0.0, 1.0]))
        with pytest.raises((OperandError, ArgumentError), match="index of take"):
            compiled(f)(X[0].tolist(), bad)


def test_whole_numbers_given_as_floats() -> None:
    program = compiled(TAKES["a parameter"])
    want = program(X, INDEX)
    assert np.array_equal(program(X, INDEX.astype(float)), want)
    assert program(X[1].tolist(), 3.0) == want[1]
    for kind in (np.int8, np.uint8, np.int32, np.uint64):
        assert np.array_equal(program(X, INDEX.astype(kind)), want)


def test_a_computed_index_has_no_gradient() -> None:
    program = compiled(lambda x, i: take(P[:4], 3 - i) * x[0])
    assert np.array_equal(program(X, INDEX), compiled(TAKES["a parameter"])(X, 3 - INDEX))
    flipped = compiled(lambda x, i: take(P[:4], ag.where(x[0] > 0.0, 3, i)) * x[0])
    index = np.where(X[:, 0] > 0.0, 3, INDEX)
    assert np.array_equal(flipped(X, INDEX), compiled(TAKES["a parameter"])(X, index))


def test_rows_of_different_lengths() -> None:
    for rows, lengths in (
        ([[P[0]], [P[1], P[2]]], "1 and 2"),
        ([[P[0]] * 3, [P[1]], [], [P[2]]], "0 and 1 and 3"),
    ):
        with pytest.raises(ArgumentError, match=f"equally long.* not of lengths {lengths};"):
            compiled(lambda i, rows=rows: take(rows, i)[0])(1)


def test_rows_beside_numbers() -> None:
    for table in ([P[0], [P[1], P[2]]], [[P[1]], 2.0]):
        with pytest.raises(ArgumentError, match="numbers, or rows, but not some of each"):
            compiled(lambda i, table=table: take(table, i))(1)
    with pytest.raises(OperandError, match=r"element 0 of take must be a real number.*NoneType"):
        compiled(lambda i: take([None, None], i))(1)


def test_a_table_that_is_no_sequence() -> None:
    for table in (P[0], 3.0, "abc", {0: P[0], 1: P[1]}, {1.0, 2.0}, None):
        with pytest.raises(OperandError, match=f"sequence.* argument is {type(table).__name__}$"):
            compiled(lambda i, table=table: take(table, i))(1)


def test_a_table_of_no_rows() -> None:
    for table in ([], (), np.zeros((0, 2))):
        with pytest.raises(ArgumentError, match="no elements"):
            compiled(lambda i, table=table: take(table, i))(0)


def test_a_table_of_one_row() -> None:
    assert_agrees(lambda x, i: take([P[0]], i) * x, [np.array([1.0, 2.0]), np.array([0, 0])], P)
    assert_agrees(lambda x, i: take([P[0]], i) * x, [2.0, 0], P)


def test_a_constant_index_is_an_ordinary_one() -> None:
    assert_agrees(lambda x: take(P[:4], 2) * x, [np.array([1.0, 2.0])], P)
    assert_agrees(lambda x: ag.dot(take(TABLE, 2), [x, x, x]), [1.5], P)


def test_a_leaf_made_inside_as_index() -> None:
    """A constant: the same as the plain number."""
    for given in (1.5, np.array([1.0, 2.0])):
        for f in (
            lambda x: take(P[:4], Value(2.0)) * x,
            lambda x: take([x, P[0], x * P[1]], Value(2.0)),
            lambda x: take([x, P[0]], Value(0.0)) + P[1],
            lambda x: take([1.0, 2.5], Value(1.0)) * x * P[0],
            lambda x: take([ag.log(x), P[0] * x, 3.0], Value(1.0)),
            lambda x: ag.norm(take([[x, P[0]], [P[1], x * x]], Value(1.0))),
            lambda x: take(P[:4], Value(1.0) + Value(2.0)) * x,
            lambda x: take(P[:4], 3.0 - ag.exp(Value(0.0))) * x,
            lambda x: take([take(P[:2], Value(1.0)), x], Value(0.0)) * x,
            lambda x: take(P[:4], Value(1.0)) * take(P[4:8], x * 0.0),
        ):
            assert_agrees(f, [given], P)
        for bad in (4.0, -1.0):
            with pytest.raises(ArgumentError, match=rf"from 0 to 3 .*, not {bad:.0f}$"):
                compiled(lambda x, bad=bad: take(P[:4], Value(bad)) * x)(given)
        for bad in (0.5, float("nan"), float("inf")):
            with pytest.raises(OperandError, match="index of take must be a whole number"):
                compiled(lambda x, bad=bad: take(P[:4], Value(bad)) * x)(given)


def test_a_constant_index_leaves_the_others_out() -> None:
    """Not even an infinite slope of theirs is sent anything."""
    f = lambda x: take([ag.log(x), x, ag.sqrt(x) * P[0]], Value(1.0))  # noqa: E731
    program = compiled(f, argnums=0, reduce=None)
    value, gradient = program.value_and_grad(np.array([0.0, -1.0, 2.0]))
    assert value.tolist() == [0.0, -1.0, 2.0]
    assert gradient.tolist() == [1.0, 1.0, 1.0]
    assert program.value_and_grad(0.0) == (0.0, 1.0)


@pytest.mark.parametrize("seed", range(8))
def test_mixtures_of_takes(seed: int) -> None:
    """Takes of several kinds in one graph, in rows beside each other."""
    rng = np.random.default_rng(seed)
    names = rng.choice(sorted(TAKES), 5)

    def f(x: Any, indices: Any) -> Any:
        found = [TAKES[n](x, i) for n, i in zip(names, indices, strict=True)]
        return ag.sum([(0.5 + k) * ag.tanh(v) for k, v in enumerate(found)]) * found[0]

    indices = rng.integers(0, 4, (6, 5))
    assert_agrees(f, [X, indices], P, scale=100.0)
    assert_agrees(f, [X[0].tolist(), indices[0].tolist()], P, scale=100.0)


def test_a_taken_log_softmax_needs_no_masks() -> None:
    """Whichever class is taken, the sum over all of them is sent something."""
    w = [Value(0.1 * i - 0.3) for i in range(6)]

    def loss(x: Any, k: Any) -> Any:
        logits = [ag.sqrt(w[2 * j] * x + w[2 * j + 1] ** 2) for j in range(3)]
        return -ag.take(ag.log_softmax(logits), k)

    program, X, K = compiled(loss), np.array([1.0, 2.0, 3.0]), np.array([0, 2, 1])
    value, gradient = program.value_and_grad(X, K)
    assert "where(" not in str(program.source).partition("# backward")[2]
    for p in w:
        p.zero_grad()
    mean = ag.mean([loss(x, int(k)) for x, k in zip(X, K, strict=True)])
    mean.backward()
    np.testing.assert_allclose(value, mean.data, rtol=1e-12)
    np.testing.assert_allclose(gradient, [p.grad for p in program.parameters], rtol=1e-12)
