"""`compile`: a function of Values becomes a program, traced once and replayed at array speed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import update_wrapper
from threading import RLock
from typing import Any

import numpy as np

from autograd.errors import ArgumentError, GraphError, OperandError
from autograd.program.arguments import Arguments, take_apart
from autograd.program.execution import KEPT
from autograd.program.plan import Plan
from autograd.program.replay import Quick, Replay, Stats
from autograd.tracing import is_tracing, refuse
from autograd.transforms import chosen_arguments
from autograd.value import Value

__all__ = ["Program", "compile"]

Array = np.ndarray[Any, Any]
REDUCTIONS = ("mean", "sum", None)


class Program:
    """A traced function; `compile` makes it and says how it is called.

    Attributes:
        parameters: the leaves that the function closes over, in the order of flat gradients.
        plan: the scalar graph of the latest trace, flat.
        source: the array statements of the latest trace, as text; `stats` counts them.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        argnums: int | Sequence[int] | None,
        batched: bool | Sequence[bool] | None,
        reduce: str | None,
        dtype: Any,
    ) -> None:
        self.function = function
        self.argnums, self.batched, self.reduce = argnums, batched, reduce
        self.dtype = np.dtype(dtype)
        self._replays: dict[Any, Replay] = {}
        self._latest: Replay | None = None
        self._theta: Array | None = None
        self._flat: Replay | None = None
        self._known: dict[Any, Arguments] = {}
        self._quick: dict[int, Quick] = {}
        self._lock = RLock()
        update_wrapper(self, function, updated=())

    def __call__(self, *args: Any) -> Any:
        """What the function returns: numbers, or one of each for every example of a batch.

        Within a function that is being traced, it is traced too, as part of that.
        """
        if is_tracing():
            return self.function(*args)
        arguments = self._arguments(args)
        replay = self._replay(arguments)
        with self._lock:
            return replay.values(arguments, self._numbers(replay))

    def value_and_grad(self, *args: Any) -> tuple[Any, Any]:
        """The value, and its gradient: flat, in the order of `parameters`, or by `argnums`.

        Raises:
            ArgumentError: the function returns several numbers, or `argnums` names no argument.
        """
        if self._quick and args and type(args[0]) is np.ndarray and not is_tracing():
            quick = self._quick.get(len(args[0])) if args[0].ndim else None
            if quick is not None and quick.fits(args) and not quick.replay.frozen.changed():
                self._latest = quick.replay
                with self._lock:
                    return quick(args, self._numbers(quick.replay))
        arguments = self._arguments(args)
        replay = self._replay(arguments)
        chosen = self._chosen(len(args))
        with self._lock:
            value, gradient = replay.value_and_grad(arguments, self._numbers(replay), chosen)
        if self._is_quick(args):
            self._remember(replay, args)
        return value, gradient[0] if isinstance(self.argnums, int) else gradient

    def grad(self, *args: Any) -> Any:
        """The gradient alone; see `value_and_grad`."""
        return self.value_and_grad(*args)[1]

    def backward(self, *args: Any) -> Any:
        """The value; its gradient is added to every parameter's `.grad`, as by `Value.backward`."""
        arguments = self._arguments(args)
        replay = self._replay(arguments)
        if self.reduce is None and arguments.examples is not None:
            raise ArgumentError(
                "backward() needs one value, not one for each example: compile with reduce='mean' "
                "or 'sum' instead of None"
            )
        with self._lock:
            value, gradient = replay.value_and_grad(arguments, self._numbers(replay), None)
        for parameter, g in zip(replay.parameters, gradient.tolist(), strict=True):
            parameter.grad = g if not parameter.has_grad else parameter.grad + g
        return value

    def trace(self, *args: Any) -> Program:
        """Trace for arguments of this structure, and run nothing; returns the program."""
        self._replay(self._arguments(args))
        return self

    def _remember(self, replay: Replay, args: tuple[Any, ...]) -> None:
        """Let calls with arrays like these go the short way."""
        if len(self._quick) >= KEPT:
            self._quick.clear()
        quick = replay.quick(args)
        if quick is not None:
            self._quick[len(args[0])] = quick

    def _is_quick(self, args: tuple[Any, ...]) -> bool:
        """Whether calls like this can go the short way: batches, gradients of the parameters."""
        return self.argnums is None and self._is_batch(args)

    def _is_batch(self, args: tuple[Any, ...]) -> bool:
        """Whether every argument is an array with a batch axis, by the usual rule."""
        plain = self.batched is None and bool(args)
        return plain and all(type(a) is np.ndarray and a.ndim for a in args)

    def _arguments(self, args: tuple[Any, ...]) -> Arguments:
        """The arguments taken apart; arrays as those of an earlier call were."""
        if not self._is_batch(args):
            return take_apart(args, self.batched)
        key = tuple((a.dtype, a.shape[1:]) for a in args)
        known = self._known.get(key)
        if known is None or any(len(a) != len(args[0]) for a in args) or not len(args[0]):
            known = self._known[key] = take_apart(args, self.batched)
        return known._replace(leaves=list(args), examples=len(args[0]))

    def _replay(self, arguments: Arguments) -> Replay:
        refuse("a program is run for its gradient", "call the program itself, which is traced too")
        found = self._replays.get(arguments.key)
        if found is None or found.frozen.changed():
            if self._theta is not None:
                raise GraphError(
                    "a new structure of arguments cannot be traced within flat_parameters(); call "
                    "program.trace(…) with it before"
                )
            found = Replay(self.function, arguments, self.reduce, self.dtype)
            self._replays[arguments.key] = found
        self._latest = found
        return found

    def _numbers(self, replay: Replay) -> Array:
        if self._theta is not None:
            flat = self._flat
            if flat is not None and replay is not flat and replay.parameters != flat.parameters:
                raise GraphError(
                    "flat_parameters() is in use for calls of another structure, whose parameters "
                    "are in another order; open it after a call (or trace) of this structure"
                )
            return self._theta
        return np.array([p._data for p in replay.parameters], dtype=np.float64)

    def _chosen(self, count: int) -> tuple[int, ...] | None:
        """The arguments to differentiate, as positions; None for the parameters."""
        if self.argnums is None:
            return None
        return tuple(chosen_arguments(self.argnums, count))

    @contextmanager
    def flat_parameters(self) -> Iterator[Array]:
        """One array of all parameters, which the program reads while the block lasts.

        In the order of `parameters`. Change it in place, as an optimiser does; at the end (after
        an error or Ctrl-C too) the Values are given its numbers.

        Raises:
            GraphError: nothing has been traced yet, or the block is open already.
        """
        replay = self._traced()
        if self._theta is not None:
            raise GraphError("flat_parameters() is in use; one block at a time")
        self._theta = theta = self._numbers(replay)
        self._flat = replay
        try:
            yield theta
        finally:
            self._theta = self._flat = None
            for parameter, number in zip(replay.parameters, theta.tolist(), strict=True):
                parameter.data = number

    def _traced(self) -> Replay:
        if self._latest is None:
            raise GraphError(
                "nothing has been traced yet; call the program, or program.trace(…) with arguments "
                "of the kind that it will be called with"
            )
        return self._latest

    @property
    def parameters(self) -> list[Value]:
        """The leaves that the function closes over, in the order of flat gradients."""
        return list(self._traced().parameters)

    @property
    def plan(self) -> Plan:
        """The scalar graph of the latest trace."""
        return self._traced().plan

    @property
    def source(self) -> Any:
        """The statements of the latest trace, forward and backward; prints itself.

        `.code` is the Python text that runs: the same statements, into buffers.
        """
        return self._traced().source(self._chosen_or_none())

    def _chosen_or_none(self) -> tuple[int, ...] | None:
        if self.argnums is None:
            return None
        count = 1 + max((b.argument for b in self._traced().plan.blocks), default=0)
        return self._chosen(count)

    @property
    def stats(self) -> Stats:
        """How many nodes there are, statements, and bytes of buffers."""
        return self._traced().stats(self._chosen_or_none())

    def __repr__(self) -> str:
        name = getattr(self.function, "__name__", "f")
        if self._latest is None:
            return f"<program {name}, not traced yet>"
        return f"<program {name}: {len(self._latest.plan.steps):,} operations>"


