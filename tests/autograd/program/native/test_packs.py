"""Packs: calls of one function together, in an order in which operands come first."""

from __future__ import annotations

import random

import numpy as np
import pytest

import autograd as ag
from autograd.program.native.chunks import chunks
from autograd.program.native.instructions import LOADS, Instruction
from autograd.program.native.packs import packs


def code(seed: int, n: int = 300) -> list[Instruction]:
    """Instructions that load, add and call, each of some before it."""
    rng = random.Random(seed)
    found = [Instruction("parameter", (), (i,)) for i in range(5)]
    for _ in range(n):
        op = rng.choice(["add", "tanh", "exp", "power"])
        count = 2 if op in ("add", "power") else 1
        args = [rng.choice([0.5, rng.randrange(len(found))]) for _ in range(count)]
        found.append(Instruction(op, tuple(args)))
    return found


@pytest.mark.parametrize("seed", range(5))
def test_operands_come_first_and_packs_are_of_one_function(seed: int) -> None:
    instructions = code(seed)
    (chunk,), _ = chunks(instructions)
    found = packs(instructions, chunk, lambda op: 1 if op == "add" else 8)
    done: set[int] = {i for i, x in enumerate(instructions) if x.op in LOADS}
    for together in found:
        assert len({instructions[i].op for i in together}) == 1
        assert 1 <= len(together) <= (1 if instructions[together[0]].op == "add" else 8)
        for i in together:
            assert all(a in done for a in instructions[i].args if isinstance(a, int))
        done.update(together)
    assert sorted(done) == [*range(len(instructions))]
    assert any(len(together) > 1 for together in found)


@pytest.mark.parametrize("count", range(1, 20))
def test_one_example_of_many_calls(count: int) -> None:
    """Packs of every length, full or not, of one operand and of two."""
    xs = np.linspace(-2.0, 3.0, count).tolist()

    def f(x: list[ag.Value]) -> ag.Value:
        calls = [ag.tanh(a) * ag.cos(b) + ag.atan2(a, b) for a, b in zip(x, x[::-1], strict=True)]
        return ag.sum(calls) + ag.exp(ag.sin(ag.sum(x)))

    want, slopes = ag.value_and_grad(f)(xs)
    value, gradient = ag.compile(f, argnums=0, backend="native").value_and_grad(xs)
    np.testing.assert_allclose(value, want, rtol=1e-13)
    np.testing.assert_allclose(gradient, slopes, rtol=1e-12, atol=1e-14)
