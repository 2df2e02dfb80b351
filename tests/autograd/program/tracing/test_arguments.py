"""Arguments of a program: batch rules, nesting, integers, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import ArgumentError, NumberTooLargeError, OperandError, Value
from autograd import compile as compiled

W = Value(3.0)


def total(x: Any) -> Any:
    """A weighted sum of all numbers of an argument."""
    if isinstance(x, dict):
        return sum((total(v) for v in x.values()), 0.0)
    if isinstance(x, (list, tuple)):
        return sum(((i + 1.0) * total(v) for i, v in enumerate(x)), 0.0)
    if isinstance(x, np.ndarray):
        return total(list(x)) if x.ndim else total(x.item())
    return x


def test_arrays_have_a_batch_axis_and_the_rest_is_shared() -> None:
    program = compiled(lambda x, y, z: x[0] * y + W * z[1][0])
    got = program(np.array([[1.0, 2.0], [3.0, 4.0]]), 10.0, [0.0, [2.0]])
    assert got.tolist() == [16.0, 36.0]
    assert program([1.0], 10.0, [0.0, [2.0]]) == 16.0


def test_arrays_within_lists_and_dicts_have_a_batch_axis_too() -> None:
    program = compiled(lambda d: d["a"] * d["b"][0][1] + d["b"][1])
    got = program({"a": np.array([1.0, 2.0]), "b": [np.array([[0.0, 3.0], [0.0, 4.0]]), 0.5]})
    assert got.tolist() == [3.5, 8.5]


@pytest.mark.parametrize("shape", [(3,), (3, 1), (3, 2), (3, 2, 2), (3, 1, 4), (1, 5)])
def test_examples_of_any_shape(shape: tuple[int, ...]) -> None:
    xs = np.random.default_rng(0).normal(size=shape)

    def f(x: Any) -> Any:
        assert np.shape(x) == shape[1:]
        return total(x)

    program = compiled(f, argnums=0, reduce="sum")
    np.testing.assert_allclose(program(xs), [total(x) for x in xs], rtol=1e-12)
    gradient = program.grad(xs)
    assert gradient.shape == shape
    one = compiled(f, argnums=0, batched=False, reduce="sum")
    assert np.allclose(gradient[0], compiled(total, argnums=0, batched=False).grad(xs[0]))
    assert one is not program


def test_batched_false() -> None:
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    program = compiled(lambda x: x[0, 0] * x[1, 1] + W * x[0, 1], batched=False, argnums=0)
    value, gradient = program.value_and_grad(x)
    assert value == 10.0
    assert type(value) is float
    assert gradient.tolist() == [[4.0, 3.0], [0.0, 1.0]]


def test_batched_for_each_argument() -> None:
    table, xs = np.array([10.0, 20.0]), np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    program = compiled(
        lambda t, x: t[0] * x[0] + t[1] * x[1], batched=(False, True), argnums=(0, 1), reduce="sum"
    )
    assert program(table, xs).tolist() == [50.0, 110.0, 170.0]
    gt, gx = program.grad(table, xs)
    assert gt.tolist() == [9.0, 12.0]
    assert gx.tolist() == [[10.0, 20.0]] * 3
    each = compiled(program.function, batched=[False, True], argnums=0, reduce=None)
    assert each.grad(table, xs).tolist() == xs.tolist()
    with pytest.raises(ArgumentError, match=r"\(there are 1\), not \(False, True\)"):
        program(table)
    with pytest.raises(ArgumentError, match=r"\(there are 3\), not \(False, True\)"):
        program(table, xs, xs)


def test_batched_true_needs_a_batch_axis() -> None:
    program = compiled(lambda x: x * 2.0, batched=True)
    assert program(np.array([1.0, 2.0])).tolist() == [2.0, 4.0]
    for given in (np.array(1.0), 1.0, 1, True, np.float64(1.0)):
        with pytest.raises(ArgumentError, match="argument 0 should have a batch axis"):
            program(given)
    inner = compiled(lambda x: x["a"][0] * 2.0, batched=(True,))
    assert inner({"a": [np.array([1.0, 2.0])]}).tolist() == [2.0, 4.0]
    should = r"argument 0\['a'\]\[\d\] should have a batch axis"
    for listed in ([1.0, 2.0], (1.0,), [np.ones(2), 1]):
        with pytest.raises(ArgumentError, match=should):
            inner({"a": listed})


@pytest.mark.parametrize("batched", [1, "yes", (1, 0), (True, "no"), {"x": True}, ()])
def test_batched_that_is_no_bool(batched: Any) -> None:
    with pytest.raises(ArgumentError, match=r"one bool for each argument \(there are 2\), not "):
        compiled(lambda x, y: x * y, batched=batched)(np.ones(2), np.ones(2))


def test_an_array_without_axes_is_a_number() -> None:
    program = compiled(lambda x, y: x * y, argnums=(0, 1))
    value, (gx, gy) = program.value_and_grad(np.array(3.0), np.float64(2.0))
    assert value == 6.0
    assert (float(gx), float(gy)) == (2.0, 3.0)
    assert program(np.array(3.0), np.array([1.0, 2.0])).tolist() == [3.0, 6.0]


def test_batch_axes_of_different_lengths() -> None:
    program = compiled(lambda x, y: x * y)
    for _ in range(2):
        with pytest.raises(ArgumentError, match=r"argument 0 has 3.*argument 1 has 2"):
            program(np.ones(3), np.ones(2))
        assert program(np.ones(3), np.ones(3)).shape == (3,)
    with pytest.raises(ArgumentError, match="equally long"):
        program([np.ones(3), np.ones(4)], 1.0)


def test_an_empty_batch() -> None:
    program = compiled(lambda x: x[0] * W)
    for _ in range(2):
        for call in (program, program.value_and_grad, program.grad, program.backward):
            with pytest.raises(ArgumentError, match=r"argument 0 holds no example.*at least one"):
                call(np.zeros((0, 2)))
        assert program(np.ones((1, 2))).tolist() == [3.0]


def test_an_example_without_numbers() -> None:
    program = compiled(lambda x, y: ag.sum(list(x)) + y, argnums=(0, 1), reduce="mean")
    value, (gx, gy) = program.value_and_grad(np.zeros((3, 0)), 2.0)
    assert value == 2.0
    assert gx.shape == (3, 0)
    assert gy == 1.0
    assert compiled(lambda x, y: y * 2.0)([], 2.0) == 4.0


@pytest.mark.parametrize("n", [1, 2, 63, 64, 65, 200])
def test_batches_of_any_length(n: int) -> None:
    xs = np.linspace(-1.0, 1.0, n)
    program = compiled(lambda x: W * x * x, argnums=0, reduce=None)
    value, gradient = program.value_and_grad(xs)
    np.testing.assert_allclose(value, 3.0 * xs * xs, rtol=1e-12)
    np.testing.assert_allclose(gradient, 6.0 * xs, rtol=1e-12)


# Integers


def test_integers_count_as_numbers() -> None:
    for f, args, want in (
        (lambda x, y: x * y, (3, 4), 12.0),
        (lambda x, y: x / y, (1, 4), 0.25),
        (lambda x, y: x / y, (1, 0), np.inf),
        (lambda x, y: x**y, (2, -1), 0.5),
        (lambda x, y: x - y, (3, 5), -2.0),
        (lambda x, y: ag.exp(x) * y, (0, 5), 5.0),
        (lambda x, y: ag.mean([x, y]), (1, 2), 1.5),
        (lambda x, y: ag.maximum(x, y) / 2.0, (3, 5), 2.5),
        (lambda x, y: x * x * y, (10**10, 1), 1e20),
        (lambda x, y: ag.sum([x, y]), (2**62, 2**62), 2.0**63),
        (lambda x, y: x + y, (2**62, 2**62), 2.0**63),
        (lambda x, y: ag.dot([x, y], [x, y]), (2**40, 2**40), 2.0**81),
        (lambda x, y: ag.prod([x, y, x, y]), (10**8, 10**8), 1e32),
        (lambda x, y: -x * abs(y), (3, -4), -12.0),
        (lambda x, y: ag.where(x > y, x, y), (3, 4), 4.0),
        (lambda x, y: ag.sqrt(x) + ag.hypot(x, y), (9, 12), 18.0),
    ):
        np.testing.assert_allclose(compiled(f)(*args), want, rtol=1e-12)
        rows = [np.array([arg, arg]) for arg in args]
        np.testing.assert_allclose(compiled(f)(*rows), [want, want], rtol=1e-12)
        np.testing.assert_allclose(compiled(lambda xy, f=f: f(*xy))(list(args)), want, rtol=1e-12)


def test_integers_of_any_size() -> None:
    program = compiled(lambda x: W * x)
    assert program(10**30) == 3.0 * 1e30
    assert compiled(lambda x: W * x[0])([10**30, 1]) == 3.0 * 1e30
    with pytest.raises((NumberTooLargeError, OverflowError)):
        program(10**400)


def test_gradients_beside_integers() -> None:
    w = Value(2.0)
    program = compiled(lambda x, n: w * x * n, argnums=0, reduce=None)
    assert program.grad(np.array([1.0, 2.0]), np.array([3, 4])).tolist() == [6.0, 8.0]
    assert compiled(lambda n: w * n).value_and_grad(np.array([3, 4])) == (7.0, [3.5])
    assert compiled(lambda n: w * n[0]).value_and_grad([3, 4]) == (6.0, [3.0])


def test_a_list_of_integers_and_floats_is_one_of_floats() -> None:
    program = compiled(lambda x: x[0] * x[1], argnums=0)
    value, gradient = program.value_and_grad([2, 3.5])
    assert value == 7.0
    assert gradient == [3.5, 2.0]


# What is refused


@pytest.mark.parametrize(
    "given",
    ["text", 1j, object(), {1, 2}, np.array(["a"]), np.array([1j]), ["a"], {"a": 1j}, b"x"],
)
def test_what_is_no_number_is_refused(given: Any) -> None:
    with pytest.raises(OperandError, match="argument 0"):
        compiled(lambda x: W)(given)


def test_the_place_in_a_nested_argument_is_named() -> None:
    with pytest.raises(OperandError, match=r"argument 1\['w'\]\[2\]"):
        compiled(lambda x, y: x)(1.0, {"w": [1.0, 2.0, "three"]})
