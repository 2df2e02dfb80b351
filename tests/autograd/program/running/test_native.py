"""backend="native": the eager engine's numbers, for any batch, by any number of threads."""

from __future__ import annotations

import copy
import gc
import math
import os
import pickle
import random
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest
from interruption_support import interrupted
from program_support import assert_agrees

import autograd as ag
import autograd.program.running.native as running
import nn
from autograd import ArgumentError, Unary, Value, define
from autograd import compile as compiled
from autograd.program.native.chunks import LONGEST

RNG = np.random.default_rng(0)
W = [Value(0.3), Value(-1.2), Value(2.0)]
LENGTHS = [*range(1, 18), 31, 32, 33, 100, 1000]
INF, NAN = math.inf, math.nan


def native(f: Callable[..., Any], **options: Any) -> Any:
    return compiled(f, backend="native", **options)


def bits(x: Any) -> list[bytes]:
    """The parts of a result, to the bit."""
    if isinstance(x, (list, tuple)):
        return [b for part in x for b in bits(part)]
    return [np.asarray(x).tobytes()]


def net(x: Any, y: Any) -> Any:
    """Something with parameters, branches and functions; x has two columns."""
    hidden = ag.tanh(W[0] * x[0] + W[1] * x[1]) * ag.exp(-x[0] * x[0])
    return (ag.where(hidden > 0.0, hidden * W[2], ag.relu(x[1]) * W[0]) - y) ** 2


def batch(n: int) -> list[Any]:
    rng = np.random.default_rng(n)
    return [rng.normal(size=(n, 2)), rng.normal(size=n)]


# Batches


@pytest.mark.parametrize("n", LENGTHS)
def test_every_length_and_reduction(n: int) -> None:
    args = batch(n)
    if n <= 33:
        assert_agrees(net, args, W, scale=1.0, backend="native")
    by_numpy, ours = (compiled(net, backend=b, reduce=None) for b in ("numpy", "native"))
    for got, want in zip(ours.value_and_grad(*args), by_numpy.value_and_grad(*args), strict=True):
        np.testing.assert_allclose(got, want, 1e-12, 1e-13)


def test_an_example_does_not_depend_on_the_others() -> None:
    x, y = batch(1000)
    program = native(net, argnums=(0, 1), reduce=None)
    value, (dx, dy) = program.value_and_grad(x, y)
    for start in (0, 1, 5, 8, 500):
        for n in LENGTHS[:20]:
            part = slice(start, start + n)
            found = program.value_and_grad(x[part], y[part])
            assert bits(found) == bits((value[part], (dx[part], dy[part])))


def test_lanes_of_nan_stay_alone() -> None:
    x, y = batch(50)
    want = native(net)(x, y)
    x[::7] = NAN
    got = native(net)(x, y)
    assert np.isnan(got[::7]).all()
    rest = np.arange(50) % 7 > 0
    assert bits(got[rest]) == bits(want[rest])


def test_gradients_by_some_of_several_arguments() -> None:
    def f(x: Any, k: float, t: Any, pair: Any) -> Any:
        return ag.sin(x[0] * k + t) * W[0] + pair[1] * x[1] * pair[0]

    x, t = RNG.normal(size=(11, 2)), RNG.normal(size=11)
    assert_agrees(f, [x, 0.7, t, [0.5, -1.5]], W, scale=1.0, backend="native")
    for argnums in (0, 1, (3, 0), (1, 2, 3), (2, 1)):
        for reduce in ("sum", "mean", None):
            got, want = (
                compiled(f, argnums=argnums, reduce=reduce, backend=b).grad(x, 0.7, t, [0.5, -1.5])
                for b in ("native", "numpy")
            )
            _assert_alike(got, want)


def _assert_alike(got: Any, want: Any) -> None:
    assert type(got) is type(want)
    if isinstance(want, (list, tuple)):
        for g, w in zip(got, want, strict=True):
            _assert_alike(g, w)
    else:
        assert np.shape(got) == np.shape(want)
        np.testing.assert_allclose(got, want, 1e-12, 1e-14)


