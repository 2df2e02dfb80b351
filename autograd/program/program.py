"""Program: a traced function that is run at array speed, and what it says of itself."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import update_wrapper
from pathlib import Path
from typing import Any

import numpy as np

from autograd.context.modes import ACTIVE
from autograd.context.tracing import is_tracing, refuse
from autograd.errors import ArgumentError, GraphError
from autograd.extras import need
from autograd.program.running.codes import Stats
from autograd.program.running.derivatives import Derivatives
from autograd.program.running.functions import JaxFunctions, functions_of
from autograd.program.running.inline import run_inline
from autograd.program.running.methods import as_method
from autograd.program.running.parameters import add_to_gradients
from autograd.program.running.pickling import reduced
from autograd.program.running.runner import Runner
from autograd.program.running.traces import Traces
from autograd.program.standalone.export import export
from autograd.program.tokens import plain_name
from autograd.program.tracing.arguments import Arguments, take_apart
from autograd.program.tracing.graph import TracedGraph
from autograd.program.tracing.options import Options
from autograd.value import Value

Array = np.ndarray[Any, Any]
_CALL_IT = "call the program itself, which is traced too"


class Program(Derivatives):
    """A traced function; `compile` makes it and says how it is called.

    Among the attributes of a class it is bound as a method is. It is copied and pickled by its
    function, without its traces.

    Attributes:
        parameters: the leaves that the function closes over, in the order of flat gradients.
        graph: the scalar graph of the latest trace, flat.
        source: the array statements of the latest trace, as text; `stats` counts them.
    """

    def __init__(self, function: Callable[..., Any], options: Options) -> None:
        self.function, self.options = function, options
        self.argnums, self.batched, self.reduce, self.dtype = options[:4]
        self.backend = options.backend
        self._traces = Traces(function, options)
        self._lock = self._traces.lock
        update_wrapper(self, function, updated=())

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Return what the function does: numbers, or one of each for every example of a batch.

        Within a function that is being traced, it is traced too, as part of that. Within a
        transform whose variables it is given or closes over, its function runs on Values, as part
        of that.
        """
        if is_tracing():
            return run_inline(self.function, take_apart(args, named, self.options, values=True))
        arguments, runner = self._traces.find(args, named)
        if runner is None:
            return run_inline(self.function, arguments)
        with self._lock:
            return runner.values(arguments, self._traces.numbers(runner))

    def value_and_grad(self, *args: Any, **named: Any) -> tuple[Any, Any]:
        """The value, and its gradient: flat, in the order of `parameters`, or by `argnums`.

        With `has_aux` the value is a pair, (value, aux), with the aux of each example.

        Raises:
            ArgumentError: the function returns several numbers; `argnums` names no argument, or
                there is nothing to differentiate with respect to; or it is a batch, and `reduce`
                is not said.
            GraphError: it depends on a variable of a transform that is running.
        """
        arguments, runner = self._for_gradient(args, named)
        chosen = None if self.argnums is None else runner.chosen
        with self._lock:
            return runner.value_and_grad(arguments, self._traces.numbers(runner), chosen)

    def prepare(self, *args: Any, **named: Any) -> Callable[[], tuple[Any, Any]]:
        """`value_and_grad` of these arguments as a function of nothing, for a loop.

        Each call reads the numbers that arrays among the arguments, and the parameters (or
        `flat_parameters()`), hold then. Lists, and what the function reads besides, are taken as
        they are now: to look at them again takes longer than a short calculation.

        Raises:
            ArgumentError, GraphError: see `value_and_grad`; (in a call) an array has another shape.

        >>> from autograd import compile
        >>> w, x = Value(2.0), np.array([3.0])
        >>> step = compile(lambda x: (w * x) ** 2).prepare(x)
        >>> x[0] = 1.0
        >>> step()
        (4.0, array([4.]))
        """
        arguments, runner = self._for_gradient(args, named)
        chosen = None if self.argnums is None else runner.chosen
        again = runner.prepared(arguments, chosen, self._traces.numbers)

        def call() -> tuple[Any, Any]:
            if ACTIVE:
                refuse("a program is run for its gradient", _CALL_IT)
            with self._lock:
                return again()

        return call

    def grad(self, *args: Any, **named: Any) -> Any:
        """The gradient alone, or with `has_aux` (gradient, aux); see `value_and_grad`."""
        value, gradient = self.value_and_grad(*args, **named)
        return (gradient, value[1]) if self.options.has_aux else gradient

    def backward(self, *args: Any, **named: Any) -> Any:
        """The value; its gradient is added to every parameter's `.grad`, as by `Value.backward`.

        It is added to all of them, or (after an error or Ctrl-C) to none.
        """
        arguments, runner = self._for_gradient(args, named)
        with self._lock:
            value, gradient = runner.value_and_grad(arguments, self._traces.numbers(runner), None)
        if np.ndim(value[0] if self.options.has_aux else value):
            raise ArgumentError(
                "backward() needs one value, not one for each example: compile with reduce='mean' "
                "or 'sum' instead of None"
            )
        with self._lock:
            add_to_gradients(runner.parameters, gradient)
        return value

    def trace(self, *args: Any, **named: Any) -> Program:
        """Trace for arguments of this structure, and run nothing; returns the program."""
        refuse("a program is traced", _CALL_IT)
        arguments = take_apart(args, named, self.options)
        self._traces.of(arguments)
        return self

    def changed(self) -> str | None:
        """The name of something that the latest trace read and that is another now, or None.

        The next call traces again then; see `compile`.
        """
        return self._traces.the_latest().changed(self._traces.flat is None)

    def _for_gradient(self, args: Any, named: Any) -> tuple[Arguments, Runner]:
        """The arguments and their trace, for a call that gives a gradient as plain numbers."""
        if ACTIVE:
            refuse("a program is run for its gradient", _CALL_IT)
        arguments, runner = self._traces.find(args, named)
        if runner is None:
            raise GraphError(
                "a program is run for its gradient within a transform (grad, jvp, …) on whose "
                "variables it depends: that gradient is plain numbers, and what the transform "
                "looks for would be lost; write autograd.grad(program) or "
                "autograd.value_and_grad(program), which can be differentiated again"
            )
        return arguments, runner

    @contextmanager
    def flat_parameters(self) -> Iterator[Array]:
        """One array of all parameters, which the program reads while the block lasts.

        In the order of `parameters`. Change it in place, as an optimiser does; at the end (after
        an error or Ctrl-C too) the Values are given the numbers that changed, all together.
        Until then they keep those they had, and assigning to them is refused.

        Raises:
            GraphError: nothing has been traced yet, or the block is open already; (in the block)
                a parameter is assigned to.
        """
        with self._traces.in_one_array() as theta:
            yield theta

    def to_jax(self) -> JaxFunctions:
        """The latest trace as pure functions of JAX arrays: `value`, `value_and_grad`, `theta`.

        `value(theta, *args)` is the program's value (reduced as `reduce` says) for parameters
        theta, in the order of `parameters`, and arguments of the structure that was traced;
        `value_and_grad` gives the gradient too, by theta or by `argnums`. Both can be compiled,
        mapped, differentiated (by our rules, forward and backward; of a function that returns one
        number) and spread by JAX; over the program's `mesh`, if it has one. They compute in the
        precision of the arrays given: within `jax.enable_x64()`, in float64. An index that `take`
        has no element for gives nan.

        Raises:
            GraphError: nothing has been traced yet. MissingExtraError: there is no JAX.
        """
        need("jax", extra="jax", what="to_jax()")
        runner = self._traces.the_latest()
        return functions_of(runner, self.options, self._traces.numbers(runner))

    @property
    def parameters(self) -> list[Value]:
        """The leaves that the function closes over, in the order of flat gradients."""
        return list(self._traces.the_latest().parameters)

    @property
    def graph(self) -> TracedGraph:
        """The scalar graph of the latest trace."""
        return self._traces.the_latest().graph

    plan = graph

    @property
    def source(self) -> Any:
        """The statements of the latest trace, forward and backward; prints itself.

        `.code` is the text that runs: the same statements in Python, into buffers; of native code,
        LLVM's. That prints an instruction on each line.
        """
        return self._traces.the_latest().source()

    @property
    def stats(self) -> Stats:
        """Counts of nodes and statements, and the bytes of buffers."""
        return self._traces.the_latest().stats()

    def export(
        self,
        path: str | os.PathLike[str],
        *,
        name: str | None = None,
        jacobian: bool = False,
        straight: bool = False,
        everything: bool = False,
    ) -> Path:
        """Write the latest trace to a file that stands alone, in the language of its suffix.

        `.c`: C99 with libm alone, functions of arrays of doubles. `.js`: an ES module. `.py`:
        NumPy alone, for one example or a batch (see `reduce`), or with `straight` Python alone, for
        one. Each has a function for one example's value, one for the value and its gradient (by the
        parameters, or by the arguments that `argnums` names, in their own order), and if asked one
        for the Jacobian of all values; a comment tells the order and the names of inputs and
        parameters. Numbers are doubles; an index of
        `take` is an input like others, and one out of range gives nan.

        Args:
            path: of the file, which is replaced if there is one; folders are made as needed.
            name: what the functions of C begin with; by default the function's own.
            jacobian: with a function for the Jacobian.
            straight: Python in straight lines of floats, as a program with a loop (`scan`) is.
            everything: JavaScript with a function `everything` for pages that show a graph: all
                values and their gradients, as arrays by the numbers of `program.graph` (7 is v7).

        Raises:
            GraphError: nothing has been traced yet, or a primitive is no formula that a file could
                hold. ArgumentError: another suffix, no such name, or nothing to differentiate by.
            OSError: the file cannot be written.

        >>> import tempfile
        >>> from autograd import compile
        >>> w = Value(2.0, label="w")
        >>> program = compile(lambda x: w * x, argnums=0).trace(3.0)
        >>> text = program.export(Path(tempfile.mkdtemp()) / "line.c").read_text()
        >>> print(text[text.index("/* The value. */"):text.index("/* The value, and")])
        /* The value. */
        double f_value(const double inputs[], const double parameters[])
        {
            const double x = inputs[0];
            const double w = parameters[0];
            const double v2 = w * x;
            return v2;
        }
        """
        runner = self._traces.the_latest()
        return export(
            path, runner.graph, self.function, runner.parameters, runner.chosen,
            name=name, jacobian=jacobian, straight=straight, everything=everything,
            reduce=self.reduce,
        )  # fmt: skip

    def __repr__(self) -> str:
        name, latest = plain_name(getattr(self.function, "__name__", "f")), self._traces.latest
        known = "not traced yet" if latest is None else f"{len(latest.graph.steps):,} operations"
        chosen = "" if self.backend == "auto" else f", backend={self.backend!r}"
        return f"<program {name}{', ' if latest is None else ': '}{known}{chosen}>"

    def __get__(self, instance: Any, owner: Any = None) -> Program:
        made: Program = as_method(
            self, instance, owner, lambda method: Program(method, self.options.without_self())
        )
        return made

    def __copy__(self) -> Program:
        return Program(self.function, self.options)

    def __deepcopy__(self, memo: dict[int, Any]) -> Program:
        return Program(copy.deepcopy(self.function, memo), self.options)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return reduced(self, Program, self.options)
