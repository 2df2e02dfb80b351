"""Ctrl-C, forks, copies and other processes: all or nothing, and nobody waits for ever."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest
from interruption_support import interrupted

import autograd as ag
import nn
from autograd import GraphError, Value
from autograd import compile as compiled

OURS = ("program.py", "parameters.py", "assignment.py", "execution.py", "runner.py", "traces.py")


def of_programs(frame: FrameType) -> bool:
    file = frame.f_code.co_filename
    return file.endswith(OURS) or file.startswith("<autograd: ")


def model() -> tuple[list[Value], Any, Any]:
    w = [Value(0.5 * i) for i in range(4)]
    X = np.arange(6.0).reshape(3, 2)
    return w, compiled(lambda x: (w[0] * x[0] + w[1] * x[1] + w[2]) * w[3]), X


def test_backward_adds_to_all_gradients_or_to_none() -> None:
    w, program, X = model()
    program.backward(X)
    for p in w:
        p.zero_grad()
    program.backward(X)
    once = [p.grad for p in w]
    lines = 0
    finished = False
    while not finished:
        lines += 1
        before = [p.grad for p in w]
        finished = not interrupted(lambda: program.backward(X), lines, of_programs)
        after = [p.grad for p in w]
        assert after in (before, [b + o for b, o in zip(before, once, strict=True)]), lines
    assert lines > 10
    assert after != before


def test_a_block_gives_back_all_numbers_or_none() -> None:
    w, program, X = model()
    program.backward(X)

    def block() -> None:
        with program.flat_parameters() as theta:
            theta += 1.0
            theta -= 0.5 * program.grad(X) * 0.0 + 0.5

    lines = 0
    finished = False
    while not finished:
        lines += 1
        for p, number in zip(w, range(4), strict=True):
            p.data = float(number)
        finished = not interrupted(block, lines, of_programs)
        shifts = {p.data - number for p, number in zip(w, range(4), strict=True)}
        assert shifts in ({0.0}, {0.5}, {1.0}), (lines, shifts)
        w[0].data = 7.0  # nothing is held any more
        with program.flat_parameters() as theta:
            assert theta[[p is w[0] for p in program.parameters].index(True)] == 7.0
    assert lines > 10


def test_the_block_takes_over_what_changed_and_refuses_assignments() -> None:
    w, program, X = model()
    program.trace(X)
    optimizer = nn.SGD(w, lr=0.1)
    with program.flat_parameters() as theta:
        theta[0] = -0.0
        for attempt in (lambda: setattr(w[0], "data", 7.0), lambda: w[3].__setattr__("data", 1)):
            with pytest.raises(GraphError, match="within flat_parameters"):
                attempt()
        w[0].grad = 1.0
        with pytest.raises(GraphError, match="within flat_parameters"):
            optimizer.step()
        other = Value(1.0)
        other.data = 2.0
    first = program.parameters[0]
    assert (first.data, np.signbit(first.data)) == (0.0, True)
    first.data = 3.0
    assert first.data == 3.0


def test_loading_a_state_within_the_block() -> None:
    net = nn.MLP(2, [1])
    program = compiled(lambda x: net(list(x))).trace(np.ones((2, 2)))
    state = net.state_dict()
    with program.flat_parameters() as theta:
        theta += 1.0
        with pytest.raises(GraphError, match="within flat_parameters"):
            net.load_state_dict(state)
    assert net.state_dict() == {name: number + 1.0 for name, number in state.items()}
    net.load_state_dict(state)
    assert net.state_dict() == state


def test_two_blocks_over_the_same_parameters() -> None:
    """Each gives back what changed in it: neither undoes the other."""
    w = Value(3.0)
    one, other = compiled(lambda x: w * x), compiled(lambda x: w + x)
    one(1.0), other(1.0)
    with one.flat_parameters(), other.flat_parameters() as inner:
        inner[0] = 5.0
    assert w.data == 5.0
    with one.flat_parameters() as outer, other.flat_parameters():
        outer[0] = 6.0
    assert w.data == 6.0


def test_a_parameter_whose_class_compares_data() -> None:
    class Equal(Value):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Value) and self.data == other.data

        __hash__ = Value.__hash__

    a, b = Equal(1.0), Equal(1.0)
    program = compiled(lambda xs: a * xs[0] + b if len(xs) == 1 else b * xs[0] + a * xs[1])
    program.trace([1.0]).trace([1.0, 2.0])
    if [*map(id, program.parameters)] != [*map(id, program.trace([1.0]).parameters)]:
        program.trace([1.0, 2.0])
        with program.flat_parameters(), pytest.raises(GraphError, match="another order"):
            program([1.0])


# Other processes


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_fork_while_another_thread_is_inside_a_program() -> None:
    code = """
        import os, threading, numpy as np, autograd as ag
        w = ag.Value(3.0)
        program = ag.compile(lambda x: w * x)
        program(1.0)
        inside, done = threading.Event(), threading.Event()
        def stay():
            with program._lock:
                inside.set()
                done.wait(20)
        thread = threading.Thread(target=stay)
        thread.start()
        inside.wait(20)
        child = os.fork()
        if child == 0:
            os._exit(0 if program(2.0) == 6.0 and program.grad(np.ones(2)).tolist() == [1.0] else 1)
        _, status = os.waitpid(child, 0)
        done.set()
        thread.join()
        raise SystemExit(os.waitstatus_to_exitcode(status))
    """
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(code)],
        cwd=Path(ag.__file__).parent.parent, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")


SCALE = Value(2.0)


def plain(x: Any, y: Any) -> Any:
    return SCALE * x * y


@compiled(argnums=0, reduce="sum")
def decorated(x: Any) -> Any:
    return x * x


made = compiled(
    plain, argnums=(0, 1), batched=(False, None), static_argnames="z" if False else None
)


def test_programs_are_pickled_by_their_function() -> None:
    assert pickle.loads(pickle.dumps(decorated)) is decorated
    assert made(2.0, 3.0) == 12.0
    twin = pickle.loads(pickle.dumps(made))
    assert twin.grad(2.0, 3.0) == (6.0, 4.0)
    assert (twin.function, twin.argnums, twin.options) == (plain, (0, 1), made.options)
    assert repr(twin.reduce) == "'mean'"
    net = nn.MLP(2, [1])
    program = compiled(net)
    sent = pickle.loads(pickle.dumps(program))
    assert sent([1.0, 2.0]) == program([1.0, 2.0])
    assert sent.function is not net


def test_programs_in_a_process_pool() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert pool.submit(compiled(ag.exp), 0.0).result(60) == 1.0
        assert pool.submit(compiled(nn.losses.quadratic, argnums=0).grad, 1.0, 0.0).result() == 1.0


def test_copies_of_programs() -> None:
    w = Value(3.0)
    program = compiled(lambda x: w * x, reduce="sum")
    program(2.0)
    for twin in (copy.copy(program), copy.deepcopy(program)):
        assert "not traced yet" in repr(twin)
        assert twin.grad(np.array([1.0, 2.0])).tolist() == [3.0]
        assert twin.parameters[0] is w
    net = nn.MLP(1, [1])
    model = {"net": net, "program": compiled(net)}
    twins = copy.deepcopy(model)
    assert twins["program"].function is twins["net"]
    copied = copy.copy(decorated)
    assert copied is not decorated
    assert copied.grad(3.0) == 6.0


@pytest.mark.parametrize("where", ["lambda", "local"])
def test_what_cannot_be_imported_is_not_pickled(where: str) -> None:
    def local(x: Any) -> Any:
        return x

    program = compiled((lambda x: x) if where == "lambda" else local)
    with pytest.raises(pickle.PicklingError, match=r"cannot be imported.*write the function with"):
        pickle.dumps(program)


def test_a_pickler_that_takes_any_function() -> None:
    """Such as cloudpickle's: whether the function can be pickled is left to it."""
    program = compiled(lambda x: x * 2.0)
    scope = {"__name__": "cloudpickle.cloudpickle", "program": program}
    exec("make, settings = program.__reduce_ex__(4)", scope)
    assert scope["make"](*scope["settings"])(3.0) == 6.0  # type: ignore[operator]


def test_threads_and_the_bound_on_traces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograd.program.running.traces.KEPT", 2)
    w = Value(3.0)
    program = compiled(lambda xs: w * ag.sum(list(xs)))
    wrong = []

    def work(offset: int) -> None:
        for i in range(25):
            k = 1 + (i + offset) % 5
            if program(np.ones((2, k))).tolist() != [3.0 * k] * 2:
                wrong.append(k)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
