"""A trace as pure functions of JAX arrays, for those who compile, map, spread and train with JAX.

>>> import jax, numpy as np
>>> from autograd import Value, compile
>>> w, b = Value(2.0), Value(1.0)
>>> program = compile(lambda x, y: (w * x + b - y) ** 2)
>>> line = program.trace(np.ones(2), np.ones(2)).to_jax()
>>> x, y = np.array([0.0, 2.0]), np.array([1.0, 3.0])
>>> value, gradient = jax.jit(line.value_and_grad)(line.theta, x, y)
>>> value.item(), gradient.tolist()
(2.0, [4.0, 2.0])
>>> jax.hessian(line.value)(line.theta, x, y).tolist()
[[4.0, 2.0], [2.0, 2.0]]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from autograd.errors import ArgumentError
from autograd.program.backends.jax.arrays import library
from autograd.program.backends.jax.function import Found, PureFunction
from autograd.program.running.devices import pure_function
from autograd.program.running.execution import Wanted
from autograd.program.running.runner import Chosen, Runner
from autograd.program.tracing.arguments import Arguments, Block, take_apart
from autograd.program.tracing.options import Options
from autograd.transforms.structures import opened

Array = np.ndarray[Any, Any]


class JaxFunctions(NamedTuple):
    """Pure functions of a program; see `Program.to_jax`.

    Attributes:
        value: of (theta, *args). value_and_grad: the same, and the gradient.
        placed: of (*args): arrays spread over the program's mesh, for those two; of several
            processes, each gives its own examples, equally many.
        theta: the parameters' numbers now, an array of JAX's default precision.
    """

    value: Callable[..., Any]
    value_and_grad: Callable[..., tuple[Any, Any]]
    placed: Callable[..., tuple[Any, ...]]
    theta: Any


def functions_of(runner: Runner, options: Options, theta: Array) -> JaxFunctions:
    """The functions of a trace, whose parameters have these numbers."""
    options.refuse_aux()
    made = _Functions(runner, options)
    theta = library("jax.numpy").asarray(theta)
    return JaxFunctions(made.value, made.value_and_grad, made.placed, theta)


class _Functions:
    """The functions of a trace; `leaves` are the arguments' parts, one for each block."""

    def __init__(self, runner: Runner, options: Options) -> None:
        self.runner, self.options, self.blocks = runner, options, runner.graph.blocks
        self._for = cache(self._function)
        self._compiled = cache(
            lambda wanted: library("jax").jit(self._for(wanted), static_argnums=0)
        )
        self._rows = library("jax").custom_jvp(self._values)
        self._rows.defjvp(self._with_tangents, symbolic_zeros=True)

    def value(self, theta: Any, *args: Any, **named: Any) -> Any:
        """The program's value: the mean or sum over a batch if it says so, else each example's.

        A function that returns several numbers gives those of each example, in its structure.
        """
        self._check(theta)
        _, leaves = self._taken_apart(args, named)
        rows = self._rows(theta, leaves)
        if len(rows) == 1:
            return rows[0]
        spans = self.runner.result.spans()
        return self.runner.result.build(_shaped(rows[span], block.shape) for block, span in spans)

    def value_and_grad(self, theta: Any, *args: Any, **named: Any) -> tuple[Any, Any]:
        """The value, and its gradient by theta, or by the arguments that `argnums` names."""
        self._check(theta)
        arguments, leaves = self._taken_apart(args, named)
        chosen = self.runner.chosen
        self.runner.check(chosen)
        found = self._found(self.runner.wanted(chosen), theta, leaves)
        return self._one(found, leaves), self._gradient(found, arguments, chosen)

    def placed(self, *args: Any) -> tuple[Any, ...]:
        """The arguments with their arrays on the devices of the mesh."""
        arguments, leaves = self._taken_apart(args, {})
        return tuple(arguments.given(self._for(None).placed(leaves))[0])

    # Arguments

    def _check(self, theta: Any) -> None:
        """Raise unless there is a number for each parameter: JAX reads beyond the end, too."""
        count = len(self.runner.parameters)
        if np.shape(theta) != (count,):
            raise ArgumentError(
                f"theta is an array of the {count} parameters, as .theta is, not one of shape "
                f"{np.shape(theta)}"
            )

    def _taken_apart(self, args: Any, named: Any) -> tuple[Arguments, list[Any]]:
        """The arguments' structure, and what is in it, known or not.

        Numbers stand for the arrays meanwhile, which say which of them is where.
        """
        given: list[Any] = []
        args = tuple(_tagged(x, given) for x in args)
        named = {name: _tagged(x, given) for name, x in named.items()}
        arguments = take_apart(args, named, self.options)
        if arguments.key != self.runner.key:
            raise ArgumentError(
                "these functions are of another structure of arguments: call "
                "program.trace(…) with arguments of this one, and program.to_jax() again"
            )
        return arguments, [_untagged(leaf, given) for leaf in arguments.leaves]

    # Values and derivatives

    def _function(self, wanted: Wanted) -> PureFunction:
        return pure_function(
            self.runner.graph, wanted, "1.0", each=self.runner.each, mesh=self.options.mesh
        )[1]

    def _found(self, wanted: Wanted, theta: Any, leaves: list[Any]) -> Found:
        jnp = library("jax.numpy")
        dtype = jnp.result_type(theta, *leaves)
        if not jnp.issubdtype(dtype, jnp.floating):
            dtype = jnp.result_type(float)
        return self._compiled(wanted)(dtype, theta, leaves, self._share(leaves))

    def _share(self, leaves: list[Any]) -> float:
        mean = self.options.reduce == "mean"
        return 1.0 / (self._examples(leaves) or 1) if mean else 1.0

    def _examples(self, leaves: list[Any]) -> int | None:
        return self._for(None).examples(leaves)

    def _values(self, theta: Any, leaves: list[Any]) -> list[Any]:
        """The rows of all outputs; of a single one, reduced."""
        found = self._found(None, theta, leaves)
        batch = self._examples(leaves) is not None
        if len(found.rows) > 1:
            return [row if batch else row[0] for row in found.rows]
        if batch and not self.runner.each:
            return [found.rows[0].sum() * self._share(leaves)]
        return [self._one(found, leaves)]

    def _one(self, found: Found, leaves: list[Any]) -> Any:
        """The value of a single output, added up if its gradient is."""
        return found.rows[0] if self.runner.each else found.rows[0][0] * self._share(leaves)

    def _with_tangents(self, primals: Any, tangents: Any) -> tuple[list[Any], list[Any]]:
        """The value, and its derivative along tangents, by the gradient that we know."""
        if len(self.runner.graph.outputs) != 1:
            self.runner.check(())
        zero = library("jax.custom_derivatives").SymbolicZero
        (theta, leaves), (of_theta, of_leaves) = primals, tangents
        along = {-1: of_theta, **dict(enumerate(of_leaves))}
        along = {block: t for block, t in along.items() if not isinstance(t, zero)}
        found = self._found(tuple(along), theta, leaves)
        value, jnp = self._one(found, leaves), library("jax.numpy")
        total = jnp.zeros_like(value)
        for block, tangent in along.items():
            messages = found.gradients[block] * self._for(None).columns(block, tangent)
            total = total + messages.sum(0 if self.runner.each else None)
        return [value], [total]

    def _gradient(self, found: Found, arguments: Arguments, chosen: Chosen) -> Any:
        if chosen is None:
            table = found.gradients[-1]
            return table.T if self.runner.each else table[:, 0]
        parts = (
            self._part(found.gradients[n], block)
            for n, block in enumerate(self.blocks) if block.argument in chosen
        )  # fmt: skip
        built = {i: arguments.builds[i](parts) for i in sorted(chosen)}
        several = tuple(built[i] for i in chosen)
        return several[0] if self.runner.is_one else several

    def _part(self, table: Any, block: Block) -> Any:
        """A block's gradient, given as a table, in the shape of its leaf."""
        shape = block.shape or ()
        if self.runner.each or block.batched:
            return table.T.reshape(-1, *shape)
        column = table.reshape(shape)
        return column if block.listed is None else block.listed(column)


def _tagged(x: Any, given: list[Any]) -> Any:
    """A structure in which numbers say which of `given` stands where."""
    is_array = hasattr(x, "shape") and hasattr(x, "dtype")
    if is_array or type(x) in (int, float, bool):
        whole = x.dtype.kind in "iu" if is_array else type(x) is int
        tag = len(given) if whole else float(len(given))
        given.append(x)
        return np.broadcast_to(tag, x.shape) if is_array and x.shape else tag
    container = opened(x)
    if container is None:
        return x
    return container.build([_tagged(part, given) for _, part in container.parts])


def _untagged(leaf: Any, given: Sequence[Any]) -> Any:
    if isinstance(leaf, (list, tuple)):
        jnp = library("jax.numpy")
        return jnp.stack([jnp.asarray(given[int(tag)]) for tag in leaf])
    tag = leaf if not isinstance(leaf, np.ndarray) else leaf.flat[0]
    return given[int(tag)]


def _shaped(rows: list[Any], shape: tuple[int, ...] | None) -> Any:
    """The only row, or rows as an array of this shape; an axis of examples stays the first."""
    if shape is None:
        return rows[0]
    table = library("jax.numpy").stack(rows, -1)
    return table.reshape(*table.shape[:-1], *shape)
