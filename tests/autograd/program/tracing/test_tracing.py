"""Tracing cannot lie: what would freeze a number is an error that says what to write."""

from __future__ import annotations

import array
import contextvars
import copy
import math
import pickle
import pprint
import random
import re
import statistics
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any

import numpy as np
import pytest

import autograd as ag
import nn
import viz
from autograd import TraceError, Value
from autograd import compile as compiled

W = Value(3.0)
RNG = np.random.default_rng(0)
COUNT = 0
LOG: list[Any] = []


def assign_data(x: Any) -> Any:
    W.data = 5.0  # here
    return W * x


def add_to_data(x: Any) -> Any:
    W.data += 1.0  # here
    return W * x


def run_backward(x: Any) -> Any:
    (W * x).backward()  # here
    return W * x


def branch(x: Any) -> Any:
    if x > 0.0:  # here
        return x
    return -x


def branch_on_value(x: Any) -> Any:
    while x:  # here
        return x
    return W


# name: (function, what the text must say to write instead)
REFUSED: dict[str, tuple[Callable[..., Any], str]] = {
    "bool": (lambda x: W if bool(x) else x, "where"),
    "if": (branch, "where"),
    "while": (branch_on_value, "where"),
    "and": (lambda x: W if x > 0.0 and x < 1.0 else x, "where"),
    "or": (lambda x: (x > 0.0) or W, "where"),
    "not": (lambda x: W if not x > 1.0 else x, "where"),
    "chained": (lambda x: ag.where(0.0 < x < 1.0, x, W), "where"),
    "any": (lambda x: W if any([x > 0.0]) else x, "where"),
    "assert": (lambda x: x if not (x >= 0.0).__bool__() else W, "where"),
    "min": (lambda x: min(x, W), "minimum"),
    "max": (lambda x: max([x, W]), "maximum"),
    "sorted": (lambda x: sorted([x, W])[0], "minimum"),
    "float": (lambda x: float(x) * x, "keep it a Value"),
    "float of a parameter": (lambda x: float(W) * x, "keep it a Value"),
    "int": (lambda x: int(x) * x, "keep it a Value"),
    "round": (lambda x: round(x) * x, "keep it a Value"),
    "round to digits": (lambda x: round(x, 2) * x, "keep it a Value"),
    "item": (lambda x: x.item() * x, "keep it a Value"),
    "data": (lambda x: x.data * x, "keep it a Value"),
    "data of a parameter": (lambda x: W.data * x, "keep it a Value"),
    "assigning data": (assign_data, "after"),
    "adding to data": (add_to_data, "keep it a Value"),
    "grad": (lambda x: W.grad + x, "value_and_grad"),
    "backward": (run_backward, "program.grad"),
    "==": (lambda x: W if x == 1.0 else x, "where"),
    "!=": (lambda x: W if x != 1.0 else x, "where"),
    "== reflected": (lambda x: W if np.float64(1.0) == x else x, "where"),
    "in": (lambda x: W if x in [1.0, 2.0] else x, "where"),
    "condition ==": (lambda x: W if (x > 0.0) == True else x, "where"),  # noqa: E712
    "condition !=": (lambda x: W if (x > 0.0) != True else x, "where"),  # noqa: E712
    "math.sin": (lambda x: math.sin(x), "sin"),
    "math.exp of a parameter": (lambda x: x * math.exp(W), "exp"),
    "math.floor": (lambda x: math.floor(x) * x, "keep it a Value"),
    "math.isnan": (lambda x: x if math.isnan(x) else W, "keep it a Value"),
    "complex": (lambda x: complex(x).real * x, "keep it a Value"),
    "an array of floats": (lambda x: np.array([x, W], dtype=float).sum() * x, "keep it a Value"),
    "percent": (lambda x: float("%f" % x) * x, "keep it a Value"),  # noqa: UP031
    "np.isnan": (lambda x: x if np.isnan(x) else W, "keep it a Value"),
    "np.max": (lambda x: np.max(np.array([x, W], dtype=object)), "maximum"),
    "np.argmax": (lambda x: [x, W][np.argmax(np.array([x, W], dtype=object))], "where"),
    "by hand": (lambda x: Value(2.0, (x,), (1.0,)), "autograd"),
    "str": (lambda x: float(str(x)[11:14]) * x, "print what the program returns"),
    "repr": (lambda x: float(repr(x)[11:14]) * x, "print what the program returns"),
    "format": (lambda x: float(f"{x:.3f}") * x, "print what the program returns"),
    "format without a spec": (lambda x: len(f"{x}") * x, "print what the program returns"),
    "str.format": (lambda x: len("{}".format(x)) * x, "print what the program returns"),  # noqa: UP032
    "percent s": (lambda x: len("%s" % x) * x, "print what the program returns"),  # noqa: UP031
    "str of a list": (lambda x: len(str([x, W])) * x, "print what the program returns"),
    "str of an array": (lambda x: len(str(np.array([x, W]))) * x, "print what the program"),
    "format of a parameter": (lambda x: float(f"{W:.3f}") * x, "print what the program returns"),
    "print": (lambda x: print(x) or x, "print what the program returns"),
    "pprint": (lambda x: pprint.pformat([x]) and x, "print what the program returns"),
    "pickle": (lambda x: pickle.loads(pickle.dumps(x)) * x, "use the Value itself"),
    "copy": (lambda x: copy.copy(x) * x, "use the Value itself"),
    "deepcopy": (lambda x: copy.deepcopy([x])[0] * x, "use the Value itself"),
    "statistics": (lambda x: statistics.fmean([x, x]) * x, "keep it a Value"),
    "isclose": (lambda x: x if math.isclose(x, 1.0) else W, "keep it a Value"),
    "fsum": (lambda x: math.fsum([x, x]) * x, "keep it a Value"),
    "a stored float": (lambda x: array.array("d", [x])[0] * x, "keep it a Value"),
    "local gradients": (lambda x: (x * W).local_gradients[0] * x, ""),
}
WHOLE_NUMBERS: dict[str, Callable[..., Any]] = {
    "a list": lambda x: [W, x, x][x],
    "a tuple": lambda x: (W, x, x)[x],
    "an array": lambda x: np.array([W, x, x], dtype=object)[x],
    "an array of numbers": lambda x: np.array([1.0, 2.0, 3.0])[x] * W,
    "range": lambda x: sum((W for _ in range(x)), 0.0),
    "a slice": lambda x: ag.sum([W, W, W][:x]),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("given", [1.0, 0.5, 1, np.array([1.0, 2.0])], ids=["1.", ".5", "1", "[]"])
def test_what_would_freeze_a_number(name: str, given: Any) -> None:
    f, remedy = REFUSED[name]
    with pytest.raises(TraceError, match="while a program is traced") as caught:
        compiled(f)(given)
    text = str(caught.value)
    assert remedy in text
    place = re.search(r"at (.*):(\d+)(?:: (.*))?$", text)
    assert place is not None, text
    assert place[1] == __file__
    first = f.__code__.co_firstlineno
    assert first <= int(place[2]) <= first + 4
    if f.__name__ != "<lambda>":
        assert place[3].endswith("# here")
    assert W.data == 3.0
    assert not W.has_grad
    assert not ag.is_tracing()


def square(t: Any) -> Any:
    return t * t * W


MODEL = nn.MLP(1, [2, 1])
OPTIMIZER = nn.SGD(MODEL.parameters(), lr=0.1)
CALLED: dict[str, Callable[[Any], Any]] = {
    "check_grads": lambda x: ag.check_grads(square, (x,)) or x,
    "SGD.step": lambda x: OPTIMIZER.step() or x,
    "SGD.zero_grad": lambda x: OPTIMIZER.zero_grad() or x,
    "MLP.zero_grad": lambda x: MODEL.zero_grad() or x,
    "MLP.state_dict": lambda x: MODEL.state_dict() and x,
    "clip_grad_norm_": lambda x: nn.clip_grad_norm_(MODEL.parameters(), 1.0) and x,
    "draw": lambda x: viz.draw(x * W) and x,
    "draw_dot": lambda x: viz.draw_dot(x * W) and x,
    "derive": lambda x: viz.derive(x * W, W) and x,
    "table": lambda x: viz.table(x * W) and x,
}


@pytest.mark.parametrize("name", CALLED)
def test_what_is_called_is_named(name: str) -> None:
    """Not what it reads inside, which the user never wrote."""
    with pytest.raises(TraceError) as caught:
        compiled(CALLED[name])(1.0)
    text = str(caught.value)
    assert text.startswith(f"{name} is called (and ")
    assert f"call {name} outside" in text
    assert re.search(rf"\n  at {re.escape(__file__)}:\d+: \"{name}\"", text)


@pytest.mark.parametrize("name", ["fit", "predict", "accuracy"])
def test_what_switches_recording_off_is_named(name: str) -> None:
    args = ([[1.0]], [1.0])[: 1 if name == "predict" else 2]
    what = rf"(no_grad\(\) is used by {name}|{name} is called \(and .+ by it\)) while a program is"
    with pytest.raises(TraceError, match=what):
        compiled(lambda x: getattr(nn, name)(MODEL, *args) and x)(1.0)


@pytest.mark.parametrize("name", WHOLE_NUMBERS)
@pytest.mark.parametrize("given", [1, np.array([1, 2])], ids=["1", "[]"])
def test_where_python_needs_a_whole_number(name: str, given: Any) -> None:
    with pytest.raises(TraceError, match=r"take\(rows, i\)"):
        compiled(WHOLE_NUMBERS[name])(given)


def test_eager_work_is_free_to_do_all_that() -> None:
    """After a trace, and after one that failed."""
    with pytest.raises(TraceError):
        compiled(branch)(1.0)
    x = Value(2.0)
    assert [bool(x), float(x), x.data, max(x, W) is W, x == 2.0] == [True, 2.0, 2.0, True, True]
    assert isinstance(x > 1.0, bool)


def test_identity_of_values_is_no_number() -> None:
    """`is`, `==` between Values, `in`, dictionaries: the same in every run."""
    v = Value(1.0)
    program = compiled(lambda x: (W if x == v else x) + {v: 2.0}[v] + (W if v in [v] else x))
    assert program(1.0) == 6.0
    assert program(2.0) == 7.0


# Chance


def many(f: Callable[..., Any], tries: int = 12) -> None:
    for seed in range(tries):
        random.seed(seed)
        np.random.seed(seed)
        with pytest.raises(TraceError, match="as arguments"):
            compiled(f)(1.5)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x * random.random(),
        lambda x: x + random.gauss(0.0, 1.0),
        lambda x: x * np.random.rand(),
        lambda x: x * np.random.normal(),
        lambda x: x * RNG.normal(),
        lambda x: x * float(RNG.integers(0, 10**9)),
    ],
    ids=["random", "gauss", "rand", "normal", "generator", "integers"],
)
def test_random_numbers(f: Callable[..., Any]) -> None:
    many(f)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x * 2.0 if random.random() < 0.5 else x * 3.0,
        lambda x: random.choice([x, W]) * 2.0,
        lambda x: x * 2.0 if np.random.rand() < 0.5 else x,
        lambda x: x * 2.0 if RNG.random() < 0.5 else x,
        lambda x: random.sample([x, x * 2.0], 1)[0],
    ],
    ids=["random", "choice", "rand", "generator", "sample"],
)
def test_random_choices(f: Callable[..., Any]) -> None:
    """Dropout, for example: the same twice in half of the cases, and refused in all."""
    many(f)


