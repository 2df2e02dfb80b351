"""Running: long batches in pieces, the same bits every time, results that stay."""

from __future__ import annotations

import gc
import math
import weakref
from typing import Any

import numpy as np
import pytest

import autograd as ag
import autograd.program.running.execution
from autograd import Value
from autograd import compile as compiled

RNG = np.random.default_rng(0)
X = RNG.normal(size=(500, 3))
Y = RNG.integers(0, 4, 500)
PARAMETERS = [Value(v) for v in RNG.normal(size=16)]
TABLE = [PARAMETERS[4 * i : 4 * i + 4] for i in range(4)]


def loss(x: Any, i: Any, shared: Any) -> Any:
    logits = [ag.dot(row[:3], list(x), row[3]) for row in TABLE]
    h = ag.take([ag.tanh(z) for z in logits], i)
    return ag.logsumexp(logits) - ag.take(logits, i) + shared * h * ag.mean(PARAMETERS[:5])


@pytest.fixture(params=[1, 4096, 20_000])
def small_pieces(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autograd.program.running.execution, "CACHE_BYTES", request.param)
    monkeypatch.setattr(autograd.program.running.execution, "LARGE", 1)


@pytest.mark.parametrize("n", [64, 65, 128, 200, 500])
@pytest.mark.usefixtures("small_pieces")
def test_pieces_give_what_the_whole_gives(n: int) -> None:
    args = (X[:n], Y[:n], 0.5)
    whole = np.array([compiled(loss)(X[i].tolist(), int(Y[i]), 0.5) for i in range(0, n, 7)])
    np.testing.assert_allclose(compiled(loss)(*args)[::7], whole, rtol=1e-12)
    values, each = compiled(loss, reduce=None).value_and_grad(*args)
    inputs, shares = compiled(loss, reduce=None, argnums=(0, 2)).grad(*args)
    for reduce, over in (("mean", np.mean), ("sum", np.sum)):
        value, gradient = compiled(loss, reduce=reduce).value_and_grad(*args)
        np.testing.assert_allclose(value, over(values), rtol=1e-11)
        np.testing.assert_allclose(gradient, over(each, axis=0), rtol=1e-10, atol=1e-12)
        gx, gs = compiled(loss, reduce=reduce, argnums=(0, 2)).grad(*args)
        share = 1.0 if reduce == "sum" else 1.0 / n
        np.testing.assert_allclose(gx, inputs * share, rtol=1e-11, atol=1e-15)
        np.testing.assert_allclose(gs, over(shares), rtol=1e-10, atol=1e-12)


@pytest.mark.usefixtures("small_pieces")
def test_pieces_of_a_result_that_no_example_changes() -> None:
    w = Value(3.0)
    for f in (lambda x: w * w, lambda x: ag.tanh(w) + w, lambda x: w):
        want = f(1.0).data
        w.zero_grad()
        f(1.0).backward()
        slope = w.grad
        w.zero_grad()
        value, gradient = compiled(f).value_and_grad(np.ones(300))
        np.testing.assert_allclose([value, *gradient], [want, slope], rtol=1e-12)
        value, gradient = compiled(f, reduce="sum").value_and_grad(np.ones(300))
        np.testing.assert_allclose([value, *gradient], [300.0 * want, 300.0 * slope], rtol=1e-12)


@pytest.mark.usefixtures("small_pieces")
def test_a_wrong_index_in_a_later_piece_is_found() -> None:
    i = Y.copy()
    i[-1] = 4
    with pytest.raises(ag.ArgumentError, match="from 0 to 3"):
        compiled(loss)(X, i, 0.5)
    assert np.isfinite(compiled(loss)(X, Y, 0.5)).all()


def test_repeated_calls_give_the_same_bits() -> None:
    for reduce in ("mean", "sum", None):
        program = compiled(loss, reduce=reduce)
        value, gradient = program.value_and_grad(X, Y, 0.5)
        for n in (500, 3, 70, 1, 64, 500, 2, 65, 66, 500):
            again = program.value_and_grad(X[:n], Y[:n], 0.5)
            program(X[:7], Y[:7], -3.0)
            if n == 500:
                assert np.array_equal(again[0], value)
                assert np.array_equal(again[1], gradient)
        fresh = compiled(loss, reduce=reduce).value_and_grad(X, Y, 0.5)
        assert np.array_equal(fresh[0], value)
        assert np.array_equal(fresh[1], gradient)


