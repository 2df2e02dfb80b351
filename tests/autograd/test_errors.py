"""Every error message: what was given, what is allowed, what to write instead.

The last test reads the sources and fails for an error whose text no case here, nor in
program/test_errors_of_programs.py and test_errors_of_backends.py, produces.
"""

from __future__ import annotations

import ast
import importlib
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Value, errors
from autograd.primitives.define import define
from autograd.primitives.shapes import Binary, Unary

PACKAGE = Path(ag.__file__).parent
ERRORS = [name for name, thing in vars(errors).items() if isinstance(thing, type)]

X = Value(2.0, label="x")
MADE = Value(6.0, (X,), (3.0,))


def sin(x: float) -> float:
    """A body whose name is taken."""
    return x


def two(x: float, y: float) -> float:
    """A body of two operands."""
    return x + y


def wrong_slope(x: Any) -> Any:
    """x² with a planted wrong derivative."""
    return Value(x.data**2, (x,), (3.0 * x.data,)) if isinstance(x, Value) else x * x


def failing() -> Value:
    """A node made by hand whose function fails."""

    def no() -> None:
        raise KeyError("no")

    out = Value(6.0, (X,), "fails")
    out._backward = no
    return out


def mine(x: float) -> float:
    """A body of a primitive that no registry knows."""
    return math.sin(x)


SINE = ag.PRIMITIVES["sin"]
foreign: Any = type(SINE)(mine, SINE._block._replace(local=lambda out, x: math.cos(x)), {})

Case = tuple[type[Exception], Callable[[], Any], tuple[str, ...]]