def test_a_generator_made_from_a_seed_inside_is_no_chance() -> None:
    noise = random.Random(3).random()
    assert compiled(lambda x: x * random.Random(3).random())(2.0) == 2.0 * noise


def test_random_draws_outside_change_nothing() -> None:
    program = compiled(lambda x: x * W)
    random.seed(1)
    before = random.getstate()
    program(2.0)
    assert random.getstate() == before


# What a function leaves behind


def count_globally(x: Any) -> Any:
    global COUNT
    COUNT += 1
    return x * W


def use_global_counter(x: Any) -> Any:
    global COUNT
    COUNT += 1
    return x * float(COUNT)


def append(x: Any) -> Any:
    LOG.append(x)
    return x * W


def helper(x: Any) -> Any:
    return count_globally(x)


class Counter:
    def __init__(self) -> None:
        self.n = 0

    def __call__(self, x: Any) -> Any:
        self.n += 1
        return x * W

    def method(self, x: Any) -> Any:
        self.n += 1
        return x * W


def make_nonlocal() -> Callable[..., Any]:
    n = 0

    def f(x: Any) -> Any:
        nonlocal n
        n += 1
        return x * W

    return f


def make_with(box: Any, change: Callable[[Any], Any]) -> Callable[..., Any]:
    def f(x: Any) -> Any:
        change(box)
        return x * W

    return f