def test_examples_with_nothing_of_their_own() -> None:
    """What does not depend on the batch counts once for each example; the results are writable."""
    for f in (lambda x, k: W[0] * k, lambda x, k: 2.0, lambda x, k: k * k, lambda x, k: W[1] * 1.0):
        for shape in ((5,), (5, 0), (5, 2)):
            assert_agrees(f, [np.zeros(shape), 1.5], W, backend="native")
    value = native(lambda x, k: W[0] * k)(np.zeros(3), 2.0)
    value += 1.0
    assert value.tolist() == [1.6, 1.6, 1.6]


def test_shared_arrays_and_arrays_that_are_one_example() -> None:
    def f(x: Any, m: Any) -> Any:
        return sum(m[i][j] * x[j] for i in range(2) for j in range(3)) + W[0] * m[1][2]

    x, m = RNG.normal(size=(9, 3)), RNG.normal(size=(2, 3))
    want = [float(f(row, m)) for row in x]
    program = native(f, batched=(True, False), argnums=(0, 1), reduce="sum")
    np.testing.assert_allclose(program(x, m), want, 1e-12)
    dx, dm = program.grad(x, m)
    np.testing.assert_allclose(dx, np.tile(m.sum(0), (9, 1)), 1e-12)
    np.testing.assert_allclose(dm, np.tile(x.sum(0), (2, 1)) + 9 * 0.3 * _unit(), 1e-12)
    single = native(f, batched=False, argnums=1)
    np.testing.assert_allclose(single.grad(x[0], m), np.tile(x[0], (2, 1)) + 0.3 * _unit(), 1e-12)


def _unit() -> np.ndarray:
    return np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 1.0]])


def test_results_of_every_structure() -> None:
    def f(x: Any) -> Any:
        return {"a": [x * W[0], 2.5, W[1]], "b": (x, -x * x), "c": np.array([[x, 1.0]])}

    for given in (0.5, np.array([0.5, -2.0, 3.0])):
        _assert_structures(native(f)(given), compiled(f, backend="numpy")(given))
    assert native(lambda: W[0] * 2.0)() == 0.6
    assert native(lambda: [3.0, W[0] * W[1]])() == [3.0, 0.3 * -1.2]
    np.testing.assert_allclose(native(lambda: W[0] * W[1]).grad(), [-1.2, 0.3], 1e-15)


def _assert_structures(got: Any, want: Any) -> None:
    assert type(got) is type(want)
    if isinstance(want, dict):
        assert got.keys() == want.keys()
        for k in want:
            _assert_structures(got[k], want[k])
    elif isinstance(want, (list, tuple)):
        for g, w in zip(got, want, strict=True):
            _assert_structures(g, w)
    else:
        np.testing.assert_allclose(got, want, 1e-12)


def test_values_that_were_not_chosen_send_nothing() -> None:
    """An infinite slope of a branch not taken does not count, in any lane or for what is shared."""

    def safe(x: Any) -> Any:
        return ag.where(x > 0.0, ag.log(x), 0.0) + ag.where(x < 1.0, x, ag.sqrt(x - 1.0)) * W[0]

    def shared(x: Any, k: Any) -> Any:
        return ag.where(x > 0.0, ag.log(k * 1.0) * x, 3.0) + ag.where(
            x > 5.0, ag.sqrt(W[0] - 0.3), x
        )

    x = np.array([0.0, 1.0, -0.0, 2.0, -1.0, 0.5, 1.0, INF, NAN, 0.0, 0.0])
    assert_agrees(safe, [x], W, backend="native", reductions=(None,))
    assert_agrees(safe, [np.array([0.0, 1.0, 0.5])], W, backend="native")
    for k in (0.0, 2.0):
        for some in (x[:7], -np.abs(x[:7])):
            assert_agrees(shared, [some, k], W, backend="native", reductions=(None,))
    finite = native(shared, argnums=1, reduce="sum").grad(-np.abs(x[:7]), 0.0)
    assert finite == 0.0


def test_sums_are_added_as_written() -> None:
    f = lambda x, y: W3[0] * x - y + W3[1] * x + W3[2] * x  # noqa: E731
    W3 = [Value(1e8), Value(1e-9), Value(1e-9)]
    assert native(f)(1.0, 1e8) == pytest.approx(2e-9, rel=1e-7)
    np.testing.assert_allclose(native(f)(np.ones(5), np.full(5, 1e8)), 2e-9, rtol=1e-7)


