"""Any sequence of calls on one program gives, bit by bit, what a fresh program gives."""

from __future__ import annotations

import copy
import gc
import weakref
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from interruption_support import interrupted

import autograd as ag
import autograd.program.running.execution as execution
import autograd.program.running.traces as traces
from autograd import Value
from autograd import compile as compiled

RNG = np.random.default_rng(0)
TABLE, PAIRS = RNG.normal(size=(11, 3)), RNG.normal(size=(11, 2))
INDEX = RNG.integers(0, 3, 11)
START = (0.5, -1.25, 0.75, 2.0)
WEIGHTS = [Value(x) for x in START]


def loss(x: Any, i: Any, shared: Any = 0.25) -> Any:
    """Of any structure of numbers: products, a choice, an index, a value without examples."""
    row = list(x.values() if isinstance(x, dict) else x)
    u, v, s, t = WEIGHTS
    logits = [u * row[0] + v, ag.tanh(s * row[-1]) * u, ag.where(row[0] > row[-1], t, row[0]) * v]
    return ag.logsumexp(logits) - ag.take(logits, i) + shared * ag.exp(v * t)


STRUCTURES: dict[str, Callable[[int], tuple[Any, ...]]] = {
    "rows of three": lambda n: (TABLE[:n], INDEX[:n]),
    "other rows of three": lambda n: (TABLE[-n:], INDEX[-n:]),
    "rows of two": lambda n: (PAIRS[:n], INDEX[:n]),
    "by column": lambda n: (TABLE.T[:, :n].T, INDEX[:n]),
    "single precision": lambda n: (PAIRS[:n].astype(np.float32), INDEX[:n]),
    "a dict": lambda n: ({"a": PAIRS[:n, 0], "b": PAIRS[:n, 1]}, INDEX[:n]),
    "a shared list": lambda n: (PAIRS[n % 3].tolist(), INDEX[:n]),
    "a shared index": lambda n: (TABLE[:n], int(INDEX[n - 1])),
    "one": lambda n: (PAIRS[n - 1].tolist(), int(INDEX[n - 1])),
    "a shared number": lambda n: (TABLE[:n], INDEX[:n], 1.5),
}
METHODS = ("__call__", "value_and_grad", "grad", "backward")
lengths = st.integers(1, 11)
which, methods = st.integers(0, 1), st.sampled_from(METHODS)


@pytest.fixture(autouse=True, scope="module")
def small_pieces() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(execution, "SMALLEST_PIECE", 3)
        patch.setattr(execution, "CACHE_BYTES", 1)
        patch.setattr(execution, "LARGE", 2)
        patch.setattr(execution, "KEPT", 2)
        patch.setattr(traces, "KEPT", 3)
        yield


def of_a_program(frame: FrameType) -> bool:
    name = frame.f_code.co_filename
    return "<autograd: " in name or "execution" in name


def same(got: Any, want: Any) -> bool:
    """True if two results are alike: structure, types, and bits of the numbers."""
    if type(got) is not type(want):
        return False
    if isinstance(want, np.ndarray):
        kinds = (got.dtype, got.shape) == (want.dtype, want.shape)
        return kinds and got.tobytes() == want.tobytes()
    if isinstance(want, dict):
        return same([*got], [*want]) and same([*got.values()], [*want.values()])
    if isinstance(want, (list, tuple)):
        return len(got) == len(want) and all(map(same, got, want))
    return repr(got) == repr(want)


