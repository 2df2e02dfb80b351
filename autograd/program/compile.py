"""`compile`: a function of Values becomes a program, traced once and run at array speed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from autograd.errors import OperandError
from autograd.program.program import Program
from autograd.program.tracing.options import MEAN, options_for
from autograd.transforms.chosen import Argnums


def compile(
    function: Callable[..., Any] | None = None,
    *,
    argnums: Argnums | None = None,
    batched: bool | Sequence[bool] | None = None,
    reduce: str | None = MEAN,
    dtype: Any = np.float64,
    static_argnums: int | Sequence[int] | None = None,
    static_argnames: str | Sequence[str] | None = None,
    backend: str = "auto",
    mesh: Any = None,
    has_aux: bool = False,
) -> Any:
    """Make a function of Values into a program: traced once, lifted to arrays, replayed.

    The function is written for one example, in ordinary scalar code over Values, numbers and
    (nested) sequences of them, named tuples, dataclasses and dicts. It is traced once for each
    structure of arguments; leaves that it closes over are its parameters. Usable as a decorator,
    of a method too, with or without keywords.

    It is traced again when something that it reads is another: a name, a default argument, an
    element of a list or dict, an attribute (of a static argument, too), a number in an array, in
    the user's functions that it calls by name as in itself. Not noticed are changes within arrays
    of more than 100,000 bytes, containers of more than 10,000 elements (if not all are Values) and
    objects of other libraries (series, tensors), of what is reached by eval only, of globals of
    installed packages, and of context variables, the environment and files.

    Args:
        function: deterministic; what would freeze a number raises a `TraceError` that says what
            to write instead. Plain numbers that it closes over are constants of the program.
        argnums: differentiate with respect to this argument, or these, by position (a method's
            `self` is 0) or name; by default with respect to the parameters.
        batched: by default, arrays among the arguments (of NumPy, or what offers itself as one:
            series, data frames, tensors) have a leading batch axis (all equally long), and
            numbers, lists and tuples are shared by all examples. A bool says it for all
            arguments, a sequence for each that is given by position (None for a method's `self`).
        reduce: what `value_and_grad` makes of the examples' values: their "mean" (Lei's notes,
            section 2.4), their "sum", or None: values and gradients for each example. The
            gradient with respect to a batch needs it to be said.
        dtype: np.float64, or np.float32 for half the memory and half the digits.
        static_argnums, static_argnames: arguments that are no numbers, by position or name; they
            must be hashable, and there is a trace for each of their values. None is static always.
        backend: "numpy" (array statements), "python" (straight lines of floats), "auto" (the
            quicker of these two), "native" (machine code, by the extra `native`) or "jax"
            (accelerators, by the extra `jax`). "auto" takes neither of the last two by itself: to
            compile takes from 20 ms to many seconds, which only you know to be worth it.
        mesh: a `jax.sharding.Mesh`, over whose first axis a batch is spread; for backend="jax".
        has_aux: the function returns a pair, (number, aux): what is differentiated, and other
            numbers. `value_and_grad` then gives ((value, aux), gradient), with the aux of each
            example; `grad` gives (gradient, aux).

    Returns:
        A `Program`: `program(…)`, `program.value_and_grad(…)`, `program.grad(…)`,
        `program.backward(…)`; `print(program.source)` shows the array statements.

    Raises:
        OperandError: `function` cannot be called. ArgumentError: `reduce`, `dtype` or a static
            argument is another, or there is no such back end. MissingExtraError: it needs a
            package that is not installed.

    >>> import numpy as np
    >>> from autograd import Value
    >>> w, b = Value(5.0), Value(1.0)
    >>> program = compile(lambda x, y: (w * x + b - y) ** 2)     # Lei's notes, example 5
    >>> program.value_and_grad(1.0, 2.0)
    (16.0, array([8., 8.]))
    >>> program(np.array([1.0, 2.0]), np.array([2.0, 2.0]))      # a batch of two
    array([16., 81.])
    """
    options: dict[str, Any] = {
        "argnums": argnums, "batched": batched, "reduce": reduce, "dtype": dtype,
        "static_argnums": static_argnums, "static_argnames": static_argnames,
        "backend": backend, "mesh": mesh, "has_aux": has_aux,
    }  # fmt: skip
    if function is None:
        return partial(compile, **options)
    if isinstance(function, Program):
        function = function.function
    if not callable(function):
        raise OperandError(
            f"compile takes a function, not {type(function).__name__}; write compile(f), not "
            "compile(f(x))"
        )
    return Program(function, options_for(function, **options))