def test_earlier_results_are_not_overwritten() -> None:
    for n in (1, 5, 100):
        program = compiled(lambda x, i, s: [loss(x, i, s), x[0], PARAMETERS[0], 2.0])
        first = program(X[:n], Y[:n], 0.5)
        kept = [a.copy() for a in first]
        program(X[-n:], Y[-n:], 0.25)
        assert all(np.array_equal(a, b) for a, b in zip(first, kept, strict=True))
        for argnums, reduce in ((None, None), (None, "mean"), (0, "mean"), ((0, 2), None)):
            again = compiled(loss, argnums=argnums, reduce=reduce)
            value, gradient = again.value_and_grad(X[:n], Y[:n], 0.5)
            before = np.copy(value), [np.copy(g) for g in gradient]
            again.value_and_grad(X[-n:], Y[-n:], 0.25)
            again(X[-n:], Y[-n:], 0.25)
            assert np.array_equal(value, before[0])
            assert all(np.array_equal(a, b) for a, b in zip(gradient, before[1], strict=True))


def test_results_and_arguments_are_apart() -> None:
    """Writing into a result changes no later one, and no argument is written to."""
    program = compiled(lambda x: x, argnums=0, reduce="mean")
    xs = np.arange(4.0)
    out = program(xs)
    out += 100.0
    assert xs.tolist() == [0.0, 1.0, 2.0, 3.0]
    assert program(xs).tolist() == xs.tolist()
    gradient = program.grad(xs)
    gradient[:] = 7.0
    assert program.grad(xs).tolist() == [0.25] * 4
    w = compiled(loss, reduce=None)
    a = w.grad(X[:3], Y[:3], 0.5)
    b = a.copy()
    a[:] = 0.0
    assert np.array_equal(w.grad(X[:3], Y[:3], 0.5), b)


def test_what_a_failed_call_leaves_behind() -> None:
    program = compiled(loss)
    want = program.value_and_grad(X[:5], Y[:5], 0.5)
    with pytest.raises(ag.ArgumentError):
        program.value_and_grad(X[:5], np.array([0, 1, 2, 3, 9]), 0.5)
    got = program.value_and_grad(X[:5], Y[:5], 0.5)
    assert got[0] == want[0]
    assert np.array_equal(got[1], want[1])


def test_no_warnings_and_no_flags_of_the_user() -> None:
    """IEEE values come out without warnings, whatever the user's np.errstate is."""
    with np.errstate(all="raise"):
        got = compiled(lambda x: ag.log(x) / x)(np.array([0.0, -1.0, np.inf]))
        one = compiled(lambda x: ag.log(x) / x, argnums=0).value_and_grad(0.0)
    assert np.array_equal(got, [-np.inf, np.nan, np.nan], equal_nan=True)
    assert one[0] == -np.inf


def test_arguments_of_every_kind_of_memory() -> None:
    """Contiguous numbers are read where they are; others are copied before."""
    program = compiled(lambda x, y: [x * y, x], argnums=(0, 1), reduce=None)
    both = compiled(lambda x, y: ag.exp(x) * y, argnums=(0, 1), reduce=None)
    table = np.arange(1200.0).reshape(600, 2) / 1200.0
    fixed = table[:, 0].copy()
    fixed.flags.writeable = False
    swapped = table[:, 0].astype(">f8")
    shifted = np.zeros(600 * 8 + 1, np.uint8)[1:].view(np.float64)
    shifted[:] = table[:, 0]
    want = table[:, 0] * table[:, 1], table[:, 0]
    slope = np.exp(table[:, 0])
    for x in (table[:, 0], fixed, swapped, shifted, table[::-1, 0][::-1], fixed.copy()):
        for got, expected in zip(program(x, table[:, 1]), want, strict=True):
            np.testing.assert_array_equal(got, expected)
        value, (dx, dy) = both.value_and_grad(x, table[:, 1])
        np.testing.assert_allclose(value, slope * table[:, 1], rtol=1e-14)
        np.testing.assert_allclose(dx, slope * table[:, 1], rtol=1e-14)
        np.testing.assert_allclose(dy, slope, rtol=1e-14)


@pytest.mark.parametrize("n", [5, 600])
def test_arguments_are_not_kept(n: int) -> None:
    program = compiled(lambda x, i: ag.take([x, x * x], i), argnums=0, reduce=None)
    for index, error in ((1, False), (2, True), (0, False)):
        x, i = np.linspace(1.0, 2.0, n), np.full(n, index)
        known, result = weakref.ref(x), None
        if error:
            with pytest.raises(ag.ArgumentError, match="from 0 to 1"):
                program.value_and_grad(x, i)
        else:
            result = program.value_and_grad(x, i), program(x, i)
            assert not any(np.shares_memory(x, got) for got in (*result[0], result[1]))
        del x, result
        gc.collect()
        assert known() is None


