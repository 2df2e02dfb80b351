"""A run in pieces equals one in a whole: what goes on from one call of `fit` to the next.

The rule: the order of the examples in an epoch depends on the seed and on how many epochs the
optimiser has been through (`optimizer.epochs_done`, a part of its `state_dict`). An optimiser that
was given by name is kept for as long as the model lives, and goes on in the next call if that says
the same of optimiser, lr, seed and batches and finds the parameters as they were left.
"""

from __future__ import annotations

import operator
import weakref
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import count
from typing import Any

import numpy as np

from autograd import Value
from nn.checks import Array
from nn.optim.base import Optimizer

_kept: dict[int, tuple[Any, tuple[Any, ...], Optimizer, list[float]]] = {}
"""By the identity of a model: a weak reference to it, what its last run said, and what it left."""


def orders(rng: np.random.Generator | None, n: int, done: int) -> Iterator[Array]:
    """The order of n examples in each epoch after those that are `done`."""
    if rng is not None:
        for _ in range(done):
            rng.permutation(n)
    while True:
        yield np.arange(n) if rng is None else rng.permutation(n)


def generators(seed: Any, rng: np.random.Generator, done: int) -> Iterator[np.random.Generator]:
    """Generators of the random numbers that the model draws in each epoch after those `done`.

    They depend on seed and epoch; without a seed that says it, they are children of `rng`.
    """
    for epoch in count(done):
        if hasattr(seed, "__index__"):  # the 1 tells it from the seed alone, also in epoch 0
            yield np.random.default_rng([epoch, operator.index(seed), 1])
        else:
            yield rng.spawn(1)[0]


def keep_optimizer(model: Any, said: tuple[Any, ...], optimizer: Any) -> None:
    """Keep the optimiser of a run for one that goes on from there and says the same."""
    key = id(model)
    if isinstance(optimizer, Optimizer):
        with suppress(TypeError):  # of a model that can have no weak reference
            model = weakref.ref(model, lambda _: _kept.pop(key, None))
            _kept[key] = model, said, optimizer, _numbers(optimizer.params)


def forget_optimizer(model: Any) -> None:
    """The next run on this model is a new one."""
    _kept.pop(id(model), None)


def earlier_optimizer(model: Any, said: tuple[Any, ...]) -> Optimizer | None:
    """The optimiser that a run on this model left, if this one goes on from there."""
    if id(model) not in _kept:
        return None
    reference, before, optimizer, numbers = _kept[id(model)]
    if reference() is not model or before != said:
        return None
    theirs = optimizer.params
    same = [*map(id, model.parameters())] == [*map(id, theirs)] and _numbers(theirs) == numbers
    return optimizer if same else None


def _numbers(parameters: Iterable[Value]) -> list[float]:
    return [p.data for p in parameters]
