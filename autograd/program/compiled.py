"""`compile`: a function of Values becomes a program, traced once and replayed at array speed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.errors import ArgumentError, OperandError
from autograd.program.program import Program
from autograd.program.replay import MEAN
from autograd.program.rules import rules_for

__all__ = ["compile"]

REDUCTIONS = ("mean", "sum", None)


def compile(
    function: Callable[..., Any] | None = None,
    *,
    argnums: int | Sequence[int] | None = None,
    batched: bool | Sequence[bool] | None = None,
    reduce: str | None = MEAN,
    dtype: Any = np.float64,
    static_argnums: int | Sequence[int] | None = None,
    static_argnames: str | Sequence[str] | None = None,
) -> Any:
    """Make a function of Values into a program: traced once, lifted to arrays, replayed.

    The function is written for one example, in ordinary scalar code over Values, numbers and
    (nested) sequences of them, named tuples, dataclasses and dicts. It is traced once for each
    structure of arguments; leaves that it closes over are its parameters. Usable as a decorator,
    of a method too, with or without keywords.

    Args:
        function: deterministic; what would freeze a number raises a `TraceError` that says what
            to write instead. Plain numbers that it closes over are constants of the program.
        argnums: differentiate with respect to this argument, or these, by position (a method's
            `self` is 0); by default with respect to the parameters.
        batched: by default, arrays among the arguments (of NumPy, or what offers itself as one:
            series, data frames, tensors) have a leading batch axis (all equally long), and
            numbers, lists and tuples are shared by all examples. A bool says it for all
            arguments, a sequence for each that is given by position (None for a method's `self`).
        reduce: what `value_and_grad` makes of the examples' values: their "mean" (document 003,
            section 2.4), their "sum", or None: values and gradients for each example. The
            gradient with respect to a batch needs it to be said.
        dtype: np.float64, or np.float32 for half the memory and half the digits.
        static_argnums, static_argnames: arguments that are no numbers, by position or name; they
            must be hashable, and there is a trace for each of their values. None is static always.

    Returns:
        A `Program`: `program(…)`, `program.value_and_grad(…)`, `program.grad(…)`,
        `program.backward(…)`; `print(program.source)` shows the array statements.

    Raises:
        OperandError: `function` cannot be called. ArgumentError: `reduce`, `dtype` or a static
            argument is another.

    >>> import numpy as np
    >>> from autograd import Value
    >>> w, b = Value(5.0), Value(1.0)
    >>> program = compile(lambda x, y: (w * x + b - y) ** 2)     # document 003, example 5
    >>> program.value_and_grad(1.0, 2.0)
    (16.0, array([8., 8.]))
    >>> program(np.array([1.0, 2.0]), np.array([2.0, 2.0]))      # a batch of two
    array([16., 81.])
    """
    if isinstance(function, Program):
        function = function.function
    if function is None:
        return lambda f: compile(
            f, argnums=argnums, batched=batched, reduce=reduce, dtype=dtype,
            static_argnums=static_argnums, static_argnames=static_argnames,
        )  # fmt: skip
    if not callable(function):
        raise OperandError(
            f"compile takes a function, not {type(function).__name__}; write compile(f), not "
            "compile(f(x))"
        )
    if reduce not in REDUCTIONS:
        raise ArgumentError(f"reduce= is 'mean', 'sum' or None, not {reduce!r}")
    if dtype not in (np.float64, np.float32, "float64", "float32", float):
        raise ArgumentError(f"dtype= is np.float64 or np.float32, not {dtype!r}")
    rules = rules_for(function, batched, static_argnums, static_argnames)
    return Program(function, rules, argnums, reduce, dtype)
