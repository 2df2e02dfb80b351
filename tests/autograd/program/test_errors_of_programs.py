"""Error messages of programs and of tracing, checked as those of the engine in ../test_errors.py.

Its last test sees these cases too, and fails for an error whose text no case produces.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_errors import Case, assert_one_traceback, assert_says

import autograd as ag
from autograd import ArgumentError, GraphError, OperandError, TraceError, Value, scan
from autograd import compile as compiled
from autograd.program.tokens import checked

W = Value(3.0, label="w")
TWO = np.array([1.0, 2.0])
HERE = Path(__file__).name
NUMBERS = iter([1.0] * 9)
CALLS: list[int] = []
PARENTHESES = "put each comparison in parentheses: (x > 0) & (x < 1)"


def product(**options: Any) -> Any:
    """A program of two arguments and one parameter."""
    return compiled(lambda x, y: x * y * W, **options)


def looked_up(**options: Any) -> Any:
    """A program whose second argument is an index."""
    return compiled(lambda x, i: ag.take([x, W], i), **options)


def within_a_block(attempt: Callable[[Any], Any]) -> Any:
    """Do what `attempt` does with a program whose parameters are flat."""
    program = product().trace(1.0, 2.0)
    with program.flat_parameters():
        return attempt(program)


def assigned(program: Any) -> None:
    W.data = 4.0


def of_two_structures() -> Any:
    """A program within a transform, whose function looks at the numbers."""
    program = compiled(lambda y, z: [z] if y > 0.0 else [z, z])
    return ag.grad(lambda x: program(np.array([1.0, -1.0]), x)[0])(2.0)


class Listed(list[Any]):
    """A list with an attribute that has no hash."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.notes: list[str] = []


class Foreign:
    """An array of another library."""

    def __init__(self, numbers: Any) -> None:
        self.numbers = numbers

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.array(self.numbers, dtype=object)


class Unreadable:
    """A tensor on another device."""

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        raise RuntimeError("it is elsewhere")


class Scaled:
    """An object with a method that is a program."""

    @compiled(argnums=0)
    def times(self, x: Any) -> Any:
        return x * W


def adding(c: Any, x: Any) -> Any:
    """A step of a scan."""
    return c + x, None


def opened(program: Any) -> None:
    with program.flat_parameters():
        pass


def of_two_orders() -> Any:
    """A call whose parameters are in another order than the array that is in use."""
    a, b = Value(1.0), Value(2.0)
    program = compiled(lambda xs: a * xs[0] + b if len(xs) == 1 else b * xs[0] + a * xs[1])
    program.trace([1.0]).trace([1.0, 2.0])
    with program.flat_parameters():
        return program([1.0])


def unrecorded(x: Any) -> Any:
    with ag.no_grad():
        return x * W


def branching(x: Any) -> Any:
    if x > 0.0:
        return x
    return W


def repeated(n: Any) -> Any:
    total = 0.0
    for _ in range(n):
        total = total + W
    return total


def counting(x: Any) -> Any:
    CALLS.append(1)
    return x * W


def made_by_hand() -> Value:
    """A node whose derivative is a function."""
    node = Value(4.0, (W,), "**2")
    node._backward = lambda: None
    return node


def applied(local: Any, arrays: Any = np.sin) -> Callable[[Any], Any]:
    """A primitive of a user's own, which no registry knows."""

    def mine(x: float) -> float:
        return math.sin(x)

    sine = ag.PRIMITIVES["sin"]
    return type(sine)(mine, sine._block._replace(local=local, arrays=arrays), {})


