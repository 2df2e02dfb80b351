"""One trace of a function and its runners: values, gradients, what can be printed of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.errors import ArgumentError
from autograd.program.arrange import arrange, index_blocks, parameter_order
from autograd.program.backends.python import write_python as write_straight
from autograd.program.plan import Plan
from autograd.program.running.execution import ArrayRunner, Bound, StraightRunner
from autograd.program.source import ArraySource
from autograd.program.tracing.arguments import Arguments, Block
from autograd.program.tracing.trace import trace
from autograd.wiring import FLOAT_ERRORS

Array = np.ndarray[Any, Any]
Chosen = tuple[int, ...] | None


class _ByDefault(str):
    """A reduction that nobody asked for."""


MEAN = _ByDefault("mean")
"""The reduction by default: not for gradients with respect to a batch, where it would divide."""
WIRE, GROUP = 0.1, 5.0
"""Rough costs in µs: of a wire in straight-line Python, of a group in array statements."""


class Stats(NamedTuple):
    """Sizes of a program."""

    nodes: int
    parameters: int
    statements: int
    calls: int
    bytes: int

    def __str__(self) -> str:
        how = f" ({self.calls:,} calls of NumPy); {self.bytes:,} bytes of buffers for one example"
        return (
            f"{self.nodes:,} scalar operations on {self.parameters:,} parameters in "
            f"{self.statements:,} statements, forward and backward"
            f"{how if self.calls else ' of Python, over floats'}"
        )


def _is_irregular(plan: Plan) -> bool:
    """Whether straight-line Python is likely to be quicker than array statements."""
    wires = sum(len(step.operands) for step in plan.steps)
    groups = arrange(plan, wanted=lambda block: True, passes=1).groups
    return wires * WIRE < len(groups) * GROUP


class Quick:
    """What a repeated call with arrays of these shapes needs: all that can be settled before it.

    Attributes:
        run: the run of `Bound`, from `share` as the seed.
        output, gradient: the arrays in which it leaves each example's value, and the gradient.
    """

    def __init__(self, replay: Any, bound: Bound, args: tuple[Array, ...], share: float):
        self.replay, self.changed = replay, replay.changed
        self.run, self.share = bound.run, share
        self._like = [(a.shape, a.dtype) for a in args]
        self.output = np.broadcast_to(bound.outputs[0], (len(args[0]),))
        found = bound.gradients.get(-1)
        self.gradient = np.zeros(0) if found is None else found[:, 0]

    def fits(self, args: tuple[Any, ...]) -> bool:
        """Whether these are arrays of the same shapes and dtypes."""
        if len(args) != len(self._like):
            return False
        for a, (shape, dtype) in zip(args, self._like, strict=True):
            if type(a) is not np.ndarray or a.shape != shape or a.dtype is not dtype:
                return False
        return True


def add_up(values: Array) -> float:
    """Their sum by IEEE 754, which warns of nothing."""
    with np.errstate(all="ignore"):
        return float(np.add.reduce(values))


class Replay:
    """A traced function, for one structure of arguments."""

    def __init__(
        self, function: Callable[..., Any], arguments: Arguments, reduce: str | None, dtype: Any
    ):
        traced = trace(function, arguments)
        self.changed = traced.changed
        self.reduce, self.dtype = reduce, np.dtype(dtype)
        self.positional = arguments.positional
        alone = arguments.examples is None and self.dtype == np.float64
        self._straight = alone and _is_irregular(traced.plan)
        order = list(range(traced.plan.parameters))
        if not self._straight:
            first = arrange(traced.plan, wanted=lambda block: True)
            order = parameter_order(traced.plan, first)
        self.plan: Plan = traced.plan.with_parameters_in(order)
        self.parameters = [traced.parameters[i] for i in order]
        self.result, self.frozen = traced.result, traced.frozen
        self._runners: dict[Any, ArrayRunner] = {}
        self._straight_runners: dict[Any, StraightRunner] = {}
        self._indices = {self.plan.blocks[b].argument for b in index_blocks(self.plan)}

    @property
    def _seed_text(self) -> str:
        batch = any(block.batched for block in self.plan.blocks)
        return "1 / n  # the mean of n examples" if batch and self.reduce == "mean" else "1"

    def _straight_runner(self, chosen: Chosen, *, gradient: bool) -> StraightRunner:
        key = (chosen if gradient else None, gradient)
        if key not in self._straight_runners:
            source = write_straight(self.plan, self._wanted(chosen, gradient), gradient=gradient)
            self._straight_runners[key] = StraightRunner(source)
        return self._straight_runners[key]

    def _run_straight(
        self, arguments: Arguments, theta: Array, chosen: Chosen, *, gradient: bool
    ) -> tuple[list[float], list[float]] | None:
        """Outputs and gradients by straight-line Python; None where a float operation raises."""
        runner = self._straight_runner(chosen, gradient=gradient)
        try:
            return runner.run(arguments.numbers(), theta.tolist(), 1.0)
        except FLOAT_ERRORS:
            return None

    def _runner(self, chosen: Chosen, *, gradient: bool, per_example: bool = False) -> ArrayRunner:
        key = (chosen if gradient else None, gradient, per_example)
        if key not in self._runners:
            arrangement = arrange(
                self.plan, wanted=self._wanted(chosen, gradient), per_example=per_example
            )
            source = ArraySource(self.plan, arrangement, gradient=gradient, share=self._seed_text)
            self._runners[key] = ArrayRunner(source, self.plan.blocks, self.dtype)
        return self._runners[key]

    def quick(self, args: tuple[Any, ...]) -> Quick | None:
        """How a call with arrays like these runs again, if it can run in one piece.

        For the mean (or sum) over a batch and gradients with respect to the parameters.
        """
        examples = len(args[0])
        runner = self._runner(None, gradient=True)
        alone = self.reduce is None or len(self.plan.outputs) != 1 or runner.numpy.seed is None
        if alone or runner.piece(examples) < examples:
            return None
        share = 1.0 / examples if self.reduce == "mean" else 1.0
        return Quick(self, runner.bound(examples), args, share)

    def _wanted(self, chosen: Chosen, gradient: bool) -> Callable[[int], bool]:
        if not gradient:
            return lambda block: False
        if chosen is None:
            return lambda block: block < 0
        return lambda block: block >= 0 and self.plan.blocks[block].argument in chosen

    def values(self, arguments: Arguments, theta: Array) -> Any:
        """What the function returns, for each example where there is a batch."""
        found = None
        if self._straight:
            found = self._run_straight(arguments, theta, None, gradient=False)
        if found is not None:
            return self._shaped([np.array([x]) for x in found[0]], None)
        runner = self._runner(None, gradient=False)
        rows = [np.empty(arguments.examples or 1, self.dtype) for _ in self.plan.outputs]
        leaves = arguments.arrays(self.dtype)
        for start, stop, bound in runner.run(leaves, theta, arguments.examples or 1):
            for row, output in zip(rows, bound.outputs, strict=True):
                row[start:stop] = output
        return self._shaped(rows, arguments.examples)

    def _shaped(self, rows: list[Array], examples: int | None) -> Any:
        parts, start = [], 0
        for block in self.result.blocks:
            count = len(block.elements)
            table = np.array(rows[start : start + count])
            start += count
            if examples is None:
                parts.append(
                    float(table[0, 0]) if block.shape is None else table[:, 0].reshape(block.shape)
                )
            else:
                parts.append(
                    table[0] if block.shape is None else table.T.reshape(examples, *block.shape)
                )
        return self.result.build(iter(parts))

    def value_and_grad(self, arguments: Arguments, theta: Array, chosen: Chosen) -> tuple[Any, Any]:
        """The value and the gradient, as `Program.value_and_grad` says."""
        self._check_asked(chosen)
        if self._straight:
            straight = self._run_straight(arguments, theta, chosen, gradient=True)
            if straight is not None:
                return self._from_straight(*straight, arguments, chosen)
        examples = arguments.examples
        each = self.reduce is None and examples is not None
        runner = self._runner(chosen, gradient=True, per_example=each)
        share = 1.0 / examples if self.reduce == "mean" and examples else 1.0
        values = np.empty(examples or 1, self.dtype)
        gradients = self._room(chosen, examples, each)
        leaves = arguments.arrays(self.dtype)
        for start, stop, bound in runner.run(leaves, theta, examples or 1, share):
            values[start:stop] = bound.outputs[0]
            for block, found in bound.gradients.items():
                room = gradients[block]
                if room.shape[1] > 1:
                    room[:, start:stop] = found
                elif start == 0:  # assigned, not added to 0, which would lose the sign of −0
                    room[:] = found
                else:
                    with np.errstate(all="ignore"):
                        room += found
        return self._value(values, examples, share), self._asked(gradients, chosen, arguments, each)

    def _from_straight(
        self, outputs: list[float], found: list[float], arguments: Arguments, chosen: Chosen
    ) -> tuple[float, Any]:
        gradients = self._room(chosen, None, each=False)
        wanted = self._straight_runner(chosen, gradient=True).source.wanted
        for leaf, number in zip((self.plan.leaves[i] for i in wanted), found, strict=True):
            gradients[leaf.block][leaf.element, 0] = number
        return outputs[0], self._asked(gradients, chosen, arguments, each=False)

    def _check_asked(self, chosen: Chosen) -> None:
        """Raise if there is no such gradient."""
        if len(self.plan.outputs) != 1:
            raise ArgumentError(
                f"a gradient needs a function that returns one number, not {len(self.plan.outputs)}"
                "; return a sum or a mean"
            )
        if chosen is None and not self.parameters:
            raise ArgumentError(
                "there is nothing to differentiate with respect to: the function closes over no "
                "Values; for the gradient with respect to its arguments, write "
                "compile(f, argnums=0), or (0, 1) for two of them"
            )
        for i in chosen or ():
            if i in self._indices:
                raise ArgumentError(
                    f"argument {i} is an index of take, which has no gradient; choose other argnums"
                )
        if isinstance(self.reduce, _ByDefault):
            self._check_no_batch(chosen)

    def _check_no_batch(self, chosen: Chosen) -> None:
        for block in self.plan.blocks:
            if block.batched and block.argument in (chosen or ()):
                raise ArgumentError(
                    f"{block.path} is a batch of examples, and the gradient of their mean would be "
                    "that of each divided by their number. If the array is one example, a vector, "
                    "write compile(f, …, batched=False); for the gradient of each example "
                    "reduce='sum' or reduce=None; and reduce='mean' if that is meant"
                )

    def _value(self, values: Array, examples: int | None, share: float) -> Any:
        if examples is None:
            return float(values[0])
        return values if self.reduce is None else add_up(values) * share

    def _room(self, chosen: Chosen, examples: int | None, each: bool) -> dict[int, Array]:
        """An array for the gradient of every block that is asked for (−1: the parameters)."""
        if chosen is None:
            return {-1: np.zeros((self.plan.parameters, examples if each and examples else 1))}
        return {
            number: np.zeros((block.size, examples if block.batched or each else 1))
            for number, block in enumerate(self.plan.blocks)
            if block.argument in chosen
        }

    def _asked(
        self, gradients: dict[int, Array], chosen: Chosen, arguments: Arguments, each: bool
    ) -> Any:
        if chosen is None:
            found = gradients[-1]
            return found.T.copy() if each else found[:, 0]
        parts = (
            _unflattened(gradients[number], block, each)
            for number, block in enumerate(self.plan.blocks)
            if number in gradients
        )
        built = {i: arguments.builds[i](parts) for i in sorted(chosen)}  # parts come in that order
        return tuple(built[i] for i in chosen)

    def source(self, chosen: Chosen) -> Any:
        """The statements, to print."""
        gradient = len(self.plan.outputs) == 1
        if self._straight:
            return self._straight_runner(chosen, gradient=gradient).source
        return self._shown_runner(chosen, gradient).source

    def _shown_runner(self, chosen: Chosen, gradient: bool) -> ArrayRunner:
        each = gradient and self.reduce is None and any(b.batched for b in self.plan.blocks)
        return self._runner(chosen, gradient=gradient, per_example=each)

    def stats(self, chosen: Chosen) -> Stats:
        """Sizes."""
        gradient = len(self.plan.outputs) == 1
        if self._straight:
            source = self._straight_runner(chosen, gradient=gradient).source
            lines = len(source.forward) + len(source.backward)
            return Stats(len(self.plan.steps), self.plan.parameters, lines, 0, 0)
        runner = self._shown_runner(chosen, gradient)
        return Stats(
            len(self.plan.steps),
            self.plan.parameters,
            len(runner.source),
            runner.numpy.calls,
            runner.bound(1).nbytes,
        )


def _unflattened(gradient: Array, block: Block, each: bool) -> Any:
    """A gradient of shape (elements, examples or 1) in the shape of its block."""
    if block.batched or each:
        shape: Sequence[int] = block.shape or ()
        return gradient.T.reshape(gradient.shape[1], *shape)
    if block.shape is None:
        return float(gradient[0, 0])
    if block.listed is not None:
        return block.listed(gradient[:, 0].tolist())
    return gradient[:, 0].reshape(block.shape)