def make_attribute() -> Callable[..., Any]:
    counter = Counter()

    def f(x: Any) -> Any:
        counter.n += 1
        return x * W

    return f


def make_cell() -> Callable[..., Any]:
    box = [0]

    def f(x: Any) -> Any:
        box[0] += 1
        return x * W

    return f


def make_dict() -> Callable[..., Any]:
    box = {"n": 0}

    def f(x: Any) -> Any:
        box["n"] += 1
        return x * W

    return f


LEFT_BEHIND: dict[str, Callable[[], Callable[..., Any]]] = {
    "a global": lambda: count_globally,
    "a global that is used": lambda: use_global_counter,
    "a global through a helper": lambda: helper,
    "a nonlocal": make_nonlocal,
    "append": lambda: append,
    "an attribute": make_attribute,
    "an attribute of self": lambda: Counter().method,
    "an attribute of a callable": Counter,
    "an element of a list": make_cell,
    "an entry of a dict": make_dict,
}


@pytest.mark.parametrize("name", LEFT_BEHIND)
def test_counters(name: str) -> None:
    with pytest.raises(TraceError):
        compiled(LEFT_BEHIND[name]())(1.5)


def test_what_stays_the_same_is_left_alone() -> None:
    """Reading globals, closures and attributes, local lists and inner functions are fine."""
    table, settings = [2.0, 3.0], {"scale": 4.0}
    counter = Counter()

    def f(x: Any) -> Any:
        found = []
        for c in table:
            found.append(c * x)
        memo: dict[str, Any] = {}
        memo["n"] = found[0]
        return (memo["n"] + found[1]) * settings["scale"] + float(counter.n) + COUNT * 0.0

    assert compiled(f)(1.0) == 20.0