# Long programs, in chunks


def _chain(n: int) -> Callable[[Any], Any]:
    rng = random.Random(n)
    unary = [ag.sin, ag.tanh, lambda a: ag.exp(-a * a), ag.relu, ag.sigmoid]
    binary = [lambda a, b: a + b, lambda a, b: a * ag.tanh(b), ag.maximum, lambda a, b: a - 0.5 * b]
    binary.append(lambda a, b: ag.where(a > b, a, 0.5 * b))
    steps: list[tuple[Any, list[int]]] = []
    for i in range(n):
        f = rng.choice(unary + binary)
        places = [rng.randrange(max(0, i - 20), 3 + i) for _ in range(2 if f in binary else 1)]
        steps.append((f, places))

    def run(x: Any) -> Any:
        values = [*x, W[0] * 1.0]
        for f, places in steps:
            values.append(f(*[values[j] for j in places]))
        return ag.mean(values[-40:])

    return run


@pytest.mark.parametrize(("n", "chunks"), [(150, 1), (900, 10)])
def test_long_programs(n: int, chunks: int) -> None:
    f = _chain(n)
    assert native(f).trace([0.5, -0.3]).stats.statements > chunks * LONGEST
    assert_agrees(f, [[0.5, -0.3]], W, scale=1.0, backend="native")
    assert_agrees(f, [RNG.normal(size=(3, 2))], W, scale=1.0, backend="native")


# Threads, pieces


