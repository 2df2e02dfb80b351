"""A program's statements as a pure function of JAX arrays, on one device or over a mesh.

Over a mesh, every device runs the statements for its share of the examples, and what all examples
share, the result and the gradient of parameters, is added up at the end: by one all-reduce.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.errors import ArgumentError
from autograd.program.backends.jax.arrays import library
from autograd.program.backends.jax.interpreter import Interpreter
from autograd.program.statements import Statements
from autograd.program.tracing.arguments import Block


class Found(NamedTuple):
    """Results of a pure function.

    Attributes:
        rows: for each output a number for every example; of the first their sum, where a gradient
            of that is asked for.
        gradients: by block (−1: the parameters), of shape (elements, examples or 1).
        misses: those of `Interpreter`, a row for each `take`.
    """

    rows: list[Any]
    gradients: dict[int, Any]
    misses: Any


class PureFunction:
    """Outputs, and gradients if the statements go backward, of JAX arrays.

    Args:
        blocks: of the arguments.
        wanted: the blocks that gradients are wanted for (−1: the parameters); None for none.
        each: gradients are wanted for each example.
        mesh: the batch is spread over its first axis; None for one device.
        outputs: so many of the outputs are those of the function, the others the gradient, block
            after block, of each example; None where the statements go backward.
    """

    def __init__(
        self,
        statements: Statements,
        blocks: Sequence[Block],
        wanted: tuple[int, ...] | None,
        *,
        each: bool,
        mesh: Any,
        outputs: int | None = None,
    ) -> None:
        self.statements, self.blocks, self.wanted = statements, blocks, wanted
        self.each, self.mesh, self._outputs = each, mesh, outputs
        self._adds_up = wanted is not None and not each

    def __call__(self, dtype: Any, theta: Any, leaves: Sequence[Any], share: Any) -> Found:
        """Run for parameters and leaves; `share` is ∂(result)/∂(one example's value)."""
        n = self.examples(leaves)
        if self.mesh is None or n is None:
            return self._local(dtype, theta, leaves, None, share)
        more = -n % self.mesh.shape[self.mesh.axis_names[0]]
        if not more:
            return self._sharded(dtype, theta, leaves, None, share)
        padded = [
            _padded(leaf, more) if block.batched else leaf
            for leaf, block in zip(leaves, self.blocks, strict=True)
        ]
        counted = np.arange(n + more) < n
        found = self._sharded(dtype, theta, padded, counted, share)
        summed = found.rows[: self._adds_up]
        rows = [*summed, *(row[:n] for row in found.rows[self._adds_up :])]
        gradients = {b: g[:, :n] if self._is_own(b) else g for b, g in found.gradients.items()}
        return Found(rows, gradients, found.misses)

    def examples(self, leaves: Sequence[Any]) -> int | None:
        """The length of the batch axis; None without one."""
        batches = (leaf for leaf, b in zip(leaves, self.blocks, strict=True) if b.batched)
        return next(map(len, batches), None)

    def columns(self, block: int, leaf: Any) -> Any:
        """A leaf, or the parameters (−1), as a table (elements, examples or 1)."""
        jnp = library("jax.numpy")
        if block >= 0 and self.blocks[block].batched:
            return jnp.reshape(leaf, (len(leaf), -1)).T
        return jnp.reshape(leaf, (-1, 1))

    def _is_own(self, block: int) -> bool:
        """True for a gradient with a column for each example."""
        return self.each or (block >= 0 and self.blocks[block].batched)

    def _local(self, dtype: Any, theta: Any, leaves: Any, counted: Any, share: Any) -> Found:
        """Run on one device; `counted` says which examples are real ones (None: all)."""
        jnp, program = library("jax.numpy"), self.statements
        n = self.examples(leaves) or 1
        run = Interpreter(program, n, dtype)
        for block in program.leaves:
            run.read(block, self.columns(block, theta if block < 0 else leaves[block]))
        rows = run.outputs()
        seed = jnp.asarray(share, dtype)
        if program.seed is not None and not program.seed.array.batched:
            seed *= n if counted is None else counted.sum()
        elif counted is not None:
            seed *= counted
        if self._outputs is None:
            gradients = run.gradients(seed)
        else:
            rows, gradients = self._split(rows, seed, theta, leaves)
        for block in self.wanted or ():
            if block not in gradients:  # nothing depends on it
                size = self.columns(block, theta if block < 0 else leaves[block]).shape[0]
                gradients[block] = jnp.zeros((size, n if self._is_own(block) else 1), dtype)
        if self._adds_up:
            row = rows[0] if counted is None else jnp.where(counted, rows[0], 0.0)
            rows = [row.sum(keepdims=True), *rows[1:]]
        misses = [jnp.array(miss, dtype) for miss in run.misses]
        return Found(rows, gradients, jnp.array(misses).reshape(-1, 3))

    def _split(
        self, rows: list[Any], seed: Any, theta: Any, leaves: Any
    ) -> tuple[list[Any], dict[int, Any]]:
        """The function's own outputs, and the gradient that the others are."""
        jnp, start = library("jax.numpy"), self._outputs
        gradients: dict[int, Any] = {}
        for block in self.wanted or ():
            size = self.columns(block, theta if block < 0 else leaves[block]).shape[0]
            if size:
                table = jnp.stack(rows[start : start + size]) * seed
                own = self._is_own(block)
                gradients[block] = table if own else table.sum(1, keepdims=True)
            start += size
        return rows[: self._outputs], gradients

    # Over a mesh

    def placed(self, leaves: Sequence[Any]) -> list[Any]:
        """The leaves on their devices: batches spread over the mesh.

        Of several processes, each gives its own examples, equally many.

        Raises:
            ArgumentError: the devices of a process cannot share its examples evenly. (One process
                alone may have any number: the function fills it up.)
        """
        if self.mesh is None:
            return list(leaves)
        return [
            self._spread(leaf) if block.batched else leaf
            for leaf, block in zip(leaves, self.blocks, strict=True)
        ]

    def _spread(self, leaf: Any) -> Any:
        jax, mesh = library("jax"), self.mesh
        axis, processes = mesh.axis_names[0], processes_of(mesh)
        devices = mesh.shape[axis] // processes
        if len(leaf) % devices == 0:
            sharding = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec(axis))
            return jax.make_array_from_process_local_data(sharding, np.asarray(leaf))
        if processes == 1:
            return leaf
        raise ArgumentError(
            f"each process gives a number of examples that its {devices} devices share evenly, "
            f"not {len(leaf)}; leave out the last {len(leaf) % devices}"
        )

    def _sharded(self, dtype: Any, theta: Any, leaves: Any, counted: Any, share: Any) -> Found:
        jax, P = library("jax"), library("jax.sharding").PartitionSpec
        axis = self.mesh.axis_names[0]
        by_block = [P(axis) if block.batched else P() for block in self.blocks]
        of_blocks = {b: P(None, axis) if self._is_own(b) else P() for b in self.wanted or ()}
        others = [P(axis)] * (len(self.statements.outputs) - 1)
        run = jax.shard_map(
            lambda *given: self._added_up(axis, self._local(dtype, *given)),
            mesh=self.mesh,
            in_specs=(P(), by_block, P(axis), P()),
            out_specs=Found([P(), *others] if self._adds_up else P(axis), of_blocks, P(axis)),
            check_vma=False,
        )
        found: Found = run(theta, leaves, counted, share)
        return found

    def _added_up(self, axis: str, found: Found) -> Found:
        """The same with what all examples share, together, added up over the devices."""
        jnp, rows, gradients = library("jax.numpy"), found.rows, dict(found.gradients)
        shared = [b for b in gradients if not self._is_own(b)]
        parts = [*rows[: self._adds_up], *(gradients[b] for b in shared)]
        if not parts:
            return found
        ends = np.cumsum([part.size for part in parts])
        together = library("jax.lax").psum(jnp.concatenate([p.ravel() for p in parts]), axis)
        summed = [s.reshape(p.shape)
                  for s, p in zip(jnp.split(together, ends[:-1]), parts, strict=True)]  # fmt: skip
        if self._adds_up:
            rows = [summed.pop(0), *rows[1:]]
        gradients.update(zip(shared, summed, strict=True))
        return Found(rows, gradients, found.misses)


def processes_of(mesh: Any) -> int:
    """The count of processes that a batch is spread over; without a mesh 1."""
    if mesh is None:
        return 1
    along = mesh.devices.reshape(len(mesh.devices), -1)[:, 0]
    return len({device.process_index for device in along})


def _padded(leaf: Any, more: int) -> Any:
    """An array with its last example repeated: what does not count is a computation like others."""
    jnp = library("jax.numpy")
    return jnp.concatenate([leaf, jnp.broadcast_to(leaf[-1:], (more, *np.shape(leaf)[1:]))])