def test_error_texts_may_show_values_while_tracing() -> None:
    """The engine's own: the error is about something else."""
    with pytest.raises(TypeError, match=r"not list \(\[Value\(data=1.0"):
        compiled(lambda x: 1.0 * x - [x, W])(1.0)
    with pytest.raises(ag.OperandError, match=r"whole number, not \[Value"):
        compiled(lambda x: ag.take([[x], [W]], [x]))(1.0)


def test_a_private_name_of_numpys_masked_arrays() -> None:
    with pytest.raises(TraceError, match=r"\._data is read while a program is traced"):
        compiled(lambda x: x * x._data)(1.0)


# What is read behind the engine's back is another constant in the second look


@pytest.mark.parametrize("given", [0.0, -0.0, 1.0, -1.0, 0.5, -0.59, 3, math.inf, math.nan])
def test_private_numbers(given: float) -> None:
    """Whole numbers and special ones are moved too."""
    for f in (
        lambda x: x * x._float,
        lambda x: x * int(min(1e9, max(-1e9, x._float))) if x._float == x._float else x,
        lambda x: W * round(min(1e9, max(-1e9, 1.5 * x._float)) if x._float == x._float else 7.0),
        lambda x: x * (x * x)._x,
    ):
        with pytest.raises(TraceError, match="is not the same every time it runs"):
            compiled(f)(given)
        with pytest.raises(TraceError, match="is not the same every time it runs"):
            compiled(f)(np.array([given, 2.0]))


def test_the_old_private_name_is_refused() -> None:
    for f in (lambda x: x * x._data, lambda x: x * W._data):
        with pytest.raises(TraceError, match=r"\._data is read while a program is traced"):
            compiled(f)(2.0)


def test_whole_numbers_stay_what_they_are_for_take() -> None:
    table = [1.0, W, 4.0]
    for index in (0, 2, np.array([2, 0]), np.array([2.0, 0.0])):
        program = compiled(lambda i: ag.take(table, 2 - i) * ag.take(table, ag.where(i > 1, 1, i)))
        want = [[4.0, 3.0, 1.0][int(i)] * [1.0, 3.0, 3.0][int(i)] for i in np.ravel(index)]
        assert np.ravel(program(index)).tolist() == want
    with pytest.raises(ag.ArgumentError, match="from 0 to 2"):
        compiled(lambda i: ag.take(table, i))(3)


def test_the_second_look_is_not_searched_for_anomalies() -> None:
    """Its numbers are not the user's."""
    with ag.detect_anomaly():
        assert compiled(lambda x: ag.log(-x))(-1.0) == 0.0
        assert compiled(lambda x: ag.asin(x) * W)(0.0) == 0.0