CASES: dict[str, Case] = {
    "a graph of a number": (TypeError, lambda: ag.Graph.of(2.0),
                            ("made of the Values that it ends in, not of float",)),
    # Operands
    "str": (TypeError, lambda: X + "2", ("operand of +", "must be a real number or a Value",
            "not str ('2')", "write float(text) first")),
    "str on the left": (TypeError, lambda: "2" * X, ("*", "not str", "float(text)")),
    "complex": (TypeError, lambda: X * 1j, ("not complex (1j)", "the engine is real")),
    "numpy complex": (TypeError, lambda: ag.exp(np.complex64(1)), ("complex64", "real and imag")),
    "list": (TypeError, lambda: ag.sin([1.0]), ("operand of sin", "not list ([1.0])",
             "[f(x) for x in xs]", "np.array(xs)")),
    "tuple": (TypeError, lambda: X + (1,) * 2, ("not tuple ((1, 1))", "[f(x) for x in xs]")),
    "None": (TypeError, lambda: X - None, ("not NoneType", "return statement", "missing")),
    "requires_grad": (TypeError, lambda: setattr(Value(1.0), "requires_grad", 0), (
        "requires_grad is True or False, not 0",)),
    "requires_grad of a computed value": (RuntimeError,
        lambda: setattr(X * 2.0, "requires_grad", False), ("on leaves only", "its detach()")),
    "no function to decorate": (TypeError, lambda: ag.no_grad(3),  # type: ignore[type-var]
        ("a mode is for a block (with no_grad(): …) or for a function (@no_grad), not for 3",)),
    "array as data": (TypeError, lambda: Value(np.array([1.0])), ("the data of a Value",
                      "not ndarray", "give one element, for example xs[0]")),
    "data": (TypeError, lambda: Value("3"), ("the data of a Value", "not str ('3')")),
    "Value as data": (TypeError, lambda: Value(X), ("the data of a Value must be a plain number",
                      "not a Value", "no gradient would flow through it", "give its number")),
    "Value as a constant": (TypeError, lambda: ag.leaky_relu(X, slope=X), ("slope= of leaky_relu",
                            "a plain number, not a Value")),
    "dot of arrays": (ValueError, lambda: ag.dot(np.ones(2), np.ones(3)),
                      ("as many weights as inputs", "shapes (2,) and (3,)")),
    "argnums twice": (ValueError, lambda: ag.grad(lambda x, y: x * y, (0, -2))(1.0, 2.0),
                      ("argnums=(0, -2)", "names an argument twice")),
    "long repr": (TypeError, lambda: Value("3" * 99), ("'333", "...")),
    "set data": (TypeError, lambda: setattr(Value(1.0), "data", None), ("the data of a Value",)),
    "set grad": (TypeError, lambda: setattr(Value(1.0), "grad", "1"), ("a gradient must be",)),
    "exponent": (TypeError, lambda: X**"2", ("operand of **", "not str")),
    "seed": (TypeError, lambda: X.backward([1.0]), ("the seed gradient must be", "not list")),
    "comparison": (TypeError, lambda: X < "1", ("<", "not str ('1')")),
    "which operand": (TypeError, lambda: ag.hypot(1.0, "y"), ("operand 2 of hypot", "'y'")),
    "which of many": (TypeError, lambda: ag.sum([1, 2, "z"]), ("operand 3 of sum", "'z'")),
    "operand beside a Value": (TypeError, lambda: ag.mul(X, "y"), ("operand of mul", "'y'")),
    "beside a Value in an n-ary": (TypeError, lambda: ag.sum([X, "z"]), ("operand of sum", "'z'")),
    "int too large": (OverflowError, lambda: X * 10**400, ("int is beyond the range of a float",
                      "1.8e308", "logarithm", "scale it down")),
    "array dtype": (TypeError, lambda: ag.exp(np.array(["a"])), ("exp takes arrays of real numbers",
                    "not of dtype <U1")),
    "complex array": (TypeError, lambda: ag.add(np.array([1j]), 1.0), ("dtype complex128",)),
    # Functions of one sequence
    "n-ary of a Value": (TypeError, lambda: ag.sum(X), ("sum takes one sequence",
                         "such as sum([a, b])", "not Value")),
    "n-ary of a number": (TypeError, lambda: ag.mean(3.0), ("mean takes one sequence", "float")),
    "n-ary of a str": (TypeError, lambda: ag.norm("12"), ("norm takes one sequence", "not str")),
    "softmax of a number": (TypeError, lambda: ag.softmax(1.0), ("sequence", "not float")),
    "several arguments": (TypeError, lambda: ag.sum(X, X), ("sum takes one sequence",
                          "not 2 operands", "write sum([a, b])")),
    "two operands": (TypeError, lambda: ag.leaky_relu(X, 0.1), ("leaky_relu takes one operand",
                     "not 2", "write leaky_relu(x, slope=…)")),
    "no children": (TypeError, lambda: Value(1.0, 2.0), ("children of a Value must be a tuple",
                    "not float")),
    "no local gradients": (TypeError, lambda: Value(1.0, (X,), 3), ("the third argument of Value",
                           "one local gradient for each child", "not int")),
    "no function": (TypeError, lambda: ag.grad(3.0), ("takes a function, not float",
                    "grad(f)(x), not grad(f(x))")),
    "argnums of another kind": (ValueError, lambda: ag.grad(lambda x: x, 1.5)(2.0),
                                ("a position such as 0", "several such as (0, 2)", "not 1.5")),
    "argnums of no name": (ValueError, lambda: ag.grad(lambda x, w: x * w, "z")(2.0, w=1.0),
                           ("argnums='z' names argument 'z'", "was called with x, w")),
    "argnums of one by name": (ValueError, lambda: ag.grad(lambda x, w: x * w, 1)(2.0, w=1.0),
                               ("argnums=1 names argument 1", "write argnums='w'")),
    "as many equations": (ValueError, lambda: ag.root(lambda x: [x, x], 1.0), ("root needs as many "
                          "equations as numbers to find", "gives 2 for 1")),
    "another structure": (ValueError, lambda: ag.fixed_point(lambda p: {"b": p["a"], "a": p["b"]},
                          {"a": 1.0, "b": 2.0}), ("gives ['b'], ['a'] for x0 with ['a'], ['b']",
                          "in the structure of x0")),
    "no steps": (ValueError, lambda: ag.root(lambda x: x, 1.0, steps=0), ("steps= is a whole number"
                 " from 1", "not 0")),
    "no solution": (ArithmeticError, lambda: ag.root(lambda x: x * x + 1.0, 3.0), ("no solution was"
                    " found from x0", "off by up to 1 where the search ended", "makes that less",
                    "give an x0 nearer to a solution")),
    "too few steps": (ArithmeticError, lambda: ag.root(lambda x: ag.exp(x) - 5.0, 30.0, steps=2),
                      ("no solution was found in 2 steps", "the next step would move x by up to 1",
                       "an x0 nearer to it", "(steps=)")),
    "many solutions": (ArithmeticError, lambda: ag.fixed_point(lambda x: x, 2.0), ("x solves the "
                       "equations, but is not the only one", "no inverse", "no derivative",
                       "that tell solutions apart")),
    "no pair": (ValueError, lambda: ag.grad(lambda x: x, has_aux=True)(2.0), ("returns a pair",
                "(what is differentiated, aux)", "not Value")),
    "three in a pair": (ValueError, lambda: ag.grad(lambda x: (x, x, x), has_aux=True)(2.0),
                        ("returns a pair", "not tuple of 3")),
    "no argnums": (ValueError, lambda: ag.jacobian(lambda x: x, ())(2.0), ("a position such as 0",
                   "several such as (0, 2)", "not ()")),
    "opaque and read": (ValueError, lambda: define(Unary, arrays=np.sin, local=1.0, opaque=True,
                        elementary=np.sin), ("opaque=True says that NumPy alone computes",
                        "leave them out, or opaque=True")),
    "a name that is none": (ValueError, lambda: define(Unary, symbol="s", latex="s", arrays=np.sin,
                            local=1.0)(lambda x: x), ("a primitive needs a name such as",
                            "'softsign', not '<lambda>'", "a function with that name")),
    "a foreign function": (RuntimeError, lambda: foreign(X).backward(create_graph=True),
                           ("the rule for the local gradient of mine has a foreign function",
                            "cos(x) instead of math.cos(x)")),
    "a name that is taken": (ValueError, lambda: define(Unary, symbol="s", latex="s", arrays=np.sin,
                             local=1.0)(sin), ("a primitive 'sin' already", "choose a name")),
    "a missing rule": (ValueError, lambda: define(Binary, symbol="s", latex="s", arrays=np.add,
                       local=1.0)(two), ("two takes 2 operands", "as many local gradients, not 1")),
    "n-ary with an array": (TypeError, lambda: ag.sum([X, np.array([1.0, 2.0])]),
                            ("one operand of sum is an array", "one flat sequence")),
    "mean of nothing": (ValueError, lambda: ag.mean([]), ("mean of no operands is undefined",
                        "at least one")),
    "dot of a masked array": (
        TypeError, lambda: ag.dot(np.ma.array([1.0, 2.0], mask=[0, 1]), np.ones(2)),
        ("dot of an array with masked elements", "xs.compressed()", "xs.filled(0.0)"),
    ),
    "a masked element": (
        TypeError, lambda: Value(np.ma.masked), ("it is masked", "xs.filled(0.0)"),
    ),
    "logsumexp of nothing": (ValueError, lambda: ag.logsumexp([]), ("logsumexp of no operands",)),
    "dot lengths": (ValueError, lambda: ag.dot([X, X], [1.0]), ("as many weights as inputs",
                    "2 weights and 1 inputs")),
    "dot weights": (TypeError, lambda: ag.dot(X, [1.0]), ("weights of dot must be a sequence",
                    "[a, b]", "not Value")),
    "dot inputs": (TypeError, lambda: ag.dot([X], "1"), ("inputs of dot", "not str")),
    # Constants
    "where": (TypeError, lambda: ag.where(1, X, 0.0), ("condition of where must be a bool",
              "not int", "where(x > 0, x, 0.0)")),
    "where of a Value": (TypeError, lambda: ag.where(X, X, 0.0), ("bool, not Value",)),
    "clip bounds": (ValueError, lambda: ag.clip(X, 2.0, 1.0), ("low <= high", "low = 2.0",
                    "high = 1.0")),
    "clip nan": (ValueError, lambda: ag.clip(X, math.nan), ("low= of clip", "not nan")),
    "clip str": (TypeError, lambda: ag.clip(X, "a"), ("low= of clip must be a real number",)),
    "constant name": (ValueError, lambda: ag.leaky_relu(X, alpha=1.0),
                      ("leaky_relu has no constant 'alpha'", "it has slope")),
    "no constants": (ValueError, lambda: ag.exp.bind(base=2.0), ("exp has no constant 'base'",
                     "it has none")),
    "constant nan": (ValueError, lambda: ag.elu(X, alpha=math.nan), ("alpha= of elu", "not nan")),
    "constant str": (TypeError, lambda: ag.elu(X, alpha="1"), ("alpha= of elu must be a real",)),
    # take
    "take of a Value": (TypeError, lambda: ag.take(X, 0), ("take takes a sequence such as [a, b], "
                        "then a whole number", "its first argument is Value")),
    "take of a str": (TypeError, lambda: ag.take("ab", 0), ("take takes a sequence such as [a, b]",
                      "its first argument is str")),
    "take of a dict": (TypeError, lambda: ag.take({0: X}, 0), ("a sequence such as [a, b]",
                       "its first argument is dict")),
    "take the other way round": (TypeError, lambda: ag.take(0, [X]), ("a sequence such as [a, b], "
                                 "then a whole number", "its first argument is int")),
    "take of nothing": (ValueError, lambda: ag.take([], 0), ("take of no elements is undefined",
                        "give at least one")),
    "index": (TypeError, lambda: ag.take([X, 1.0], 0.5), ("the index of take must be a whole",
              "not 0.5")),
    "index of a Value": (TypeError, lambda: ag.take([X], Value(0.5)), ("whole number, not Value",)),
    "index too large": (ValueError, lambda: ag.take([X, X], 2), ("index of take must be from 0 to "
                        "1", "there are 2 elements", "not 2")),
    "index from the end": (ValueError, lambda: ag.take([X], -1), ("from 0 to 0", "not -1")),
    # Nodes made by hand
    "child": (TypeError, lambda: Value(1.0, (2.0,), "+"), ("a child must be a Value, not float",)),
    "local gradients": (ValueError, lambda: Value(1.0, (X, X), (1.0,)), ("2 children", "not 1")),
    "local gradient": (TypeError, lambda: Value(1.0, (X,), ("1",)), ("a local gradient must be",)),
    "made by hand, twice": (RuntimeError, lambda: MADE.backward(create_graph=True),
                            ("made by hand", "cannot be differentiated again",
                             "compute it with autograd's functions")),
    "made by hand, without slopes": (RuntimeError, lambda: Value(6.0, (X,), "q").local_gradients,
                                     ("'q' has no local gradients yet: set its _backward function",
                                      "Value(data, children, local_grads)")),
    "made by hand, failing": (RuntimeError, lambda: failing().local_gradients,
                              ("the _backward function of 'fails' fails when its gradient is 1",
                               "KeyError('no')")),
    "made by hand, again": (RuntimeError, lambda: MADE.primitive.number(2.0),
                            ("made by hand cannot be computed again",)),
    # NumPy
    "ufunc": (TypeError, lambda: np.spacing(X), ("np.spacing is not among the functions",
              "autograd's functions", "x.data if you only want the number")),
    # Functions and matrices
    "linalg, right side": (ValueError, lambda: ag.linalg.solve([[1.0]], [1.0, 2.0]),
                           ("a right side of as many rows as the matrix, 1, not 2",)),
    "linalg, square": (ValueError, lambda: ag.linalg.inv([[1.0, X]]),
                       ("inv takes a square matrix, not one of 1 rows of 2 entries",)),
    "linalg, a number": (TypeError, lambda: ag.linalg.det(X),
                         ("the matrix of det must be a list of rows or an array, not Value",)),
    "linalg, a row": (TypeError, lambda: ag.linalg.det([X]),
                      ("must be a list of rows, such as [[a, b], [c, d]], not one of Value",)),
    "linalg, ragged": (ValueError, lambda: ag.linalg.det([[1.0, 2.0], [3.0]]),
                       ("the rows of the matrix of det must be equally long",)),
    "logical_and": (TypeError, lambda: ag.logical_and(X, X > 0.0),
                    ("logical_and takes conditions, such as x > 0, not Value",)),
    "digamma": (ValueError, lambda: ag.digamma(X, order=0.5),
                ("order= of digamma must be a whole number from 0, not 0.5",)),
    "interp, lengths": (ValueError, lambda: ag.interp(X, [1.0, 2.0], [1.0]),
                        ("interp needs as many xs as ys, at least two, not 2 xs and 1 ys",)),
    "interp, order": (ValueError, lambda: ag.interp(X, [2.0, 1.0], [1.0, 2.0]),
                      ("the xs of interp must increase: sort the points by their xs",)),
    # Transforms
    "argnums": (ValueError, lambda: ag.grad(lambda x: x, 1)(2.0), ("argnums=1", "argument 1",
                "called with 1 positional argument (0 is the first)")),
    "argnums of two": (ValueError, lambda: ag.grad(lambda x, y: x, (0, 5))(2.0, 3.0),
                       ("argnums=(0, 5)", "argument 5", "2 positional arguments")),
    "several outputs": (ValueError, lambda: ag.grad(lambda x: [x, x])(2.0),
                        ("returns one number, not list of 2", "use jacobian", "a sum or a mean")),
    "array output": (ValueError, lambda: ag.grad(lambda x: x * np.ones(3))(2.0),
                     ("one number, not ndarray of 3",)),
    "no output": (TypeError, lambda: ag.grad(lambda x: None)(2.0), ("what grad's function returns",
                  "return statement")),
    "str argument": (TypeError, lambda: ag.grad(lambda x: x)("2"), ("argument 0", "not str ('2')")),
    "nested str": (TypeError, lambda: ag.grad(lambda x: x[0])([1.0, {"w": "2"}]),
                   ("argument 0[1]['w']", "not str")),
    "array argument": (TypeError, lambda: ag.grad(lambda x: x.sum())(np.array(["a"])),
                       ("argument 0", "real numbers or Values", "array of <U1")),
    "jvp primals": (ValueError, lambda: ag.jvp(lambda x: x, 1.0, 1.0), ("primals must be a tuple",
                    "(x,)")),
    "jvp tangents": (ValueError, lambda: ag.jvp(lambda x: x, (1.0,), 1.0), ("tangents must be a",)),
    "jvp structure": (ValueError, lambda: ag.jvp(lambda x: x[0], ([1.0, 2.0],), ([1.0],)),
                      ("tangents must have the structure and shapes of primals",)),
    "jvp count": (ValueError, lambda: ag.jvp(lambda x: x, (1.0,), (1.0, 2.0)),
                  ("tangents must have the structure",)),
    "vjp cotangent": (ValueError, lambda: ag.vjp(lambda x: [x, x], 1.0)[1](1.0),
                      ("the cotangent must have the structure", "the output")),
    # check_grads
    "check args": (ValueError, lambda: ag.check_grads(ag.sin, 1.0), ("args must be a tuple", "(x,)",
                   "not float")),
    "check order": (ValueError, lambda: ag.check_grads(ag.sin, (1.0,), order=0), ("order must be 1",
                    "not 0")),
    "check fails": (AssertionError, lambda: ag.check_grads(wrong_slope, (2.0,)),
                    ("with respect to args[0] is 6.0 by backward()", "measured", "at args[0] = 2.0",
                     "likely culprit", "made by hand")),
    "check at a kink": (AssertionError, lambda: ag.check_grads(lambda x: ag.relu(x - 1.0), (1.0,)),
                        ("args[0] = 1.0",)),
    "check of an unsteady function": (AssertionError, lambda: ag.check_grads(unsteady, (1.0,)),
                                      ("cannot be measured at 1.0", "scale or shift",
                                       "another point")),
    "check of a function with a leak": (AssertionError,
                                        lambda: ag.check_grads(lambda x: x * x.data, (3.0,)),
                                        ("every local gradient on the way agrees", "x.data",
                                         "at a kink", "different results from call to call")),
    # SciPy's form
    "objective of a number": (TypeError, lambda: ag.scipy.objective(1.0), ("objective takes a "
                              "function, not float", "objective(f), not objective(f(x))")),
    "objective of a dict": (TypeError, lambda: ag.scipy.objective(lambda x: {"a": x}).fun(1.0),
                            ("must return one number or a flat list", "not {'a': 1.0}")),
    # Anomalies
    "anomaly": (FloatingPointError, lambda: anomalous(lambda: ag.log(0.0 * X)), ("log gave -inf",
                "operands: 0.0", "test_errors.py")),
    "anomaly backward": (FloatingPointError, lambda: anomalous(lambda: ag.sqrt(0.0 * X).backward()),
                         ("sqrt", "gradient of inf", "operand 1", "operands: 0.0")),
}  # fmt: skip