BY_HAND = made_by_hand()
CASES: dict[str, Case] = {
    # Nodes and primitives of a user's own
    "a node made by hand": (RuntimeError, lambda: compiled(lambda x: x * BY_HAND)(1.0),
                            ("(_backward) of a node made by hand, Value(data=4.0",
                            "Value(data, children, local_grads)")),
    "a foreign function": (RuntimeError, lambda: compiled(applied(lambda out, x: math.cos(x)),
                           argnums=0).grad(1.0), ("local gradient of mine", "the plain number",
                           "cos(x) and not math.cos(x)", "for the first example")),
    "a rule that branches": (RuntimeError, lambda: compiled(applied(lambda out, x: 1.0 if x > 0.0
                             else 0.0), argnums=0, reduce="sum").grad(TWO),
                             ("local gradient of mine branches",
                              "write where(x > 0, a, b), not if or and")),
    "a rule that reads a Value": (RuntimeError, lambda: compiled(applied(lambda out, x: W * x),
                                  argnums=0).grad(1.0), ("the primitive mine reads Values beside "
                                  "its operands", "Let them be operands (kind Binary or Nary)")),
    "arrays": (TypeError, lambda: compiled(applied(1.0, lambda x: math.sin(x)))(TWO),
               ("the computation of mine for arrays (arrays=) failed", "np.vectorize")),
    "a source of something else": (RuntimeError, lambda: checked("import os", {}),
                                   ("no statement is made of: ['import', 'os']", "not run")),
    # Arguments
    "attributes beside": (TypeError, lambda: compiled(lambda x: x[0])(Listed([1.0])),
                          ("argument 0, of type Listed, has attributes beside its elements",
                           "give them as arguments of their own")),
    # compile
    "no function": (TypeError, lambda: compiled(3.0), ("compile takes a function, not float",
                    "write compile(f), not compile(f(x))")),
    "a result": (TypeError, lambda: compiled(W * W), ("a function, not Value", "compile(f)")),
    "direction, parameters": (ValueError, lambda: product().hvp([1.0, 2.0], 1.0, 2.0),
                              ("the 1 parameters, in the order of .parameters, not of 2",)),
    "direction, arguments": (ValueError,
                             lambda: product(argnums=(0, 1)).jvp([1.0], 1.0, 2.0),
                             ("one entry for each of the 2 arguments", "argnums=(0, 1)")),
    "hessian of both kinds": (ValueError,
                              lambda: product(argnums=(0, 1), reduce="sum",
                                              batched=[True, False]).hessian(TWO, 1.0),
                              ("names arguments that the examples share", "reduce=None")),
    "reduce": (ValueError, lambda: product(reduce="max"), ("reduce= is 'mean', 'sum' or None",
               "not 'max'")),
    "dtype": (ValueError, lambda: product(dtype=int), ("dtype= is np.float64 or np.float32",
              "not <class 'int'>")),
    # Arguments
    "str": (TypeError, lambda: product()("1", 2.0), ("argument 0 must be", "not str ('1')",
            "write float(text) first")),
    "a nested str": (TypeError, lambda: compiled(lambda x: x[0]["w"])([{"w": "1"}]),
                     ("argument 0[0]['w'] must be", "not str ('1')")),
    "masked": (TypeError, lambda: product()(np.ma.array([1.0, 2.0], mask=[0, 1]), TWO),
               ("argument 0 is a masked array", "what is under the mask", "x.filled(…)",
                "x[~x.mask]")),
    "an array that cannot be read": (TypeError, lambda: product()(Unreadable(), 1.0),
                                     ("argument 0, of type Unreadable", "cannot be read as an "
                                      "array: it is elsewhere")),
    "another library's text": (TypeError, lambda: product()(Foreign(["a"]), 1.0),
                               ("an element of argument 0 must be", "not str ('a')")),
    "an integer too large": (OverflowError, lambda: compiled(lambda x: x[0])([1, 10**400]),
                             ("beyond the range of a float",)),
    # Static arguments
    "no static argument": (ValueError, lambda: product(static_argnames="z"),
                           ("static_argnames='z'", "takes no argument 'z'; it takes x, y")),
    "a static number by name": (ValueError, lambda: product(static_argnums="x"),
                                ("static_argnums= is a position, or several, not 'x'",)),
    "a static name by number": (ValueError, lambda: product(static_argnames=(0,)),
                                ("static_argnames= is a name, or several, not (0,)",)),
    "a static number out of range": (ValueError, lambda: product(static_argnums=(0, 2)),
                                     ("static_argnums=(0, 2) names an argument that the function "
                                      "does not take", "by position it takes x, y")),
    "a list that is static": (TypeError, lambda: product(static_argnums=1)(1.0, [2.0]),
                              ("argument 1 is static, and must be hashable", "list is not",
                               "Give a tuple")),
    "text that is not static": (TypeError, lambda: product()(1.0, "add"), ("argument 1 must be",
                                "not str ('add')", "in static_argnums= or static_argnames=")),
    "the gradient of a static one": (ValueError, lambda: product(static_argnums=1,
                                     argnums=(0, 1)).grad(1.0, 2.0), ("argnums=(0, 1) names "
                                     "argument 1, which is static and has no gradient",)),
    "the gradient of self": (ValueError, lambda: Scaled().times(1.0), ("argnums=0 names self",
                             "the one after self is 1")),
    # Loops
    "a step that is none": (TypeError, lambda: scan(2.0, 1.0, length=2), ("scan takes a function "
                            "of the carry and an item, not float", "scan(step, init, xs)")),
    "no count of steps": (ValueError, lambda: scan(adding, 1.0), ("scan needs xs to run along, or "
                          "length=", "scan(step, init, length=100)")),
    "half a step": (ValueError, lambda: scan(adding, 1.0, length=2.5),
                    ("length= of scan is a count of steps from 0, not 2.5",)),
    "two lengths": (ValueError, lambda: scan(adding, 1.0, [1.0, 2.0], length=3),
                    ("xs of scan has 2 items, and length=3 says otherwise", "leave length= out")),
    "sequences of two lengths": (ValueError, lambda: scan(adding, 1.0, ([1.0], TWO)),
                                 ("must be equally long: xs[0] has 1, xs[1] has 2",)),
    "no sequence": (ValueError, lambda: scan(adding, 1.0, ()), ("xs of scan holds no sequence",
                    "give length=")),
    "a number to run along": (TypeError, lambda: scan(adding, 1.0, (TWO, 3.0)),
                              ("xs[1] of scan is an array, a list, or a tuple", "not float",
                               "the step may close over")),
    "a batch to run along": (TypeError, lambda: compiled(lambda xs: scan(adding, W, xs)[0])(TWO),
                             ("not Value", "is a batch of examples, unless compile(…, "
                              "batched=False)")),
    "a step without a pair": (TypeError, lambda: scan(lambda c, x: c, 1.0, TWO),
                              ("the step of scan returns a pair", "not float",
                               "return carry, None")),
    "another carry": (ValueError, lambda: scan(lambda c, x: ((c, x), None), 1.0, TWO),
                      ("the carry of scan must keep its structure: it began as a number, and the "
                       "step made tuple of a number, a number of it",)),
    "another carry in a program": (ValueError, lambda: compiled(lambda x: scan(
                                   lambda c, x: ([c[0]], None), [x, x], TWO)[0])(1.0),
                                   ("it began as list of a number, a number",)),
    "another result": (ValueError, lambda: scan(lambda c, x: (c, x if x > 1.0 else None), 1.0,
                       np.array([2.0, 1.0])), ("every result of scan must have the same structure",
                       "that of step 1 is None, that of step 0 is a number")),
    "another item": (ValueError, lambda: scan(lambda c, x: (c, None), 1.0, [1.0, TWO]),
                     ("every item of xs of scan must have the same structure",
                      "step 1 is an array of shape (2,)")),
    "another item in a program": (ValueError, lambda: compiled(lambda x: scan(
                                  lambda c, x: (c, None), x, [1.0, TWO])[0])(1.0),
                                  ("every item of xs of scan",)),
    # Within a transform
    "a gradient within a transform": (RuntimeError, lambda: ag.grad(lambda x: product(
                                      ).value_and_grad(x, 1.0)[0])(2.0),
                                      ("a program is run for its gradient within a transform",
                                       "is plain numbers", "autograd.value_and_grad(program)")),
    "examples of two structures": (ValueError, lambda: of_two_structures(),
                                   ("another structure for one example than for another",
                                    "returns the same for each")),
    "Value": (TypeError, lambda: product()(1.0, Value(2.0)), ("argument 1 is a Value",
              "no gradient would flow", "give its number, .data", "close over it",
              "call program.function")),
    "an array of text": (TypeError, lambda: product()(np.array(["a"]), TWO),
                         ("argument 0 must hold real numbers", "an array of <U1")),
    "an array of Values": (TypeError, lambda: product()(TWO, np.array([W, W])), ("an element of "
                           "argument 1 must be a plain number, not a Value", "give its number")),
    "an array of things": (TypeError, lambda: product()(TWO, np.array([1.0, "a"], object)),
                           ("an element of argument 1 must be a real number", "not str ('a')")),
    "batches": (ValueError, lambda: product()(TWO, np.ones(3)), ("equally long",
                "argument 0 has 2, argument 1 has 3", "unless compile(…, batched=False)",
                "batched=(True, False, …)")),
    "an empty batch": (ValueError, lambda: product()(1.0, TWO[:0]), ("argument 1 holds no example",
                       "a batch needs at least one")),
    "an empty batch within": (ValueError, lambda: compiled(lambda x: x["w"] * W)({"w": TWO[:0]}),
                              ("argument 0['w'] holds no example", "needs at least one")),
    "too few flags": (ValueError, lambda: product(batched=(True,))(TWO, TWO), ("batched= is None, "
                      "a bool, or one bool for each argument (there are 2)", "not (True,)")),
    "too many flags": (ValueError, lambda: compiled(lambda x: x, batched=[True, False])(TWO),
                       ("one bool for each argument (there are 1)", "not [True, False]")),
    "flags of another kind": (ValueError, lambda: product(batched=[1, 0])(TWO, TWO), ("batched= is "
                              "None, a bool, or one bool for each argument", "not [1, 0]")),
    "no flags": (ValueError, lambda: product(batched="yes")(TWO, TWO), ("batched= is None, a bool, "
                 "or one bool for each argument (there are 2)", "not 'yes'")),
    "a batch axis of a number": (ValueError, lambda: product(batched=True)(TWO, 1.0),
                                 ("argument 1 should have a batch axis, as batched= says",
                                  "is of type float", "give an array with an entry for each "
                                  "example", "or say batched=False for it")),
    "a batch axis of a list": (ValueError, lambda: product(batched=(True, False))([1.0, 2.0], 1.0),
                               ("argument 0[0] should have a batch axis, as batched= says",
                                "is of type float", "give an array", "say batched=False for it")),
    "a batch axis of no axis": (ValueError, lambda: product(batched=True)(np.array(1.0), TWO),
                                ("argument 0 should have a batch axis, as batched= says",
                                 "is of type ndarray, of no dimensions",
                                 "give an array with an entry for each example")),
    # Gradients
    "argnums": (ValueError, lambda: product(argnums=2).grad(1.0, 2.0), ("argnums=2 names argument "
                "2", "called with 2 positional arguments (0 is the first)")),
    "one of argnums": (ValueError, lambda: product(argnums=(0, -3)).value_and_grad(1.0, 2.0),
                       ("argnums=(0, -3) names argument -3", "with 2 positional arguments (0 is")),
    "argnums of one": (ValueError, lambda: compiled(lambda x: x, argnums=(1,)).grad(1.0),
                       ("argnums=(1,) names argument 1", "with 1 positional argument (0 is")),
    "argnums of another kind": (ValueError, lambda: product(argnums=1.5).grad(1.0, 2.0),
                                ("a position such as 0", "several such as (0, 2)", "not 1.5")),
    "no argnums": (ValueError, lambda: product(argnums=()).grad(1.0, 2.0),
                   ("a position such as 0", "several such as (0, 2)", "not ()")),
    "argnums twice": (ValueError, lambda: product(argnums=(1, -1)).grad(1.0, 2.0),
                      ("argnums=(1, -1) names an argument twice",)),
    "a pair of several": (ValueError, lambda: compiled(lambda x: ([x], x), has_aux=True)(1.0),
                          ("the first of the pair is one number", "not list", "return a sum")),
    "a Hessian beside aux": (ValueError, lambda: compiled(lambda x: (x, x), has_aux=True,
                             argnums=0).hessian(1.0), ("has_aux=True", "returns the number alone",
                             "compile(hessian(f, has_aux=True))")),
    "several outputs": (ValueError, lambda: compiled(lambda x: [x, x]).value_and_grad(1.0),
                        ("a function that returns one number, not 2", "return a sum or a mean")),
    "an index": (ValueError, lambda: looked_up(argnums=1).grad(1.0, 1), ("argument 1 is an index",
                 "has no gradient", "choose other argnums")),
    "nothing to differentiate": (ValueError, lambda: compiled(lambda x: x * x).grad(2.0),
                                 ("nothing to differentiate with respect to",
                                  "closes over no Values", "compile(f, argnums=0)")),
    "the mean of a batch": (ValueError, lambda: product(argnums=1).grad(1.0, TWO), ("argument 1 is "
                            "a batch of examples", "the gradient of their mean", "batched=False",
                            "reduce='sum' or reduce=None", "reduce='mean' if that is meant")),
    "backward of a batch": (ValueError, lambda: product(reduce=None).backward(TWO, TWO),
                            ("backward() needs one value, not one for each example",
                             "compile with reduce='mean' or 'sum' instead of None")),
    # Before a trace, and while parameters are flat
    "no parameters yet": (RuntimeError, lambda: product().parameters, ("nothing has been traced "
                          "yet", "call the program, or program.trace(…)")),
    "no plan yet": (RuntimeError, lambda: product().plan, ("nothing has been traced yet",)),
    "no source yet": (RuntimeError, lambda: product().source, ("nothing has been traced yet",)),
    "no stats yet": (RuntimeError, lambda: product().stats, ("nothing has been traced yet",)),
    "nothing to make flat": (RuntimeError, lambda: opened(product()), ("nothing has been traced",
                             "call the program")),
    "flat twice": (RuntimeError, lambda: within_a_block(opened), ("flat_parameters() is in use",
                   "one block at a time")),
    "an assignment in the block": (RuntimeError, lambda: within_a_block(assigned),
                                   ("w is assigned to within flat_parameters()", "theta[:] = …",
                                    "optimizer.step() or load_state_dict(…) belongs after")),
    "a structure that is new": (RuntimeError, lambda: within_a_block(lambda p: p(TWO, TWO)),
                                ("a new structure of arguments", "within flat_parameters()",
                                 "call program.trace(…) with it before")),
    # What a function must not do while it is traced
    "a branch": (RuntimeError, lambda: compiled(branching)(1.0), ("a comparison decides a branch",
                 "the same in every later run", "write where(x > 0, a, b)", HERE,
                 "if x > 0.0:")),
    "a number": (RuntimeError, lambda: compiled(lambda x: float(x) * x)(1.0), ("float(…)",
                 "while a program is traced", "keep it a Value", HERE)),
    "a gradient": (RuntimeError, lambda: compiled(lambda x: product().grad(1.0, 2.0) * x)(1.0),
                   ("a program is run for its gradient", "call the program itself", HERE)),
    "no_grad": (RuntimeError, lambda: compiled(unrecorded)(1.0), ("no_grad() is used while",
                "every value is part of the program", "leave it out", HERE, "return x * W")),
    "chance": (RuntimeError, lambda: compiled(lambda x: x * random.random())(1.0),
               ("not the same every time it runs", "once it computes mul with", ", once mul with",
                "a program repeats what the trace saw", "must come in as arguments")),
    "chance in what is returned": (RuntimeError, lambda: compiled(lambda x: random.random())(1.0),
                                   ("not the same every time", "it returns something else",
                                    "must come in as arguments")),
    "a draw": (RuntimeError, lambda: compiled(drawing)(1.0), ("changes the state of Python's "
               "random numbers while it runs", "must come in as arguments")),
    "a counter": (RuntimeError, lambda: compiled(counting)(1.0), ("changes 'CALLS' while it runs",
                  "a program would not do", "what is to be kept must be returned")),
    "an iterator": (RuntimeError, lambda: compiled(lambda x: next(NUMBERS) * x)(1.0),
                    ("reads 'NUMBERS'", "gives something else every time", "a list of it before")),
    "a trace in a trace": (RuntimeError, lambda: compiled(lambda x: product().trace(x, 1.0))(1.0),
                           ("a program is traced while a program is traced", "call the program "
                            "itself", HERE)),
    "no output": (TypeError, lambda: compiled(lambda x: None)(1.0), ("what the function returns",
                  "not NoneType", "return statement", "a program returns numbers, or sequences "
                  "of them:")),
    "a condition in the output": (TypeError, lambda: compiled(lambda x: [x, x > 0.0])(1.0),
                                  ("a program returns numbers", "returns[1] must be", "a Value",
                                   "not Condition (<condition greater>)")),
    "a str in the output": (TypeError, lambda: compiled(lambda x: {"a": [x, "b"]})(1.0),
                            ("returns['a'][1] must be", "not str ('b')", "a program returns")),
    # Conditions and take in a program
    "a condition and a number": (TypeError, lambda: combined(lambda c: c & 1.0),
                                 ("combines with another condition, not with float", PARENTHESES)),
    "a condition or a Value": (TypeError, lambda: combined(lambda c: c | W),
                               ("combines with another condition, not with Value", PARENTHESES)),
    "a number and a condition": (TypeError, lambda: combined(lambda c: 1.0 & c),
                                 ("combines with another condition, not with float", PARENTHESES)),
    "parentheses left out": (TypeError, lambda: compiled(lambda x: (x > 0.0) & x < 1.0)(1.0),
                             ("combines with another condition, not with Value", PARENTHESES)),
    "where of a Value": (TypeError, lambda: compiled(lambda x: ag.where(x, x, W))(1.0),
                         ("condition of where must be a bool, not Value", "where(x > 0, x, 0.0)")),
    "a whole number": (RuntimeError, lambda: compiled(lambda i: [1.0, 2.0][i] * W)(1),
                       ("a traced number is used where Python needs a whole number",
                        "list indices must be integers or slices, not Value",
                        "write autograd.take(rows, i)", "sizes and loops cannot depend on it",
                        f"{HERE}:", ": [1.0, 2.0][i] * W")),
    "a key": (RuntimeError, lambda: compiled(lambda i: {0: 1.0, 1: 2.0}[i] * W)(1),
              ("a traced number is looked up in a dict", "autograd.take([d[0], d[1], …], i)",
               f"{HERE}:", ": {0: 1.0, 1: 2.0}[i] * W")),
    "a loop": (RuntimeError, lambda: compiled(repeated)(2), ("a traced number is used where Python",
               "'Value' object cannot be interpreted as an integer", "autograd.take(rows, i)",
               "sizes and loops cannot depend on it", f"{HERE}:", ": for _ in range(n):")),
    "an index of an array": (RuntimeError, lambda: compiled(lambda i: TWO[i] * W)(1), ("a traced "
                             "number is used where Python needs", "only integers, slices",
                             "write autograd.take(rows, i)", f"{HERE}:")),
    "a slice": (RuntimeError, lambda: compiled(lambda n: sum([W, W][:n]))(1), ("a traced number",
                "slice indices must be integers", "sizes and loops cannot depend", f"{HERE}:")),
    "rows of two lengths": (ValueError, lambda: compiled(lambda i: ag.take([[W], [W, W]], i))(1),
                            ("the rows of take must be equally long in a program",
                             "not of lengths 1 and 2", "fill the shorter ones up, with 0.0")),
    "rows beside numbers": (ValueError, lambda: compiled(lambda i: ag.take([W, [W]], i))(1),
                            ("the elements of take are numbers, or rows", "not some of each")),
    "parameters in another order": (RuntimeError, lambda: of_two_orders(), (
        "flat_parameters() is in use for calls of another structure", "open it after a call")),
    "take of a Value": (TypeError, lambda: compiled(lambda i: ag.take(W, i))(1), ("take takes a "
                        "sequence such as [a, b], then a whole number", "first argument is Value")),
    "take of nothing": (ValueError, lambda: compiled(lambda i: ag.take([], i))(0),
                        ("take of no elements is undefined", "give at least one")),
    "a constant index out of range": (ValueError, lambda: compiled(lambda x: ag.take([x, W],
                                      Value(2.0)))(TWO), ("the index of take must be from 0 to 1",
                                      "there are 2 elements", "not 2")),
    "an index out of range": (ValueError, lambda: looked_up()(1.0, 2), ("from 0 to 1",
                              "there are 2 elements", "not 2")),
    "one index out of range": (ValueError, lambda: looked_up()(TWO, np.array([0, 2])),
                               ("from 0 to 1", "there are 2 elements", "not 2")),
    "an index out of range later": (ValueError, lambda: looked_up().trace(1.0, 1)(1.0, -1),
                                    ("from 0 to 1", "there are 2 elements", "not -1")),
    "a fraction as an index": (TypeError, lambda: looked_up()(1.0, 0.5), ("the index of take must "
                               "be a whole number", "not 0.5")),
}  # fmt: skip


