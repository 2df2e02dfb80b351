"""One trace of a function, run: values and gradients in the user's structure, for each call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from functools import cached_property, partial
from typing import Any

import numpy as np

from autograd.errors import ArgumentError
from autograd.program.backends.jax.function import processes_of
from autograd.program.running.codes import Codes, Stats, is_straight, total_of
from autograd.program.running.execution import PARAMETERS, Wanted
from autograd.program.running.regularity import order_of_parameters
from autograd.program.tracing.arguments import Arguments
from autograd.program.tracing.options import ByDefault, Options
from autograd.program.tracing.trace import trace
from autograd.transforms.call import check_pair
from autograd.transforms.chosen import is_one

Array = np.ndarray[Any, Any]
Chosen = tuple[int, ...] | None
"""The arguments that gradients are asked for; None for the parameters."""


class Runner:
    """A traced function, for one structure of arguments.

    Attributes:
        parameters: the leaves that the function closes over, in the order of flat gradients.
        changed: see `Traced.changed`.
        key: the structure of arguments; `Arguments.key`.
        result: the structure of what the function returns.
        each: values and gradients are those of each example of a batch.
        is_one: `argnums` names one argument, of which there is no tuple.
        derived: traces of derivatives of the function, by name.
    """

    def __init__(
        self, function: Callable[..., Any], arguments: Arguments, options: Options
    ) -> None:
        traced = trace(function, arguments)
        if options.has_aux:
            check_pair(traced.result)
        self.key = arguments.key
        self.changed, self.result, self.options = traced.changed, traced.result, options
        self.derived: dict[str, Any] = {}
        self._batch = arguments.examples is not None
        self._choose = partial(options.chosen, function, arguments.positional, arguments.names)
        self.each = self._batch and options.reduce is None
        self._is_number = traced.result.build is next and traced.result.blocks[0].shape is None
        straight = is_straight(traced.graph, options, batch=self._batch)
        order = (
            range(len(traced.graph.parameters))
            if straight or options.backend == "native"
            else order_of_parameters(traced.graph)
        )
        self.graph = graph = traced.graph.with_parameters_in(order)
        self.parameters = [traced.parameters[i] for i in order]
        self._checked: dict[tuple[bool, Chosen], Wanted] = {}  # by that, and if all outputs count
        self._indices = {graph.blocks[b].argument for b in graph.indices}
        mean = self._batch and options.reduce == "mean"
        seed = "1 / n  # the mean of n examples" if mean else "1.0"
        self._codes = Codes(graph, options, seed, each=self.each, straight=straight)
        self._only_numbers = {block.shape for block in traced.result.blocks} == {None}
        self.is_one = is_one(options.argnums)
        self._processes = processes_of(options.mesh)

    @cached_property
    def chosen(self) -> Chosen:
        """The arguments that `argnums` names."""
        return self._choose()

    def values(
        self, arguments: Arguments, theta: Array, *, total: bool = False, share: float = 1.0
    ) -> Any:
        """Return values of the function, one for each example where there is a batch.

        `total`: add up those of all examples; `share`: multiply each by this.
        """
        rows, _ = self._codes.run(arguments, theta, None, None)
        if self._is_number and not total:
            return rows[0] if self._batch else float(rows[0][0])
        table = np.asarray(rows)
        table = total_of(table, arguments.examples) if total else table
        table = table if share == 1.0 else table * share
        return self.result.build(
            _in_shape(table[span], block.shape, each=self._batch and not total)
            for block, span in self.result.spans()
        )

    def value_and_grad(self, arguments: Arguments, theta: Array, chosen: Chosen) -> tuple[Any, Any]:
        """The value and the gradient, as `Program.value_and_grad` says."""
        if (False, chosen) not in self._checked:
            self.check(chosen, aux=True)
            self._checked[False, chosen] = self.wanted(chosen)
        wanted, share = self._checked[False, chosen], self.share(arguments.examples)
        run = self._codes.adding_up(arguments, wanted)
        if run is not None and wanted:
            value, gradient = run(arguments.arrays(self.options.dtype), theta, share)
            return value * share, self._gradient({wanted[0]: gradient[:, None]}, arguments, chosen)
        (row, *others), found = self._codes.run(arguments, theta, wanted, share)
        gradient = self._gradient(found, arguments, chosen)
        value = row if self.each else float(row[0]) if not self._batch else _add_up(row) * share
        if self.options.has_aux:
            value = self._with_aux(value, others, arguments.examples)
        return value, gradient

    def _with_aux(self, value: Any, rows: Sequence[Any], examples: int | None) -> Any:
        """The pair that the function returns: its value, and the rest for each example."""
        _, *spans = self.result.spans()
        parts = [value]
        for block, span in spans:
            table = np.array(rows[span.start - 1 : span.stop - 1])
            table = table.reshape(span.stop - span.start, examples or 1)
            parts.append(_in_shape(table, block.shape, each=self._batch))
        return self.result.build(iter(parts))

    def prepared(
        self, arguments: Arguments, chosen: Chosen, numbers: Callable[[Runner], Array]
    ) -> Callable[[], tuple[Any, Any]]:
        """`value_and_grad` of the same arguments, whose arrays are read again in each call."""
        self.value_and_grad(arguments, numbers(self), chosen)
        leaves = arguments.leaves
        arguments = arguments.with_leaves(
            [x if isinstance(x, np.ndarray) else copy(x) for x in leaves]
        )
        again = self._again(arguments, chosen, numbers)
        arrays = [x for x in leaves if isinstance(x, np.ndarray)]
        shapes = [x.shape for x in arrays]

        def call() -> tuple[Any, Any]:
            if [x.shape for x in arrays] != shapes:  # memory beyond it would be read
                raise ArgumentError(
                    f"arrays of the shapes {[x.shape for x in arrays]} were prepared when their "
                    f"shapes were {shapes}; call prepare with them again"
                )
            return again()

        return call if arrays else again

    def _again(
        self, arguments: Arguments, chosen: Chosen, numbers: Callable[[Runner], Array]
    ) -> Callable[[], tuple[Any, Any]]:
        """`value_and_grad` of the same arguments, by the shortest way."""
        wanted = self.wanted(chosen)
        run = self._codes.adding_up(arguments, wanted)
        if run is None or not wanted:
            return lambda: self.value_and_grad(arguments, numbers(self), chosen)
        leaves, share = arguments.arrays(self.options.dtype), self.share(arguments.examples)

        def again() -> tuple[float, Any]:
            value, gradient = run(leaves, numbers(self), share)
            return value * share, self._gradient({wanted[0]: gradient[:, None]}, arguments, chosen)

        return again

    def jacobian(
        self, arguments: Arguments, theta: Array, chosen: Chosen,
        *, total: bool = False, share: float = 1.0,
    ) -> Any:  # fmt: skip
        """The derivatives of all that the function returns, as `Program.jacobian` says.

        `total`: add up those of all examples; `share`: multiply each by this.
        """
        if (True, chosen) not in self._checked:
            self.options.refuse_aux()
            self._check_chosen(chosen)
            self._checked[True, chosen] = self.wanted(chosen)
        found = self._codes.jacobian(arguments, theta, self._checked[True, chosen], total=total)
        if total:
            arguments = arguments._replace(examples=None)
        if share != 1.0:
            found = {n: table * share for n, table in found.items()}
        tables = {n: self._of_block(n, table, arguments) for n, table in found.items()}
        if self._only_numbers and (
            chosen is None or (self.is_one and arguments.builds[chosen[0]] is next)
        ):  # a third of the time of one pose of a robot arm
            (table,) = tables.values()
            if arguments.examples is not None:
                table = np.moveaxis(table, -1, 1)
            return self.result.build(iter(table if table.ndim > 1 else table.tolist()))
        return self.result.build(
            self._of_outputs(tables, block.shape, span, arguments, chosen)
            for block, span in self.result.spans()
        )

    def _of_block(self, block: int, table: Array, arguments: Arguments) -> Array:
        """A block's derivatives: for each output in the block's shape, then for each example."""
        shape = (len(self.parameters),) if block < 0 else self.graph.blocks[block].shape or ()
        outputs, elements, width = table.shape
        examples = arguments.examples
        if examples is None:
            table = table[:, :, 0]
            return table if shape == (elements,) else table.reshape(outputs, *shape)
        if width != examples:
            table = np.broadcast_to(table, (outputs, elements, examples))
        return table if shape == (elements,) else table.reshape(outputs, *shape, examples)

    def _of_outputs(
        self, tables: dict[int, Array], shape: tuple[int, ...] | None, span: slice,
        arguments: Arguments, chosen: Chosen,
    ) -> Any:  # fmt: skip
        """The derivatives of some outputs, by the parameters or by each argument."""
        parts = []
        for table in tables.values():
            part = table[span.start] if shape is None else table[span]
            if shape is not None and len(shape) != 1:
                part = part.reshape(*shape, *part.shape[1:])
            if arguments.examples is not None:
                part = part.T if part.ndim == 2 else np.moveaxis(part, -1, 0)
            parts.append(part if part.ndim else float(part))
        if chosen is None or (len(parts) == 1 and arguments.builds[chosen[0]] is next):
            return parts[0] if chosen is None or self.is_one else tuple(parts)
        coming = iter(parts)
        built = {i: arguments.builds[i](coming) for i in sorted(chosen)}
        several = tuple(built[i] for i in chosen)
        return several[0] if self.is_one else several

    def source(self) -> Any:
        """The statements, to print."""
        return self._code().source

    def stats(self) -> Stats:
        """Sizes."""
        code, graph = self._code(), self.graph
        return Stats(
            len(graph.steps), len(graph.parameters), code.statements, code.calls, code.nbytes,
            code.backend,
        )  # fmt: skip

    def _code(self) -> Any:
        has_gradient = self.options.has_aux or len(self.graph.outputs) == 1
        return self._codes.of(self.wanted(self.chosen) if has_gradient else None)

    def share(self, examples: int | None) -> float:
        """The share of each example in the result."""
        mean = self.options.reduce == "mean"
        return 1.0 / (examples * self._processes) if mean and examples else 1.0

    def wanted(self, chosen: Chosen) -> Wanted:
        """The blocks that belong to these arguments, or to the parameters."""
        if chosen is None:
            return (PARAMETERS,)
        return tuple(n for n, block in enumerate(self.graph.blocks) if block.argument in chosen)

    def _gradient(self, found: dict[int, Array], arguments: Arguments, chosen: Chosen) -> Any:
        if chosen is None:
            return found[-1].T.copy() if self.each else found[-1][:, 0]
        parts = map(self._in_place, found.items())
        if self.is_one and arguments.builds[chosen[0]] is next:  # a fifth of a short call
            return next(parts)
        built = {i: arguments.builds[i](parts) for i in sorted(chosen)}  # parts come in that order
        several = tuple(built[i] for i in chosen)
        return several[0] if self.is_one else several

    def _in_place(self, found: tuple[int, Array]) -> Any:
        """The gradient by a block, in its shape."""
        block, table = self.graph.blocks[found[0]], found[1]
        each = self.each or block.batched
        return _in_shape(table, block.shape, each=each, listed=block.listed)

    def check(self, chosen: Chosen, *, aux: bool = False) -> None:
        """Raise an ArgumentError if there is no such gradient; `aux` may go with it."""
        outputs = len(self.graph.outputs)
        if not aux:
            self.options.refuse_aux()
        if outputs != 1 and not self.options.has_aux:
            raise ArgumentError(
                f"a gradient needs a function that returns one number, not {outputs}; return a sum "
                "or a mean"
            )
        self._check_chosen(chosen)
        for block in self.graph.blocks if isinstance(self.options.reduce, ByDefault) else ():
            if block.batched and block.argument in (chosen or ()):
                raise ArgumentError(
                    f"{block.path} is a batch of examples, and the gradient of their mean would be "
                    "that of each divided by their number. If the array is one example, a vector, "
                    "write compile(f, …, batched=False); for the gradient of each example "
                    "reduce='sum' or reduce=None; and reduce='mean' if that is meant"
                )

    def _check_chosen(self, chosen: Chosen) -> None:
        """Raise an ArgumentError if there is nothing to differentiate with respect to."""
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


def _in_shape(
    table: Array, shape: tuple[int, ...] | None, *, each: bool, listed: type | None = None
) -> Any:
    """A block's table (elements, examples or 1): an array with an axis of examples, or one part."""
    if each and shape is None:
        return np.ascontiguousarray(table[0])
    if each:
        return np.ascontiguousarray(table.T).reshape(table.shape[1], *(shape or ()))
    column = table[:, 0]
    if shape is None:
        return float(column[0])
    return column.reshape(shape) if listed is None else listed(column.tolist())


def _add_up(values: Array) -> float:
    """Their sum by IEEE 754, which warns of nothing."""
    if len(values) == 1:
        return float(values[0])
    with np.errstate(all="ignore"):
        return float(np.add.reduce(values, initial=-0.0))  # from 0, the sign of −0 would be lost