@pytest.fixture
def in_pieces(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Short pieces, and a number of threads to be said."""
    monkeypatch.setattr(running, "PIECE", 200)
    monkeypatch.setattr(running, "WORTH_THREADS", 0)
    return lambda count: monkeypatch.setenv("CHAINRULE_THREADS", str(count))


def test_the_same_bits_for_any_number_of_threads(in_pieces: Callable[[int], None]) -> None:
    args = batch(3001)
    found = []
    for count in (1, 2, 3, 5):
        in_pieces(count)
        found.append([
            bits(native(net, argnums=(0, 1), reduce="mean").value_and_grad(*args)),
            bits(native(net, reduce="sum").value_and_grad(*args)),
            bits(native(net, reduce=None).value_and_grad(*args)),
            bits(native(net)(*args)),
        ])  # fmt: skip
    assert found[1:] == found[:1] * 3
    want = compiled(net, reduce="sum", backend="numpy").value_and_grad(*args)
    got = native(net, reduce="sum").value_and_grad(*args)
    np.testing.assert_allclose(np.hstack(got), np.hstack(want), 1e-12)
    assert any("chainrule" in t.name for t in threading.enumerate())


def test_the_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    for said, count in (("3", 3), ("1", 1)):
        monkeypatch.setenv("CHAINRULE_THREADS", said)
        assert running.threads() == count
    for said in ("", "0", "many", "-2"):
        monkeypatch.setenv("CHAINRULE_THREADS", said)
        assert running.threads() >= 1


def test_ctrl_c_at_any_line_leaves_the_program_whole(in_pieces: Callable[[int], None]) -> None:
    in_pieces(3)
    args = batch(600)
    program = native(net, reduce="sum")
    want = bits(program.value_and_grad(*args))
    lines, finished = 0, False
    while not finished:
        other = batch(600 + lines % 2)

        def work(given: list[Any] = other) -> None:
            program.value_and_grad(*given)

        finished = not interrupted(work, lines, _of_native)
        lines += 1
        assert bits(program.value_and_grad(*args)) == want, f"after {lines} lines"
    assert lines > 20


def _of_native(frame: FrameType) -> bool:
    return frame.f_code.co_filename == running.__file__


def test_arrays_of_an_interrupted_run_are_not_used_again(
    in_pieces: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its threads may still be at work in them."""
    in_pieces(2)
    args = batch(600)
    program = native(net, reduce="sum")
    program.value_and_grad(*args)
    code = program._traces.latest._codes.of((-1,))
    before = code.sized(600)

    def stopped(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(before, "_engine", before._engine._replace(after=stopped))
    with pytest.raises(KeyboardInterrupt):
        program.value_and_grad(*args)
    assert code.sized(600) is not before
    np.testing.assert_allclose(
        program.grad(*args), compiled(net, reduce="sum", backend="numpy").grad(*args), 1e-12
    )


def test_several_threads_compile_at_once() -> None:
    found: dict[int, float] = {}

    def work(i: int) -> None:
        found[i] = native(lambda x: ag.sin(x * (0.1 + i)) + i)(np.full(3, 0.5))[2]

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == pytest.approx({i: math.sin(0.5 * (0.1 + i)) + i for i in range(8)}, rel=1e-14)


def test_several_threads_call_one_program(in_pieces: Callable[[int], None]) -> None:
    in_pieces(2)
    program = native(net, argnums=(0, 1), reduce=None)
    calls = [batch(n) for n in (5, 64, 400, 1000)]
    want = [bits(program.value_and_grad(*args)) for args in calls]
    wrong: list[str] = []

    def work(seed: int) -> None:
        rng = random.Random(seed)
        for _ in range(40):
            i = rng.randrange(4)
            if bits(program.value_and_grad(*calls[i])) != want[i]:
                wrong.append(f"{seed}: batch {i}")

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


FORKED = """
import os, signal, numpy as np
import autograd.program.running.native as running
from autograd import Value, compile, sin

signal.alarm(60)
running.PIECE, running.WORTH_THREADS = 200, 0
x, w = np.linspace(0.0, 3.0, 600), Value(2.0)
program = compile(lambda x: sin(w * x) * x, reduce="sum", backend="native")
want = program.grad(x).tobytes()
child = os.fork()
if not child:
    os._exit(0 if program.grad(x).tobytes() == want else 1)
_, status = os.waitpid(child, 0)
raise SystemExit(status or program.grad(x).tobytes() != want)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform has no fork")
def test_a_forked_process_has_threads_of_its_own() -> None:
    ran = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORKED],
        env=os.environ | {"CHAINRULE_THREADS": "3"},
        cwd=Path(ag.__file__).parent.parent,
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert ran.returncode == 0, ran.stderr


# Memory


@pytest.mark.parametrize("n", [7, 10_000])
def test_arrays_of_every_layout(n: int) -> None:
    """Copied, or read where they lie if they are large: contiguous, of the dtype, or neither."""
    x, y = batch(n)
    program = native(net, argnums=(0, 1), reduce=None)
    want = bits(program.value_and_grad(x, y))
    wide = np.zeros((n, 5))
    wide[:, 1::2] = x
    raw = np.empty(16 * n + 1, np.uint8)[1:].view(np.float64).reshape(n, 2)
    raw[:] = x
    backwards = x[::-1].copy()[::-1]
    locked, lent = x.copy(), y[:, None].repeat(3, 1)[:, 1]
    locked.setflags(write=False)
    for given in (np.asfortranarray(x), wide[:, 1::2], raw, backwards, locked, x.astype(">f8")):
        assert bits(program.value_and_grad(given, lent)) == want
    assert (x == wide[:, 1::2]).all()
    assert (y == lent).all()


@pytest.mark.parametrize("n", [5, 20_000])
@pytest.mark.parametrize("kind", [np.int64, np.uint8, np.int16, bool, np.float32, np.float16])
def test_arrays_of_every_kind_of_number(n: int, kind: Any) -> None:
    x = (np.arange(n) % 3).astype(kind)
    want = native(lambda x: W[0] * x + ag.sin(x), reduce="sum").value_and_grad(x.astype(float))
    got = native(lambda x: W[0] * x + ag.sin(x), reduce="sum").value_and_grad(x)
    assert bits(got) == bits(want)


@pytest.mark.parametrize("n", [3, 9, 20_000])
def test_results_are_not_overwritten_by_later_calls(n: int) -> None:
    x, y = batch(n)
    for program in (
        native(net, argnums=(0, 1), reduce=None),
        native(net, reduce="sum"),
        native(net),
    ):
        call = program if program.reduce == "mean" else program.value_and_grad
        first = call(x, y)
        before = bits(first)
        second = call(x + 1.0, y)
        assert bits(first) == before != bits(second)
    single = native(net)
    value, gradient = single.value_and_grad([0.5, 1.0], 2.0)
    kept = gradient.copy()
    gradient *= 2.0
    assert single.value_and_grad([0.5, 1.0], 2.0)[0] == value
    assert (single.grad([0.5, 1.0], 2.0) == kept).all()


def test_large_arguments_are_not_kept() -> None:
    program = native(lambda x: x * 2.0)
    x = np.ones(50_000)
    held = weakref.ref(x)
    program(x)
    del x
    gc.collect()
    assert held() is None


def test_temporary_views_of_large_arrays() -> None:
    x = np.arange(400_000.0)
    program = native(lambda x: x * 2.0)
    for start in range(3):
        assert (program(x[start::2]) == x[start::2] * 2.0).all()
        assert (program(x.astype(np.float32)[start:]) == x[start:] * 2.0).all()


def test_parameters_are_read_anew_in_each_call() -> None:
    w = Value(2.0)
    program = native(lambda x: w * x)
    assert program(3.0) == 6.0
    w.data = 5.0
    assert program(np.array([3.0, 1.0])).tolist() == [15.0, 5.0]
    with program.flat_parameters() as theta:
        theta += 1.0
        assert program(np.array([3.0, 1.0])).tolist() == [18.0, 6.0]
    assert w.data == 6.0


# Kinds of programs


def test_taking_by_index() -> None:
    rows = [Value(1.5), Value(-2.0), Value(4.0)]

    def f(x: Any, i: Any) -> Any:
        return ag.take(rows, i) * x + ag.take([x, 2.0 * x, 1.0], i)

    i = np.array([0, 2, 1, 1, 0, 2, 2, 0, 1])
    assert_agrees(f, [RNG.normal(size=9), i], rows, backend="native")
    assert_agrees(f, [0.5, 2], rows, backend="native")
    assert_agrees(lambda x: ag.take(rows, ag.abs(x)), [np.array([0.0, 1.0, -2.0])], rows,
                  backend="native")  # fmt: skip
    for bad in (3, -1):
        with pytest.raises((ag.ArgumentError, ag.OperandError), match=str(bad)):
            native(f)(0.5, bad)
        with pytest.raises((ag.ArgumentError, ag.OperandError), match=str(bad)):
            native(f)(np.ones(9), np.where(i == 2, bad, i))
    for wrong in (0.5, NAN):
        with pytest.raises((ag.ArgumentError, ag.OperandError)):
            native(lambda x: ag.take(rows, x * 1.0))(np.array([0.0, wrong]))
        with pytest.raises((ag.ArgumentError, ag.OperandError)):
            native(lambda x: ag.take(rows, x * 1.0), argnums=0)(wrong)


def test_single_precision() -> None:
    """To 1e-5 relative to the largest number around."""
    args = batch(100)
    want, slopes = compiled(net, argnums=(0, 1), reduce=None).value_and_grad(*args)
    program = native(net, argnums=(0, 1), reduce=None, dtype=np.float32)
    got, found = program.value_and_grad(*args)
    assert got.dtype == np.float32
    assert found[0].dtype == np.float64  # as by NumPy
    for g, w in zip((got, *found), (want, *slopes), strict=True):
        np.testing.assert_allclose(g, w, rtol=1e-5, atol=1e-5 * np.abs(w).max())
    total = native(net, dtype=np.float32).value_and_grad(*args)
    exact = compiled(net).value_and_grad(*args)
    np.testing.assert_allclose(np.hstack(total), np.hstack(exact), rtol=1e-5)
    one = native(net, dtype=np.float32).value_and_grad([0.5, -1.0], 0.25)
    np.testing.assert_allclose(
        np.hstack(one), np.hstack(compiled(net).value_and_grad([0.5, -1.0], 0.25)), rtol=1e-5
    )


def test_models_of_every_loss() -> None:
    model = nn.MLP(3, [4, 3], activation="tanh", output_activation="softmax", seed=1)
    x, labels = RNG.normal(size=(11, 3)), RNG.integers(0, 3, 11)

    def loss(x: Any, label: Any) -> Any:
        return nn.losses.cross_entropy(model(x), label)

    assert_agrees(loss, [x, labels], model.parameters(), scale=1.0, backend="native")


def test_primitives_of_the_user() -> None:
    @define(Unary, arrays=lambda x: np.exp(-x * x), local=lambda out, x: -2.0 * x * out)
    def a_bell(x: float) -> float:
        return math.exp(-x * x)

    @define(Unary, arrays=np.vectorize(math.lgamma, otypes=[float]), local=lambda out, x: 1.0 / x)
    def a_gamma(x: float) -> float:
        return math.lgamma(x)

    @define(Unary, arrays=np.trunc, local=lambda out, x: 0.0)
    def a_whole(x: float) -> float:
        return float(int(x))

    try:
        assert_agrees(lambda x: a_bell(W[0] * x), [RNG.normal(size=9)], W, backend="native")
        program = native(lambda x: a_gamma(x) * 2.0)
        for given in (1.5, np.array([1.5, 2.5])):
            with pytest.raises(ag.TraceError, match=r"a_gamma .*np\.vectorize.*backend='numpy'"):
                program(given)
        with pytest.raises(ag.TraceError, match=r"np\.trunc is none of .*absolute, add, .*'numpy'"):
            native(lambda x: a_whole(x))(1.5)
    finally:
        for name in ("a_bell", "a_gamma", "a_whole"):
            ag.PRIMITIVES.pop(name)


def test_jacobians() -> None:
    def f(x: Any) -> Any:
        return [x[0] * x[1] * W[0], ag.sin(x[0]) + W[1], 2.0]

    for given in ([0.5, -1.0], RNG.normal(size=(9, 2))):
        for options in ({}, {"argnums": 0}):
            got, want = (
                compiled(f, backend=b, **options).jacobian(given) for b in ("native", "numpy")
            )
            _assert_alike(got, want)


# Programs as things


def test_copies_and_pickles() -> None:
    program = native(_line, argnums=0)
    assert program.grad(2.0) == 12.0
    for other in (copy.copy(program), copy.deepcopy(program), pickle.loads(pickle.dumps(program))):
        assert other.backend == "native"
        assert other.value_and_grad(2.0) == (12.0, 12.0)


def _line(x: Any) -> Any:
    return 3.0 * x * x


def test_without_llvmlite(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [name for name in sys.modules if name.split(".")[0] == "llvmlite"]:
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, "llvmlite", None)
    with pytest.raises(ag.MissingExtraError) as caught:
        native(_line)
    assert 'pip install "chainrule[native]"' in str(caught.value)
    assert "\n" not in str(caught.value)


def test_stats_and_repr_name_the_back_end() -> None:
    program = native(net)
    assert repr(program) == "<program net, not traced yet, backend='native'>"
    program.trace(*batch(3))
    assert repr(program).endswith("operations, backend='native'>")
    stats = program.stats
    assert (stats.backend, stats.parameters) == ("native", 3)
    assert f"in {stats.statements:,} instructions of machine code, forward" in str(stats)
    others = {b: compiled(_line, argnums=0, backend=b).trace(1.0) for b in ("numpy", "python")}
    for name, other in others.items():
        assert other.stats.backend == name
        assert f"backend={name!r}" in repr(other)
    assert "backend" not in repr(compiled(net))


def test_equal_programs_are_compiled_once() -> None:
    engine = running.engine
    first = native(lambda x: ag.sin(x) * 1.25)(np.ones(3))
    misses = engine.cache_info().misses
    assert bits(native(lambda x: ag.sin(x) * 1.25)(np.ones(3))) == bits(first)
    assert engine.cache_info().misses == misses


def test_batches_need_a_reduction_to_be_said() -> None:
    with pytest.raises(ArgumentError, match="reduce='sum' or reduce=None"):
        native(_line, argnums=0).grad(np.ones(3))
    with pytest.raises(ArgumentError, match="holds no example"):
        native(_line)(np.ones(0))


def test_random_numbers_do_not_survive_in_buffers() -> None:
    """Any order of lengths and methods gives what a fresh program gives."""
    program = native(net, reduce=None)
    rng = random.Random(0)
    for _ in range(40):
        args = batch(rng.choice([1, 2, 7, 8, 9, 100]))
        if rng.random() < 0.5:
            assert bits(program(*args)) == bits(native(net)(*args))
        else:
            want = native(net, reduce=None).value_and_grad(*args)
            assert bits(program.value_and_grad(*args)) == bits(want)
