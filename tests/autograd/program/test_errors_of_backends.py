"""Errors of back ends and of files, checked as those of the engine in ../test_errors.py."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest import mock

import numpy as np
import pytest
from test_errors import Case, assert_one_traceback, assert_says

from autograd import (
    ArgumentError,
    Graph,
    GraphError,
    MissingExtraError,
    TraceError,
    Value,
    scan,
    to_javascript,
)
from autograd import compile as compiled
from autograd.primitives.primitive import Block
from autograd.primitives.shapes import Unary
from autograd.program.backends.jax.function import PureFunction

W = Value(2.0, label="w")
TWO = np.array([1.0, 2.0])


def riddle(arrays: Any, local: Any = 2.0, *, opaque: bool = False) -> Unary:
    """A primitive of a computation that may not be readable."""

    def riddle_(x: float) -> float:
        return x if x > 0 else 2.0 * x

    return Unary(riddle_, Block("", "", arrays, local, opaque=opaque), {})


LOOP = riddle(np.vectorize(lambda x: x if x > 0.0 else 2.0 * x))
KNOWN = riddle(lambda x: np.asarray(x, dtype=np.float64))
OPAQUE = riddle(lambda x: 2.0 * x, opaque=True)
RULE = riddle(lambda x: 2.0 * x, lambda out, x: np.spacing(x))


def run(function: Any, backend: str) -> Any:
    """Call a program of a function of one number."""
    return compiled(function, backend=backend)(TWO)


def exported(function: Any = lambda x: W * x, path: str = "f.c", **options: Any) -> Any:
    """Export a program of one number; nothing is written where that is an error."""
    return compiled(function).trace(3.0).export(path, **options)


def without(package: str, backend: str) -> Any:
    """Compile where a package is not installed."""
    with mock.patch.dict("sys.modules", {package: None}):
        return compiled(lambda x: x, backend=backend)


def spread_unevenly() -> Any:
    """Three examples for the two devices of one of two processes."""
    mesh = SimpleNamespace(axis_names=("batch",), shape={"batch": 4})
    with mock.patch("autograd.program.backends.jax.function.processes_of", return_value=2):
        return PureFunction._spread(SimpleNamespace(mesh=mesh), np.zeros(3))  # type: ignore[arg-type]


def other_structure() -> Any:
    """Functions for JAX of an array, called with a list."""
    return compiled(lambda x: W * x[0]).trace(np.ones((3, 2))).to_jax().value([2.0], [1.0, 2.0])


def looping() -> Graph:
    """The graph of a program that has a loop."""
    program = compiled(lambda x: scan(lambda c, _: (W * c, None), x, length=3)[0])
    return program.trace(1.0).graph


def resized() -> Any:
    """A prepared call of an array that has been given another shape since."""
    x = np.ones((2, 3))
    step = compiled(lambda row: W * row[0]).prepare(x)
    x.resize((1, 3), refcheck=False)
    return step()


CASES: dict[str, Case] = {
    "native, opaque": (
        TraceError, lambda: run(lambda x: OPAQUE(W * x), "native"),
        ("riddle is opaque (opaque=True)", "backend='numpy' or 'python'", "For machine code")),
    "jax, opaque": (
        TraceError, lambda: run(lambda x: OPAQUE(W * x), "jax"),
        ("riddle is opaque (opaque=True)", "For backend='jax'", "with where for if")),
    "a file, opaque": (
        GraphError, lambda: exported(lambda x: OPAQUE(W * x)),
        ("riddle is opaque (opaque=True)", "For a file that stands alone")),
    "no such back end": (
        ArgumentError, lambda: compiled(lambda x: x, backend="nunpy"),
        ("'auto'", "'native'", "'nunpy'")),
    "a dtype that is not offered": (
        ArgumentError, lambda: compiled(lambda x: x, backend="python", dtype=np.float32),
        ("'python'", "float64", "float32", "backend='numpy'")),
    "a mesh without jax": (
        ArgumentError, lambda: compiled(lambda x: x, mesh=3), ("mesh=", "backend='jax'", "'auto'")),
    "a mesh that is none": (
        ArgumentError, lambda: compiled(lambda x: x, backend="jax", mesh=3),
        ("jax.make_mesh", "int")),
    "llvmlite missing": (
        MissingExtraError, lambda: without("llvmlite", "native"),
        ("backend='native'", "llvmlite", 'pip install "chainrule[native]"')),
    "jax missing": (
        MissingExtraError, lambda: without("jax", "jax"), ('pip install "chainrule[jax]"',)),
    "native code of a loop": (
        TraceError, lambda: run(LOOP, "native"), ("riddle", "NumPy's", "backend='numpy'")),
    "what JAX has not": (
        TraceError, lambda: run(riddle(lambda x: np.real_if_close(x)), "jax"),
        ("riddle", "real_if_close", "JAX has not", "where", "backend='numpy'")),
    "numbers not known yet": (
        TraceError, lambda: run(KNOWN, "jax"), ("riddle", "not known yet")),
    "examples that devices of a process cannot share": (
        ArgumentError, spread_unevenly, ("2 devices", "3", "leave out the last 1")),
    "functions for JAX of another structure": (
        ArgumentError, other_structure, ("program.trace", "to_jax()")),
    "parameters of another number": (
        ArgumentError, lambda: compiled(lambda x: W * x).trace(3.0).to_jax().value([1.0, 2.0], 3.0),
        ("parameters", "theta", "(2,)")),
    "an array of another shape than was prepared": (
        ArgumentError, resized, ("(1, 3)", "(2, 3)", "prepare")),
    "all values in C": (
        ArgumentError, lambda: exported(everything=True), ("everything=True", ".js")),
    "all values of a loop": (
        ArgumentError,
        lambda: exported(lambda x: scan(lambda c, _: (W * c, None), x, length=3)[0], "f.js",
                         everything=True),
        ("the values of a loop (scan) are others in every step", "write the steps with for")),
    "a Jacobian by nothing": (
        ArgumentError, lambda: exported(lambda x: 2.0 * x, jacobian=True), ("argnums=0",)),
    "another suffix": (ArgumentError, lambda: exported(path="f.f90"), (".c", ".py", ".js", ".f90")),
    "a name that is none": (ArgumentError, lambda: exported(name="a b"), ("name=", "a b")),
    "a file of a loop": (GraphError, lambda: exported(lambda x: LOOP(x) * W), ("riddle", "where")),
    "a page of a loop": (GraphError, lambda: to_javascript(looping()), ("scan", "loop of Python")),
    "a page of a constant": (
        GraphError, lambda: to_javascript(Graph((), {}, (2.0,))), ("Graph.of(y)", "constant")),
    "a file of a rule with NumPy's own function": (
        GraphError, lambda: exported(lambda x: RULE(x * W)), ("spacing", "operators")),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_errors_say_what_was_given_and_what_to_write(name: str) -> None:
    assert_says(CASES[name])


# JAX's own traceback says where in a computation of the user's it failed
@pytest.mark.parametrize("name", sorted({*CASES} - {"numbers not known yet", "what JAX has not"}))
def test_errors_are_not_chained_to_internal_ones(name: str) -> None:
    assert_one_traceback(CASES[name])
