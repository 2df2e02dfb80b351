"""Tracing cannot lie: what would freeze a number is an error that says what to write."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
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
    "detach": (lambda x: (x * W).detach() * x, "keep it a Value"),
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
    "grad within": (lambda x: ag.grad(lambda t: t * t)(x) * W, ""),
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


def test_printing_while_tracing_is_allowed(capsys: pytest.CaptureFixture[str]) -> None:
    def f(x: Any) -> Any:
        print("x is", x)
        return x * 2.0

    assert compiled(f)(1.0) == 2.0
    assert "Value" in capsys.readouterr().out


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


def test_a_transform_of_a_program_is_refused_or_right() -> None:
    """Values do not go through a program: nothing would come back to them."""
    program = compiled(lambda x: x * x * W)
    with pytest.raises(ag.AutogradError):
        ag.grad(program)(2.0)