def compile(
    function: Callable[..., Any] | None = None,
    *,
    argnums: int | Sequence[int] | None = None,
    batched: bool | Sequence[bool] | None = None,
    reduce: str | None = "mean",
    dtype: Any = np.float64,
) -> Any:
    """Make a function of Values into a program: traced once, lifted to arrays, replayed.

    The function is written for one example, in ordinary scalar code over Values, numbers and
    (nested) sequences of them. It is traced once for each structure of arguments; leaves that it
    closes over are its parameters. Usable as a decorator, with or without keywords.

    Args:
        function: deterministic; what would freeze a number raises a `TraceError` that says what
            to write instead.
        argnums: differentiate with respect to this argument, or these; by default with respect
            to the parameters.
        batched: by default, arrays among the arguments have a leading batch axis (all equally
            long), and numbers, lists and tuples are shared by all examples. A bool says it for all
            arguments, a sequence of bools for each.
        reduce: what `value_and_grad` makes of the examples' values: their "mean" (document 003,
            section 2.4), their "sum", or None: values and gradients for each example.
        dtype: np.float64, or np.float32 for half the memory and half the digits.

    Returns:
        A `Program`: `program(…)`, `program.value_and_grad(…)`, `program.grad(…)`,
        `program.backward(…)`; `print(program.source)` shows the array statements.

    Raises:
        OperandError: `function` cannot be called. ArgumentError: `reduce` or `dtype` is another.

    >>> import numpy as np
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
        return lambda f: compile(f, argnums=argnums, batched=batched, reduce=reduce, dtype=dtype)
    if not callable(function):
        raise OperandError(
            f"compile takes a function, not {type(function).__name__}; write compile(f), not "
            "compile(f(x))"
        )
    if reduce not in REDUCTIONS:
        raise ArgumentError(f"reduce= is 'mean', 'sum' or None, not {reduce!r}")
    if dtype not in (np.float64, np.float32, "float64", "float32", float):
        raise ArgumentError(f"dtype= is np.float64 or np.float32, not {dtype!r}")
    return Program(function, argnums=argnums, batched=batched, reduce=reduce, dtype=dtype)
