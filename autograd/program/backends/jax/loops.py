"""Loops of statements as `jax.lax.scan`: JAX compiles the step once."""

from __future__ import annotations

from typing import Any

from autograd.program.statements import Repeat


def repeated(run: Any, repeat: Repeat) -> Any:
    """The results of a loop, among the statements that `run` interprets."""
    loop, jnp = repeat.loop, run.jnp
    columns = run.examples if repeat.batched else 1
    first, *sources, own, shared = [None if x is None else run.evaluate(x) for x in repeat.given]
    carry = jnp.zeros((0, columns), run.dtype) if first is None else first
    items = [
        jnp.zeros((loop.count, 0, 1)) if x is None else x.reshape(loop.count, -1, x.shape[-1])
        for x in sources
    ]
    counts: list[int] = []

    def step(carry: Any, items: Any) -> Any:
        outputs, misses = _outputs(run, repeat, [carry, *items, own, shared], columns)
        counts[:] = [count for *_, count in misses]
        results = jnp.stack(outputs[loop.carried :]) if outputs[loop.carried :] else None
        after = jnp.stack(outputs[: loop.carried]) if loop.carried else carry
        return after, (results, [miss[:2] for miss in misses])

    carry = jnp.broadcast_to(carry, (loop.carried, columns)).astype(run.dtype)
    last, (results, misses) = run.lax.scan(
        step, carry, items, length=loop.count, reverse=loop.backwards
    )
    for (is_miss, worst), count in zip(misses, counts, strict=True):
        run.misses.append((is_miss.any(), worst[is_miss.argmax()], count))
    parts, start = [last], 0
    for size in loop.sizes:
        parts.append(results[:, start : start + size].reshape(-1, columns) if size else last[:0])
        start += size
    return jnp.concatenate(parts)


def _outputs(
    run: Any, repeat: Repeat, blocks: list[Any], columns: int
) -> tuple[list[Any], list[Any]]:  # fmt: skip
    """The outputs of one step, and the indices that were none."""
    program = repeat.body.program
    inner = type(run)(program, run.examples, run.dtype)
    for block in program.leaves:
        inner.read(block, blocks[block])
    return inner.rows_of_outputs(columns), inner.misses
