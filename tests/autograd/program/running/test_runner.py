"""A program returns leaves, constants, repeated and shared results, gradients of each."""

from __future__ import annotations

from collections import namedtuple
from typing import Any
from weakref import WeakSet

import numpy as np
import pytest
from program_support import assert_agrees

import autograd as ag
from autograd import Value
from autograd import compile as compiled

W = [Value(0.5), Value(-2.0), Value(3.0)]
XS = np.array([[1.0, 2.0], [-1.0, 0.5], [0.0, 4.0]])


def test_results_of_every_origin() -> None:
    def f(x: Any) -> Any:
        h = [ag.tanh(w * x[0]) for w in W]
        return [x[1], W[2], 7.0, h[1], h[1], ag.sum(h), h[0] * 0.0, W[0] * W[1], x[1], h]

    got = compiled(f)(XS)
    for i, x in enumerate(XS):
        want = [float(v) for v in f(x.tolist())[:-1]]
        np.testing.assert_allclose([column[i] for column in got[:-1]], want, rtol=1e-12)
    assert all(column.shape == (3,) for column in got[:-1])
    one = compiled(f)(XS[0].tolist())
    np.testing.assert_allclose(one[:-1], [float(v) for v in f(XS[0].tolist())[:-1]], rtol=1e-12)
    assert len(one[-1]) == 3


def test_many_results() -> None:
    program = compiled(lambda x: [[a * b for a in W] for b in x])
    got = np.array(program(XS))
    np.testing.assert_allclose(got, np.einsum("a,nb->ban", [0.5, -2.0, 3.0], XS))
    table = compiled(lambda x: np.outer(np.array(W, dtype=object), x))(XS)
    np.testing.assert_allclose(table, np.einsum("a,nb->nab", [0.5, -2.0, 3.0], XS))


def test_gradients_of_results_that_are_leaves_or_constants() -> None:
    for f in (
        lambda x: x[1],
        lambda x: W[1],
        lambda x: 3.0,
        lambda x: Value(3.0),
        lambda x: W[0] + 0.0,
        lambda x: ag.identity(x[0]),
        lambda x: W[0] * 0.0 + 2.0,
        lambda x: ag.sum([x[0]]),
        lambda x: -(x[0] * -1.0),
    ):
        assert_agrees(f, [XS], W)
        assert_agrees(f, [XS[0].tolist()], W)


def test_a_result_used_within_itself() -> None:
    def f(x: Any) -> Any:
        y = ag.exp(x[0]) * W[0]
        z = y * y + ag.sin(y)
        return y + 0.0 * z

    assert_agrees(f, [XS], W)
    assert_agrees(f, [XS[0].tolist()], W)


def test_what_does_not_lead_to_the_result_gets_nothing() -> None:
    """Rows beside those that do, in the same statements."""

    def f(x: Any) -> Any:
        h = [ag.log(w * w * x[1]) for w in W]
        g = [ag.sqrt(v - 10.0) for v in h]
        return h[1] + 0.0 * len(g)

    assert_agrees(f, [XS], W)
    assert_agrees(f, [XS[0].tolist()], W)


@pytest.mark.parametrize("reduce", ["mean", "sum"])
@pytest.mark.parametrize("size", [3, 200_000])
def test_sums_beyond_the_largest_float_are_inf_without_a_warning(reduce: str, size: int) -> None:
    program, xs = compiled(lambda x: W[2] * x, reduce=reduce), np.full(size, 5e307)
    with np.errstate(all="raise"):  # the program's own
        for _ in range(2):
            value, gradient = program.value_and_grad(xs)
            assert value == float("inf")
            want = 5e307 if reduce == "mean" else size * 5e307
            np.testing.assert_allclose(gradient, [want], rtol=1e-12)


def test_an_argument_without_numbers() -> None:
    program = compiled(lambda xs: ag.sum([*xs, W[0]]), batched=False)
    assert program(np.array([])) == 0.5
    assert program.value_and_grad(np.zeros((0, 3)))[1].tolist() == [1.0]
    assert "argument" not in str(program.source)


Named = namedtuple("Named", "a b")


@pytest.mark.parametrize(
    "returned",
    [
        lambda y: y, lambda y: [y, y], lambda y: {"a": y}, lambda y: Named(y, [y]),
        lambda y: np.array([y, y], dtype=object), lambda y: [Named(y, y), {"a": (y,)}],
    ],
)  # fmt: skip
def test_the_graph_of_the_trace_is_forgotten(returned: Any) -> None:
    alive: WeakSet[Any] = WeakSet()

    def f(x: Any) -> Any:
        y = x * W[0]
        alive.add(y)
        return returned(y)

    program = compiled(f)
    program(XS[:, 0])
    assert not alive


def test_arguments_of_other_kinds_after_one_that_is_known() -> None:
    """The short way is for arguments like those of an earlier call, and for nothing else."""
    w = Value(2.0)
    program = compiled(lambda x, s: s * ag.sum([w * v for v in x]))
    for _ in range(2):
        assert program([1.0, 2.0], 3.0) == program((1.0, 2.0), 3) == 18.0
        assert program([1, 2], 3.0) == program(np.array([[1.0, 2.0]]), 3.0)[0] == 18.0
        assert program([True, 2.0], np.float64(3.0)) == program(x=[1.0, 2.0], s=3.0) == 18.0
        assert program.grad([1.0, 2.0], 3.0).tolist() == [9.0]
        assert program.value_and_grad(np.array([[1.0, 2.0]] * 3), 3.0)[0] == 18.0
        for x, s in ((["1", 2.0], 3.0), ([Value(1.0), 2.0], 3.0), ([1.0, 2.0], "3")):
            with pytest.raises(ag.OperandError):
                program(x, s)
        with pytest.raises(OverflowError):
            program([1.0, 2.0], 2**5000)
        with pytest.raises(ag.OperandError):
            program(np.array([[1j, 2.0]]), 3.0)
        with pytest.raises(ag.ArgumentError, match="no example"):
            program(np.zeros((0, 2)), 3.0)
    assert ag.grad(lambda t: program([t, 2.0], 3.0))(1.0).data == 6.0
    w.data = 5.0
    assert program([1.0, 2.0], 3.0) == 45.0


def test_static_numbers_after_one_that_is_known() -> None:
    program = compiled(lambda x, n: x * n, static_argnums=1)
    for n in (2.0, 3.0, 2.0):
        assert program(1.5, n) == 1.5 * n
        assert program(np.array([1.0, 2.0]), n).tolist() == [n, 2.0 * n]


@pytest.mark.parametrize("backend", ["numpy", "python", "native"])
@pytest.mark.parametrize("x", [2.0, np.ones(3)], ids=["one", "a batch"])
def test_the_jacobian_of_no_numbers(backend: str, x: Any) -> None:
    assert compiled(lambda x: [], argnums=0, backend=backend).jacobian(x) == []
    assert compiled(lambda x: [(), []], argnums=0, backend=backend).jacobian(x) == [(), []]
