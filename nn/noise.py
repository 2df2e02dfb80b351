"""Noise: the random numbers that a model draws for an example, as dropout and sampling do.

A model asks for them by `normal` and `uniform`, wherever it computes. Who computes says where they
come from: `fit` and `compiled_step` draw them for a whole batch from a generator of their own and
hand them out, so that one seed gives the same numbers Value by Value and by a program, in which
they are one more input; `predict` and whatever measures hand out none (`off`), and a model is then
what it is on average. A model that is called by itself draws from Python's `random`, as weights do.

>>> class Jitter:
...     def __call__(self, x):
...         return [a + 0.1 * e for a, e in zip(x, normal(len(x)), strict=True)]
>>> model, kinds = Jitter(), ("normal", "normal")
>>> row = table(kinds, 1, np.random.default_rng(0))[0].tolist()
>>> with handed_out(row, kinds):
...     print([round(a, 4) for a in model([1.0, 2.0])])
[1.0126, 1.9868]
>>> with off():
...     model([1.0, 2.0])
[1.0, 2.0]
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from autograd import TraceError, is_tracing
from nn.checks import Array, as_size


class Distribution(NamedTuple):
    """Numbers of a kind: by Python's `random`, by a NumPy generator, and on average."""

    one: Callable[[], float]
    many: Callable[[np.random.Generator, Any], Array]
    mean: float


_DISTRIBUTIONS = {
    "normal": Distribution(
        lambda: random.gauss(0.0, 1.0), lambda rng, shape: rng.standard_normal(shape), 0.0
    ),
    "uniform": Distribution(random.random, lambda rng, shape: rng.random(shape), 0.5),
}


def normal(n: int | None = None) -> Any:
    """Draw n numbers of mean 0 and standard deviation 1, a list; one number without n.

    A sample of N(μ, σ²) is μ + σ·ε: so the gradient reaches μ and σ (reparametrisation).

    Raises:
        ArgumentError, KindError: n is no positive integer. autograd.TraceError: a program is
            traced for which nobody draws.

    >>> import random
    >>> random.seed(0)
    >>> round(normal(), 4), len(normal(3))
    (0.9417, 3)
    """
    return _drawn("normal", n)


def uniform(n: int | None = None) -> Any:
    """Draw n numbers from 0 to 1 (exclusive), a list; one number without n. See `normal`.

    >>> import random
    >>> random.seed(0)
    >>> round(uniform(), 4)
    0.8444
    """
    return _drawn("uniform", n)


def is_off() -> bool:
    """True while a model is measured or used, not trained: dropout then keeps everything."""
    return _source.get() is _OFF


@dataclass
class Source:
    """Numbers for one example, in the order in which a model asks for them.

    Attributes:
        numbers, kinds: what there is, and of what distributions.
        rng: where more comes from, if a model asks for others; None: it must not.
        asked: the kinds that were asked for.
    """

    numbers: Sequence[Any] = ()
    kinds: Sequence[str] = ()
    rng: np.random.Generator | None = None
    asked: list[str] = field(default_factory=list)

    def next(self, kind: str) -> Any:
        """The next number, which is to be of this kind."""
        place = len(self.asked)
        self.asked.append(kind)
        if place < len(self.kinds) and self.kinds[place] == kind:
            return self.numbers[place]
        if self.rng is None:
            raise TraceError(
                "the model draws other random numbers than for the first example, and a program "
                "is given equally many for each; draw as many of each kind whatever the example"
            )
        return float(_DISTRIBUTIONS[kind].many(self.rng, ()))


_OFF = Source()
_source: ContextVar[Source | None] = ContextVar("source of noise", default=None)


def handed_out(numbers: Sequence[Any] = (), kinds: Sequence[str] = (), rng: Any = None) -> Any:
    """A block in which a model is given these numbers; gives the `Source`."""
    return _from(Source(numbers, kinds, rng))


def off() -> Any:
    """A block in which nothing is drawn: a model is given the mean of each distribution."""
    return _from(_OFF)


@contextmanager
def _from(source: Source) -> Iterator[Source]:
    token = _source.set(source)
    try:
        yield source
    finally:
        _source.reset(token)


def table(kinds: tuple[str, ...], examples: int, rng: np.random.Generator) -> Array:
    """Numbers of these kinds for some examples, a row for each."""
    found = np.empty((examples, len(kinds)))
    for kind, columns in _columns(kinds).items():
        found[:, columns] = _DISTRIBUTIONS[kind].many(rng, (examples, len(columns)))
    return found


@lru_cache(64)
def _columns(kinds: tuple[str, ...]) -> dict[str, list[int]]:
    return {
        kind: [i for i, one in enumerate(kinds) if one == kind]
        for kind in _DISTRIBUTIONS
        if kind in kinds
    }


def _drawn(kind: str, n: int | None) -> Any:
    if n is not None:
        return [_one(kind) for _ in range(as_size(n, "the count of random numbers"))]
    return _one(kind)


def _one(kind: str) -> Any:
    source = _source.get()
    if source is _OFF:
        return _DISTRIBUTIONS[kind].mean
    if source is not None:
        return source.next(kind)
    if is_tracing():
        raise TraceError(
            "the model draws random numbers, and a program repeats what its trace saw. nn.fit and "
            "nn.compiled_step draw for it, batch by batch; in a program of your own, use it after "
            "model.eval(), or let the numbers come in as an argument"
        )
    return _DISTRIBUTIONS[kind].one()