calls = 0


def unsteady(x: Any) -> Any:
    """Gives another result with every call."""
    global calls
    calls += 1
    return x * float(calls)


def anomalous(f: Callable[[], Any]) -> Any:
    with ag.detect_anomaly():
        return f()


def assert_says(case: Case) -> None:
    """Raise unless the case fails with its class, ours, and a short text that has its parts."""
    kind, attempt, parts = case
    with pytest.raises(kind) as caught:
        attempt()
    text = str(caught.value)
    for part in parts:
        assert part in text, f"{part!r} is not in {text!r}"
    assert isinstance(caught.value, ag.AutogradError)
    assert len(text) < 600


def assert_one_traceback(case: Case) -> None:
    """Raise if the case's error brings another with it."""
    kind, attempt, _ = case
    with pytest.raises(kind) as caught:
        attempt()
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None or error.__suppress_context__


@pytest.mark.parametrize("name", CASES)
def test_error_says_what_was_given_and_what_to_write(name: str) -> None:
    assert_says(CASES[name])
    assert not X.has_grad
    assert X.data == 2.0


def test_every_error_class_is_the_built_in_that_fits() -> None:
    pairs = {
        ag.OperandError: TypeError, ag.ArgumentError: ValueError, ag.GraphError: RuntimeError,
        ag.NumberTooLargeError: OverflowError, ag.AnomalyError: FloatingPointError,
        ag.GradientCheckError: AssertionError, ag.TraceError: RuntimeError,
        ag.MissingExtraError: ImportError, ag.ConvergenceError: ArithmeticError,
    }  # fmt: skip
    for error, built_in in pairs.items():
        assert issubclass(error, ag.AutogradError)
        assert issubclass(error, built_in)
    assert issubclass(ag.TeachingWarning, UserWarning)
    assert set(ERRORS) == {e.__name__ for e in pairs} | {"AutogradError", "TeachingWarning"}