# Other threads and contexts have modes of their own


def in_a_thread(f: Callable[..., Any], *args: Any) -> Any:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(f, *args).result()


def in_a_fresh_context(f: Callable[..., Any], *args: Any) -> Any:
    return contextvars.Context().run(f, *args)


ELSEWHERE = pytest.mark.parametrize("run", [in_a_thread, in_a_fresh_context])
LOOKED_AT: dict[str, Callable[[Any], Any]] = {
    "float": float,
    "float of a result": lambda x: float(ag.exp(x * 2.0)),
    "data": lambda x: x.data,
    "item": lambda x: (x + 1.0).item(),
    "bool": lambda x: 1.0 if x else 2.0,
    "int": int,
    "branch": lambda x: 1.0 if x > 0.5 else 2.0,
    "branch on a result": lambda x: 1.0 if ag.tanh(x) <= W else 2.0,
    "max": lambda x: max(x, 0.25),
    "equal": lambda x: 1.0 if x == 1.0 else 2.0,
    "the same": lambda x: ag.where(x == W, 1.0, 2.0),
    "the same, and more": lambda x: ag.where((x == W) & (x > 1.0), 1.0, 2.0),
    "text": lambda x: len(f"{x}"),
    "format": lambda x: float(f"{x:.3f}"),
    "math": math.sin,
    "pickle": lambda x: len(pickle.dumps(x)),
    "array": lambda x: np.array([x], dtype=float)[0],
}


@ELSEWHERE
@pytest.mark.parametrize("name", LOOKED_AT)
def test_looking_at_numbers_elsewhere(name: str, run: Callable[..., Any]) -> None:
    for given in (1.0, 0.75):
        with pytest.raises(TraceError, match="while a program is traced"):
            compiled(lambda x: x * run(LOOKED_AT[name], x))(given)
        with pytest.raises(TraceError, match="while a program is traced"):
            compiled(lambda x: x * run(LOOKED_AT[name], x * x))(given)


@ELSEWHERE
def test_computing_elsewhere_is_part_of_the_program(run: Callable[..., Any]) -> None:
    """Results, choices and constants alike."""

    def part(v: Any) -> Any:
        return ag.where(v > 0.5, ag.exp(v * W), Value(2.0) * v) + ag.take([1.0, W], v * 0.0)

    program = compiled(lambda x: ag.sum([run(part, v) for v in x]))
    alone = compiled(lambda x: ag.sum([part(v) for v in x]))
    xs = np.array([[1.0, 0.25], [0.5, 2.0]])
    assert np.array_equal(program(xs), alone(xs))
    assert program.parameters == alone.parameters == [W]
    assert program.grad(xs).tolist() == alone.grad(xs).tolist()


def test_other_threads_are_free_meanwhile() -> None:
    """A trace refuses nothing of what has nothing to do with it."""
    other = Value(2.0)

    def look() -> list[Any]:
        y = other * 3.0
        return [float(y), y.data, y > 1.0, bool(y), f"{y}", other == 2.0, ag.take([1.0], 0)]

    want = look()
    seen: SimpleQueue[Any] = SimpleQueue()
    assert compiled(lambda x: (seen.put(in_a_thread(look)) or x) * W)(1.0) == 3.0
    assert [seen.get_nowait(), seen.get_nowait()] == [want, want]


def test_errors_of_the_function_come_through() -> None:
    def f(x: Any) -> Any:
        raise ZeroDivisionError("mine")

    program = compiled(f)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError, match="mine"):
            program(1.0)
    assert not ag.is_tracing()
    with pytest.raises(TypeError, match="positional"):
        compiled(lambda x: x)(1.0, 2.0)
    with pytest.raises(TypeError, match="real number or a Value"):
        compiled(lambda x: x + {})(1.0)


def test_a_transform_of_a_program() -> None:
    """Its function runs on Values, as a part of the transform."""
    program = compiled(lambda x: x * x * W)
    assert float(ag.grad(program)(2.0)) == 4.0 * W.data


def test_a_class_whose_module_is_a_descriptor_as_that_of_compiled_functions() -> None:
    class Scale:
        by = 2.0

    Scale.__module__ = property(lambda self: "of each instance")  # type: ignore[assignment]
    assert ag.compile(lambda x: x * Scale.by)(3.0) == 6.0