def drawing(x: Any) -> Any:
    """Gives the same every time, and draws all the same."""
    return x * W if random.random() < 2.0 else x


def combined(combine: Callable[[Any], Any]) -> Any:
    """The program of a `where` on what a condition is combined to."""
    return compiled(lambda x: ag.where(combine(x > 0.0), x, W))(1.0)


CAUSED_BY_PYTHON = {
    "a whole number": "[1.0, 2.0][i] * W",
    "a key": "{0: 1.0, 1: 2.0}[i] * W",
    "a loop": "for _ in range(n):",
    "an index of an array": "TWO[i] * W",
    "a slice": "sum([W, W][:n])",
}
"""The inputs for which Python's own error, which is not shown, was raised."""


@pytest.mark.parametrize("name", CASES)
def test_error_says_what_was_given_and_what_to_write(name: str) -> None:
    assert_says(CASES[name])
    assert not W.has_grad
    assert W.data == 3.0
    assert not ag.is_tracing()


@pytest.mark.parametrize("name", CASES)
def test_errors_are_not_chained_to_internal_ones(name: str) -> None:
    assert_one_traceback(CASES[name])


@pytest.mark.parametrize("name", CAUSED_BY_PYTHON)
def test_what_python_refuses_is_shown_with_the_line_of_the_function(name: str) -> None:
    kind, attempt, _ = CASES[name]
    with pytest.raises(kind) as caught:
        attempt()
    found = re.fullmatch(r"  at (.+):(\d+): (.+)", str(caught.value).splitlines()[-1])
    assert found is not None
    file, number, line = found.groups()
    assert Path(file).samefile(__file__)
    assert line == Path(__file__).read_text().splitlines()[int(number) - 1].strip()
    assert CAUSED_BY_PYTHON[name] in line


def test_the_error_classes_of_programs() -> None:
    """The class says what is wrong: the function, an argument, or when something is asked."""
    classes = {
        "a branch": TraceError, "no_grad": TraceError, "chance": TraceError,
        "no plan yet": GraphError, "flat twice": GraphError, "batches": ArgumentError,
        "argnums": ArgumentError, "Value": OperandError, "no output": OperandError,
    }  # fmt: skip
    for name, error in classes.items():
        with pytest.raises(error):
            CASES[name][1]()