@pytest.mark.parametrize("name", sorted({*CASES} - {"made by hand, failing"}))  # that is the user's
def test_errors_are_not_chained_to_internal_ones(name: str) -> None:
    """A reader should see one traceback, not 'During handling … another exception occurred'."""
    assert_one_traceback(CASES[name])


def texts_in(path: Path) -> list[tuple[int, str]]:
    """Line and longest literal piece of every error of ours that a module makes."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            name = node.func.id
            if name in ERRORS and name != "AutogradError":
                pieces = [
                    c.value
                    for c in ast.walk(node.args[0])
                    if isinstance(c, ast.Constant) and isinstance(c.value, str) and " " in c.value
                ]
                if pieces:
                    found.append((node.lineno, max(pieces, key=len)))
    return found


def test_every_error_text_in_the_sources_has_a_case() -> None:
    modules = ("program.test_errors_of_programs", "program.test_errors_of_backends")
    others = [case for m in modules for case in importlib.import_module(m).CASES.values()]
    messages = []
    for kind, attempt, _ in [*CASES.values(), *others]:
        with pytest.raises(kind) as caught:
            attempt()
        messages.append(str(caught.value))
    untested = [
        f"{path.relative_to(PACKAGE)}:{line}: {text}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for line, text in texts_in(path)
        if not any(text in message for message in messages)
    ]
    assert not untested, "\n".join(untested)