@pytest.mark.parametrize("n", [70, 700])
def test_a_result_that_is_an_argument_or_another_result(n: int) -> None:
    program = compiled(lambda x: [x, x * x, x * x, 3.0])
    xs = np.linspace(0.0, 1.0, n)
    first, square, again, constant = program(xs)
    np.testing.assert_array_equal([first, square, again], [xs, xs * xs, xs * xs])
    assert constant.tolist() == [3.0] * n
    square[:] = first[:] = 7.0
    np.testing.assert_array_equal(again, xs * xs)
    assert xs[-1] == 1.0


@pytest.mark.parametrize("n", [100, 9_216, 9_217, 40_000])
def test_sums_over_examples(n: int) -> None:
    """Short ones are products with ones, long ones are added up: numbers that cancel show it."""
    w, b = Value(2.0), Value(-1.0)
    xs = np.random.default_rng(1).normal(size=n)
    _, gradient = compiled(lambda x: w * x + b, reduce="sum").value_and_grad(xs)
    np.testing.assert_allclose(gradient, [math.fsum(xs), n], rtol=1e-12, atol=1e-11)


@pytest.mark.parametrize("n", [1, 5, 511, 512, 513, 1100])
@pytest.mark.parametrize("backend", ["numpy", "native", "python"])
def test_prepared_calls_give_what_others_give_and_read_numbers_again(backend: str, n: int) -> None:
    if backend == "native":
        pytest.importorskip("llvmlite")
    w, b = Value(0.5), Value(-2.0)

    def f(x: Any, y: Any) -> Any:
        return ag.tanh(w * x[0] + b * x[1]) * y + w

    inputs, rng = np.array(np.resize(X, (n, 3)).T[:2].T), np.random.default_rng(1)
    for reduce in ("mean", "sum", None):
        program = compiled(f, backend=backend, reduce=reduce)
        step = program.prepare(inputs, 3.0)
        for number in (0.25, 4.0):
            w.data, inputs[:] = number, rng.normal(size=inputs.shape)
            value, gradient = step()
            again, same = program.value_and_grad(inputs, 3.0)
            np.testing.assert_array_equal(value, again)
            np.testing.assert_array_equal(gradient, same)
            by_value = ag.value_and_grad(
                lambda u, v, x: ag.tanh(u * x[0] + v * x[1]) * 3.0 + u, argnums=(0, 1)
            )
            found = [by_value(number, -2.0, x) for x in inputs.tolist()]
            over = {"mean": np.mean, "sum": np.sum, None: np.asarray}[reduce]
            axis = {} if reduce is None else {"axis": 0}
            np.testing.assert_allclose(value, over([v for v, _ in found], **axis), rtol=1e-12)
            slopes = over([g for _, g in found], **axis)
            np.testing.assert_allclose(gradient, slopes, rtol=1e-11, atol=1e-13)


def test_results_of_a_short_call_are_not_those_of_the_next() -> None:
    w = Value(2.0)
    step = compiled(lambda x: w * x).prepare(X[:5, 0])
    _, first = step()
    kept, (_, second) = first.copy(), step()
    second[:] = 7.0
    np.testing.assert_array_equal(first, kept)


@pytest.mark.parametrize("backend", ["numpy", "native", "python"])
def test_the_sign_of_a_zero_stays_in_a_value(backend: str) -> None:
    if backend == "native":
        pytest.importorskip("llvmlite")
    w = Value(2.0)
    for x in (-0.0, np.array([-0.0])):
        value, _ = compiled(lambda x: w * x, backend=backend).value_and_grad(x)
        assert math.copysign(1.0, value) == -1.0


@pytest.mark.parametrize("n", [3, 600])
def test_a_short_call_in_single_precision(n: int) -> None:
    w, x = Value(0.3), np.resize(X, n)
    value, gradient = compiled(lambda x: ag.exp(w * x), dtype=np.float32).value_and_grad(x)
    assert gradient.dtype == np.float64
    np.testing.assert_allclose(value, np.exp(0.3 * x).mean(), rtol=1e-5)
    np.testing.assert_allclose(gradient, [(x * np.exp(0.3 * x)).mean()], rtol=1e-4, atol=1e-5)