class Calls(RuleBasedStateMachine):
    """One program, called in every way; at each call compared with a fresh one."""

    @initialize(
        reduce=st.sampled_from(["mean", "sum", None]),
        argnums=st.sampled_from([None, 0, (0,)]),
        dtype=st.sampled_from([np.float64, np.float32]),
        structures=st.lists(st.sampled_from([*STRUCTURES]), min_size=2, max_size=2, unique=True),
    )
    def begin(self, structures: list[str], **settings: Any) -> None:
        self.settings, self.structures = settings, structures
        self.program = self.fresh()
        self.gradients: list[Any] = [None] * len(WEIGHTS)
        self.set_weights(0)
        for w in WEIGHTS:
            w.zero_grad()

    def fresh(self) -> Any:
        return compiled(loss, **self.settings)

    def call(self, program: Any, method: str, args: Any) -> Any:
        """The result, and what became of the gradients."""
        for w, g in zip(WEIGHTS, self.gradients, strict=True):
            w.grad = g
        try:
            found = getattr(program, method)(*args)
        except ag.ArgumentError as error:
            found = str(error)
        return found, [w.grad if w.has_grad else None for w in WEIGHTS]

    @rule(method=methods, which=which, n=lengths, times=st.integers(1, 2))
    def run(self, method: str, which: int, n: int, times: int) -> None:
        args = STRUCTURES[self.structures[which]](n)
        want, gradients = self.call(self.fresh(), method, args)
        for _ in range(times):
            got, after = self.call(self.program, method, args)
            assert same(got, want), (self.structures[which], n, method, got, want)
            assert same(after, gradients)
        self.gradients = gradients

    @rule(method=methods, n=lengths, bad=st.integers(0, 10))
    def fail_half_way(self, method: str, n: int, bad: int) -> None:
        index = INDEX[:n].copy()
        index[bad % n] = 3
        found, after = self.call(self.program, method, (TABLE[:n], index))
        assert "from 0 to 2" in found or "mean" in found or "not one" in found, found
        assert same(after, self.gradients)

    @rule(method=methods)
    def fail_at_once(self, method: str) -> None:
        found, _ = self.call(self.program, method, (TABLE[:4], INDEX[:3]))
        assert "equally long" in found

    @rule(method=methods, which=which, n=lengths, lines=st.integers(0, 60))
    def interrupt(self, method: str, which: int, n: int, lines: int) -> None:
        args = STRUCTURES[self.structures[which]](n)
        _, added = self.call(self.fresh(), method, args)
        if not interrupted(lambda: self.call(self.program, method, args), lines, of_a_program):
            self.gradients = added
        assert same([w.grad if w.has_grad else None for w in WEIGHTS], self.gradients)

    @rule(shift=st.integers(-3, 3))
    def set_weights(self, shift: int) -> None:
        for w, x in zip(WEIGHTS, START, strict=True):
            w.data = x + 0.125 * shift

    @precondition(lambda self: self.program._traces.latest is not None)
    @rule(method=methods, n=lengths, step=st.sampled_from([0.0, 0.125]))
    def in_a_flat_block(self, method: str, n: int, step: float) -> None:
        args = STRUCTURES["rows of three"](n)
        self.program.trace(*args)
        with self.program.flat_parameters() as theta:
            theta += step
            got = self.call(self.program, method, args)
        assert same(got, self.call(self.fresh(), method, args))
        self.gradients = got[1]


Calls.TestCase.settings = settings(max_examples=30, stateful_step_count=16, deadline=None)
test_any_sequence_of_calls = Calls.TestCase


def test_a_long_batch_leaves_the_short_way_as_it_was() -> None:
    """Its pieces and a short batch use the same buffers, with other seeds."""
    w = Value(2.0)
    program = compiled(lambda x: w * x * x)
    X = np.ones(3)
    for rows in (3, 7, 3, 3000, 3):
        assert program.value_and_grad(np.ones(rows))[1].tolist() == pytest.approx([1.0], rel=1e-12)
        for _ in range(2):
            assert program.value_and_grad(X) == (2.0, [1.0])
        program(np.ones(rows))


def test_the_sign_of_a_gradient_of_nought_stays() -> None:
    w = Value(2.0)
    program = compiled(lambda x: w * x)
    for _ in range(3):
        assert np.signbit(program.grad(np.array([-0.0]))).tolist() == [True]


@pytest.mark.parametrize("structure", STRUCTURES)
def test_no_argument_is_kept_alive(structure: str) -> None:
    program = compiled(loss, reduce="sum")
    args = copy.deepcopy(STRUCTURES[structure](5))
    parts = [a for arg in args for a in (arg.values() if isinstance(arg, dict) else [arg])]
    kept = [weakref.ref(a) for a in parts if isinstance(a, np.ndarray)]
    for method in METHODS:
        getattr(program, method)(*args)
    del args, parts
    gc.collect()
    assert not any(ref() is not None for ref in kept)


def test_traces_are_bounded_and_the_one_used_last_stays() -> None:
    w = Value(2.0)
    program = compiled(lambda x: ag.sum(list(x)) * w)
    plans = [program.trace(np.ones((2, k))).plan for k in (1, 2, 3)]
    assert program.trace(np.ones((2, 1))).plan is plans[0]
    program.trace(np.ones((2, 4)))  # pushes out the second
    assert program.trace(np.ones((5, 3))).plan is plans[2]
    assert program.trace(np.ones((5, 1))).plan is plans[0]
    assert program.trace(np.ones((5, 2))).plan is not plans[1]
    for k in range(1, 30):
        assert program.grad(np.ones((2, k))).tolist() == [k]
    assert len(program._traces._kept) <= 3


def test_what_is_known_of_lengths_of_batches_is_bounded() -> None:
    program = compiled(lambda x: x * 2.0)
    for n in range(1, 30):
        assert program(np.ones(n)).shape == (n,)
    assert len(program._traces._alike) <= 3
