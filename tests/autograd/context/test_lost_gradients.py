"""Values that become plain numbers: a gradient is never lost without a word."""

from __future__ import annotations

import array
import copy
import logging
import math
import math as m
import operator
import pickle
import re
import statistics
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from math import tanh
from typing import Any

import numpy as np
import pytest
from autograd_support import no_warnings
from scipy.integrate import odeint, quad

import autograd as ag
from autograd import TeachingWarning, Value
from autograd.context import differentiating as running
from autograd.context.differentiating import RUNNING

W = Value(3.0, label="w")
HERE = __file__


@contextmanager
def told(*words: str) -> Iterator[None]:
    """At least one warning, all of them about a line of this file, with these words."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    assert caught, "nothing was said"
    for warning in caught:
        text = str(warning.message)
        assert issubclass(warning.category, TeachingWarning)
        assert warning.filename == HERE
        assert re.search(rf"the gradient is lost: .*\n  {re.escape(HERE)}:\d+: ", text), text
        assert all(word in text for word in words), text


def stored(x: Any) -> Any:
    a = np.zeros(2)
    a[0] = x * x
    return a.sum()


def filled(x: Any) -> Any:
    a = np.zeros(2)
    a.fill(x * x)
    return a.sum()


def added(x: Any) -> Any:
    a = np.ones(2)
    a[1] += x
    return a.sum()


def in_bytes(x: Any) -> Any:
    a = array.array("d", [0.0])
    a[0] = x
    return a[0]


def in_a_thread(x: Any) -> Any:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: float(x * x)).result()


def differentiated(x: Any) -> Any:
    w = Value(3.0)
    (w * x * x).backward()
    return w.grad


LOSING: dict[str, tuple[Callable[[Any], Any], str]] = {
    "float": (lambda x: float(x), "float(…) of a Value"),
    "float of a computed value": (lambda x: float(x * x + 1.0), "float(…)"),
    "int": (lambda x: int(x * 2.0), "int(…)"),
    "round": (lambda x: round(x * x, 2), "round(…)"),
    "complex": (lambda x: complex(x).real, "float(…)"),
    "math": (lambda x: math.exp(x * x), "math.exp(…) of a Value"),
    "math by another name": (lambda x: m.cos(x * x), "math.cos(…)"),
    "a function of math": (lambda x: tanh(x * x), "math.tanh(…)"),
    "math.hypot": (lambda x: math.hypot(*[x, x]), "math.hypot(…)"),
    "math.fsum": (lambda x: math.fsum(x * t for t in (1.0, 2.0)), "math.fsum(…)"),
    "math.floor": (lambda x: math.floor(x * x), "the gradient is lost"),
    "map": (lambda x: sum(map(math.exp, [x, x * x])), "of a Value"),
    "an element of an array": (stored, "stored in an array of plain numbers"),
    "fill": (filled, "stored in an array"),
    "+= of an element": (added, "stored in an array"),
    "an element of a Python array": (in_bytes, "stored in an array"),
    "asarray": (lambda x: np.asarray([x, x * x], dtype=float).sum(), "float(…)"),
    "astype": (lambda x: np.array([x, x * x]).astype(float).sum(), "float(…)"),
    "float64": (lambda x: np.float64(x * x), "float(…)"),
    "statistics": (lambda x: statistics.fmean([x, x * x]), "math.fsum(…)"),
    "quad": (lambda x: quad(lambda t: x * t, 0.0, 1.0)[0], "float(…)"),
    "odeint": (lambda x: odeint(lambda y, t: [-x * y[0]], 1.0, [0.0, 1.0])[-1, 0], "float(…)"),
    "a worker thread": (in_a_thread, "float(…)"),
    "backward": (differentiated, "plain numbers"),
    "copy": (lambda x: copy.copy(x).data, "a copy of a Value"),
    "deepcopy": (lambda x: copy.deepcopy(x * x).data, "a copy of a Value"),
    "pickle": (lambda x: pickle.loads(pickle.dumps([x * x]))[0].data, "a copy of a Value"),
}  # fmt: skip

TRANSFORMS: dict[str, Callable[[Callable[[Any], Any]], Any]] = {
    "grad": lambda f: ag.grad(f)(2.0),
    "value_and_grad": lambda f: ag.value_and_grad(f)(2.0),
    "jacobian": lambda f: ag.jacobian(lambda x: [f(x[0]), x[1]])([2.0, 1.0]),
    "hessian": lambda f: ag.hessian(f)(2.0),
    "jvp": lambda f: ag.jvp(f, (2.0,), (1.0,)),
    "vjp": lambda f: ag.vjp(f, 2.0)[1](1.0),
    "an outer transform": lambda f: ag.grad(lambda x: x * ag.grad(lambda y: y * f(x))(1.0))(2.0),
}


@pytest.mark.parametrize("how", LOSING)
def test_within_a_transform(how: str) -> None:
    f, words = LOSING[how]
    with told(words):
        ag.grad(lambda x: x + f(x))(2.0)
    assert not RUNNING


@pytest.mark.parametrize("name", TRANSFORMS)
def test_within_every_transform(name: str) -> None:
    with told("math.exp(…)", "autograd.exp"):
        TRANSFORMS[name](lambda x: x + math.exp(x * x))
    with told("stored in an array", "dtype=object"):
        TRANSFORMS[name](lambda x: x + stored(x))
    assert not RUNNING


LOOKED_AT: dict[str, Callable[[Any], Any]] = {
    "text": lambda x: len(f"{x * x:.3f} {x}") + len(str(x)) + len(repr(x)) + len(f"{x!s}"),
    "percent": lambda x: len("%.3f" % (x * x)) + len("%d %r" % (x, x)),  # noqa: UP031
    "format": lambda x: len("{:.3f} {}".format(x * x, x)),  # noqa: UP032
    "branches": lambda x: 1.0 if x > 1.0 and x and x != 3.0 and x * x <= 9.0 else 0.0,
    "predicates": lambda x: (
        math.isfinite(x * x) + math.isnan(x) + math.isclose(x, 2.0) + np.isnan(x)
    ),
    "data": lambda x: x.data + (x * x).item() + (x * x).detach().data,
    "another value": lambda x: float(W * 2.0) + math.floor(W),
    "a constant of its own": lambda x: float(Value(2.0) * 3.0),
    "an array of objects": lambda x: np.array([x, x * x])[1].data,
    "a copy of a node": lambda x: copy.copy(x * x),
    "a hash": lambda x: hash(x * x) % 2 + len({x, x * x}),
}


@pytest.mark.parametrize("how", LOOKED_AT)
def test_what_is_only_looked_at_is_passed_over(how: str) -> None:
    with no_warnings():
        for transform in TRANSFORMS.values():
            transform(lambda x: x + LOOKED_AT[how](x))


def test_what_is_asked_within_no_grad_is_meant() -> None:
    def f(x: Any) -> Any:
        with ag.no_grad():
            return x * math.exp(float(x * x))

    with no_warnings():
        ag.grad(f)(1.0)
        with ag.lints(False):
            ag.grad(lambda x: x * math.exp(x))(1.0)
    with ag.no_grad(), told("math.exp"):  # the transform records its function all the same
        ag.grad(lambda x: x * math.exp(x))(1.0)


def test_logging() -> None:
    logger = logging.getLogger("chainrule.test")
    logger.addHandler(logging.NullHandler())

    def f(x: Any) -> Any:
        logger.warning("loss %.3f of %d", x * x, x)
        return x * x

    with no_warnings():
        assert ag.grad(f)(3.0) == 6.0


def test_the_named_examples() -> None:
    with told("math.exp"):
        assert ag.grad(lambda x: x + math.exp(x * x))(1.0) == 1.0
    with no_warnings():
        assert ag.grad(lambda x: x + ag.exp(x * x))(1.0) == pytest.approx(6.43656365691809)

    def table(x: Any, kind: Any) -> Any:
        a = np.zeros(2, dtype=kind)
        a[0], a[1] = x[0] * x[1], x[1] ** 2
        return a.sum()

    with told("stored"):
        assert ag.grad(lambda x: table(x, float))([2.0, 3.0]) == [0.0, 0.0]
    with no_warnings():
        assert ag.grad(lambda x: table(x, object))([3.0, 1.0]) == [1.0, 5.0]


# Which Values are watched, and for how long


def test_a_value_of_another_thread_is_its_own() -> None:
    """A transform in this thread; in the other one float(v) of its own Values is fine."""
    inside, done = threading.Event(), threading.Event()

    def other() -> float:
        inside.wait(10.0)
        found = float(W * 2.0 + 1.0)
        done.set()
        return found

    def f(x: Any) -> Any:
        inside.set()
        assert done.wait(10.0)
        return x * x

    with ThreadPoolExecutor(1) as pool, no_warnings():
        found = pool.submit(other)
        assert ag.grad(f)(3.0) == 6.0
        assert found.result() == 7.0


def test_after_the_call_it_is_over() -> None:
    kept = []

    def f(x: Any) -> Any:
        kept.append(x * x)
        return kept[-1]

    def fails(x: Any) -> Any:
        raise KeyError(x)

    with no_warnings():
        ag.grad(f)(3.0)
        assert float(kept[0]) == 9.0
        with pytest.raises(KeyError):
            ag.grad(fails)(1.0)
        assert not RUNNING
        _, pull = ag.vjp(f, 3.0)
        assert (float(kept[1]), pull(1.0)) == (9.0, (6.0,))


def test_many_conversions_look_at_each_node_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = []
    walk = running.topological_order
    monkeypatch.setattr(
        running, "topological_order", lambda *a: looked_at.append(w := walk(*a)) or w
    )

    def f(x: Any) -> Any:
        y = W
        for _ in range(300):
            y = y * 1.0001
            float(y)  # it does not depend on x: nothing to say, and ever more to look through
        return x * y

    with no_warnings():
        ag.grad(f)(1.0)
    assert sum(map(len, looked_at)) == 301


# Eagerly


def test_eagerly_a_plain_number_may_be_asked_for() -> None:
    v = W * 2.0
    with no_warnings():
        assert (float(v), int(v), round(v), operator.truth(v)) == (6.0, 6, 6, True)
        assert np.asarray([v, v], dtype=float).tolist() == [6.0, 6.0]
        assert np.array([v, v]).astype(float).tolist() == [6.0, 6.0]
        assert (math.floor(v), math.ceil(v), math.isnan(v), f"{v:.1f}") == (6, 6, False, "6.0")
        assert (np.float64(v), complex(v)) == (6.0, 6 + 0j)
        assert list(map(math.sqrt, [Value(9.0)])) == [3.0]  # the calling code does not show it
        assert statistics.fmean([v, v]) == 6.0  # nor is it the user's where it does


EAGER: dict[str, tuple[Callable[[Any], Any], str]] = {
    name: LOSING[name]
    for name in ("math", "math by another name", "a function of math", "math.hypot", "math.fsum",
                 "an element of an array", "fill", "+= of an element",
                 "an element of a Python array")
}  # fmt: skip


@pytest.mark.parametrize("how", EAGER)
def test_eagerly_what_keeps_the_number_only_is_told(how: str) -> None:
    f, words = EAGER[how]
    with told(words):
        f(W * 1.0)
    with no_warnings(), ag.no_grad():
        f(W * 1.0)
    frozen = Value(1.0)
    frozen.requires_grad = False
    with no_warnings(), ag.lints(False):
        f(W)
    with no_warnings():
        f(frozen)
        f(2.0)


def local_names(v: Any) -> None:
    sin, mathematics, other = math.sin, math, [math]
    with told("math.sin(…)"):
        sin(v)
    with told("math.log(…)"):
        mathematics.log(v, 2.0)
    with no_warnings():
        other[0].sin(v)  # to know what this calls, one would have to run it


def test_the_function_is_found_wherever_the_code_names_it() -> None:
    local_names(W)
    sin = math.sin

    def closure(v: Any) -> Any:
        return [sin(x) for x in [v]]

    with told("math.sin(…)"):
        closure(W)
    with told("math.exp(…)"):
        1.0 + math.exp(
            W * 0.1,
        )
    with told("math.exp(…)"):
        math.exp(W).hex()
    with told("math.cos(…)"):
        print(str(math.exp(1.0) + math.cos(W)), end="")
    for _ in range(3):  # remembered by the instruction, not by what it once found
        with told("math.cosh(…)"):
            math.cosh(W)

    def through(f: Any, v: Any) -> Any:
        return f(v)

    with told("math.sqrt(…)"):
        through(math.sqrt, W)
    with no_warnings():
        through(float, W)
    with told("math.sqrt(…)"):
        through(math.sqrt, W)


def test_in_a_finally_block() -> None:
    """Its code is there twice."""
    for fail in (False, True):
        with told("math.exp(…)"):
            try:
                if fail:
                    raise KeyError
            except KeyError:
                pass
            finally:
                math.exp(W)


def test_code_without_positions_gives_no_warning() -> None:
    code = compile("import math\nfound = math.exp(v)", "<made>", "exec")
    bare = code.replace(co_linetable=b"")
    with no_warnings():
        exec(bare, {"v": W})


def test_graphs_that_were_looked_through_are_not_kept_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A training loop of its own within a transform: each step's graph goes with the step."""
    monkeypatch.setattr(running, "FEW", 1_000)
    most = 0

    def f(x: Any) -> Any:
        nonlocal most
        for _ in range(50):
            y = W
            for _ in range(200):
                y = y * 1.0001
            y.backward()
            most = max(most, len(next(iter(running.RUNNING)).value._seen))
        return x * 2.0

    with no_warnings():
        assert ag.grad(f)(1.0) == 2.0
    assert 1_000 < most < 2_000
    W.zero_grad()
