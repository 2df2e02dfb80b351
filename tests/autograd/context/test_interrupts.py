"""Ctrl-C at every line of the engine: nothing stays half done, and no mode stays on."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from interruption_support import interrupted

import autograd as ag
from autograd import Value
from autograd.backward import _one_pass_at_a_time
from autograd.context import modes
from autograd.context.modes import ACTIVE

lints: Any = import_module("autograd.context.lints")
WATCHED = (str(Path(ag.__file__).parent), "contextlib.py")


# `lints(False)` as a statement holds for good: until it is entered, a block cannot be told from it.
ENTERING = lints._Block.__enter__.__code__


# From Python 3.12 on a trace function is told of lines at places where no signal can come, also
# between a block and its `__exit__`: locks are left then. Of 270,000 real signals none left one.
pytestmark = pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="a trace function raises where no signal can come"
)


@pytest.fixture(autouse=True)
def _no_lock_is_left() -> Iterator[None]:
    """What is interrupted must let other threads go on."""
    yield
    assert not _one_pass_at_a_time._is_owned()


def of_the_engine(frame: FrameType) -> bool:
    code, name = frame.f_code, frame.f_code.co_filename
    watched = name.startswith(WATCHED[0]) or name.endswith(WATCHED[1])
    return watched and code is not ENTERING


def every_interrupt(work: Callable[[], Any]) -> Iterator[bool]:
    """Whether it was interrupted, for an interrupt at each line in turn, then for none."""
    at = 0
    while interrupted(work, at, of_the_engine):
        yield True
        at += 1
    assert at > 3
    yield False


def within(manager: Callable[[], Any]) -> Callable[[], None]:
    x = Value(2.0)

    def work() -> None:
        with manager():
            x * x

    return work


MODES: dict[str, Callable[[], Any]] = {
    "no_grad": ag.no_grad,
    "detect_anomaly": ag.detect_anomaly,
    "paused_gc": ag.paused_gc,
    "recording": modes.recording,
    "watching": lambda: modes.Mode(modes._watched, modes.Watch([])),
}


@pytest.mark.parametrize("manager", MODES.values(), ids=MODES)
def test_no_mode_stays_on(manager: Callable[[], Any]) -> None:
    x = Value(2.0)
    for _ in every_interrupt(within(manager)):
        assert gc.isenabled()
        assert modes._pauses == []
        assert not ACTIVE
        assert (x * x).parents == (x, x)
        assert not modes.anomaly_detected()


def test_nested_modes_come_back_to_the_outer_one() -> None:
    x = Value(2.0)

    def work() -> None:
        with ag.no_grad():
            with ag.no_grad(), ag.detect_anomaly():
                x * x
            assert (x * x).is_leaf

    for _ in every_interrupt(work):
        assert not (x * x).is_leaf
        assert not ACTIVE
    with ag.no_grad():
        for _ in every_interrupt(work):
            assert (x * x).is_leaf


def test_lints_come_back() -> None:
    def in_block() -> None:
        with ag.lints(False):
            lints_are_on()

    def lints_are_on() -> bool:
        return bool(lints._enabled)

    for _ in every_interrupt(in_block):
        assert lints_are_on()


def backward(z: Value) -> Callable[[], None]:
    return z.backward


def backward_again(z: Value) -> Callable[[], None]:
    return lambda: z.backward(create_graph=True)


@pytest.mark.parametrize("passing", [backward, backward_again])
def test_leaves_have_all_of_a_pass_or_nothing(passing: Any) -> None:
    x, y = Value(2.0), Value(3.0)
    z = x * y + ag.exp(x)
    z.backward()
    x.data = 2.0
    held = [float(x.grad), float(y.grad)]
    once = list(held)
    for was_interrupted in every_interrupt(passing(z)):
        got = [float(x.grad), float(y.grad)]
        assert got in (held, [g + h for g, h in zip(held, once, strict=True)])
        assert was_interrupted or got != held
        x.grad, y.grad = held


def test_transforms_leave_gradients_alone_when_interrupted() -> None:
    w = Value(3.0)
    (w * w).backward()

    def work() -> None:
        ag.grad(lambda x: x * x * w)(2.0)

    for _ in every_interrupt(work):
        assert w.grad == 6.0
        assert not ACTIVE


def test_measuring_a_node_made_by_hand_leaves_gradients_alone_when_interrupted() -> None:
    x, y = Value(2.0), Value(3.0)
    out = Value(6.0, (x, y), "product")

    def send() -> None:
        x.grad += y.data * out.grad
        y.grad += x.data * out.grad

    out._backward = send
    (x * y).backward()
    held, seen_at = (x.grad, y.grad, out.has_grad), (x._grad_at, y._grad_at)
    for _ in every_interrupt(lambda: out.local_gradients):
        assert (x.grad, y.grad, out.has_grad) == held
        assert (x._grad_at, y._grad_at) == seen_at


def test_a_mode_whose_end_was_never_reached_goes_without_a_line_of_python() -> None:
    """A `__del__` would be such lines, and Ctrl-C that comes there is lost."""
    lines = 0

    def count(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal lines
        lines += 1

    mode = ag.no_grad()
    mode.__enter__()
    assert (Value(1.0) * 2.0).is_leaf
    sys.setprofile(count)
    del mode
    sys.setprofile(None)
    assert lines == 1  # that of setprofile itself
    assert not ACTIVE
    assert not (Value(1.0) * 2.0).is_leaf


def test_paused_gc_ends_with_its_last_block_in_any_thread() -> None:
    inside, leave = threading.Event(), threading.Event()

    def elsewhere() -> None:
        with ag.paused_gc():
            inside.set()
            leave.wait(20.0)

    thread = threading.Thread(target=elsewhere)
    with ag.paused_gc():
        thread.start()
        inside.wait(20.0)
        with ag.paused_gc():
            pass
        assert not gc.isenabled()
    assert not gc.isenabled()  # the other thread is still building
    leave.set()
    thread.join()
    assert gc.isenabled()
    gc.disable()
    try:
        with ag.paused_gc():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
