"""Initialisation of weights: the ways to draw the first numbers.

Random initial weights break the symmetry between neurons (the blog post); their scale decides
whether signals and gradients keep their size from layer to layer. Every scheme draws from
Python's `random`, so `random.seed(…)` reproduces a network. Biases start at 0.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from functools import partial
from typing import Any

from autograd import Value
from nn.checks import as_number, choice
from nn.errors import ArgumentError, KindError
from nn.foreign import elsewhere

Seed = Any
"""An integer, a `random.Random` to draw from, or None for Python's `random` itself."""
Scheme = Callable[[int, int, Any], float]
"""(fan_in, fan_out, generator) -> one weight."""
Init = str | Callable[[int, int], float]
"""The name of a scheme, or a user's own (fan_in, fan_out) -> one weight."""


def uniform(fan_in: int, fan_out: int, rng: Any) -> float:
    """U(−1, 1), whatever the size of the layer: micrograd's."""
    return float(rng.uniform(-1, 1))


def zeros(fan_in: int, fan_out: int, rng: Any) -> float:
    """0: all neurons of a layer stay equal. For showing why not, and for output layers."""
    return 0.0


def xavier_uniform(fan_in: int, fan_out: int, rng: Any) -> float:
    """U(−k, k) with k = √(6/(fan_in + fan_out)) (Glorot and Bengio): for tanh and sigmoid."""
    k = math.sqrt(6.0 / (fan_in + fan_out))
    return float(rng.uniform(-k, k))


def xavier_normal(fan_in: int, fan_out: int, rng: Any) -> float:
    """N(0, 2/(fan_in + fan_out)) (Glorot and Bengio): for tanh and sigmoid."""
    return float(rng.gauss(0.0, math.sqrt(2.0 / (fan_in + fan_out))))


def kaiming_uniform(fan_in: int, fan_out: int, rng: Any) -> float:
    """U(−k, k) with k = √(6/fan_in) (He and others): for ReLU."""
    k = math.sqrt(6.0 / fan_in)
    return float(rng.uniform(-k, k))


def kaiming_normal(fan_in: int, fan_out: int, rng: Any) -> float:
    """N(0, 2/fan_in) (He and others): for ReLU."""
    return float(rng.gauss(0.0, math.sqrt(2.0 / fan_in)))


def lecun_uniform(fan_in: int, fan_out: int, rng: Any) -> float:
    """U(−k, k) with k = √(3/fan_in) (LeCun and others)."""
    k = math.sqrt(3.0 / fan_in)
    return float(rng.uniform(-k, k))


def lecun_normal(fan_in: int, fan_out: int, rng: Any) -> float:
    """N(0, 1/fan_in) (LeCun and others)."""
    return float(rng.gauss(0.0, math.sqrt(1.0 / fan_in)))


def fan_in_uniform(fan_in: int, fan_out: int, rng: Any) -> float:
    """U(−k, k) with k = 1/√fan_in: PyTorch's for `Linear`, for the biases too."""
    k = 1.0 / math.sqrt(fan_in)
    return float(rng.uniform(-k, k))


SCHEMES: dict[str, Scheme] = {
    "uniform": uniform,
    "zeros": zeros,
    "xavier_uniform": xavier_uniform,
    "xavier_normal": xavier_normal,
    "glorot_uniform": xavier_uniform,
    "glorot_normal": xavier_normal,
    "kaiming_uniform": kaiming_uniform,
    "kaiming_normal": kaiming_normal,
    "he_uniform": kaiming_uniform,
    "he_normal": kaiming_normal,
    "lecun_uniform": lecun_uniform,
    "lecun_normal": lecun_normal,
    "fan_in_uniform": fan_in_uniform,
}
"""Every scheme by name: U(a, b) is uniform, N(0, v) normal with variance v."""


# Into parameters that there are, as PyTorch writes it: `nn.init.xavier_uniform_(layer.weight)`.


def _filler(scheme: Scheme) -> Callable[..., None]:
    def fill(weight: Any, *, seed: Seed = None) -> None:
        rows = weight if isinstance(weight, (list, tuple)) else None
        if not rows or not all(isinstance(row, (list, tuple)) and row for row in rows):
            raise ArgumentError(
                f"{scheme.__name__}_ is for rows of weights, such as layer.weight; for a list of "
                "biases there are zeros_, constant_, uniform_ and normal_"
            )
        rng = generator(seed)
        _fill(weight, lambda: scheme(len(rows[0]), len(rows), rng))

    fill.__name__ = fill.__qualname__ = f"{scheme.__name__}_"
    fill.__doc__ = f"Draw rows of weights anew. {scheme.__doc__}"
    return fill


xavier_uniform_, xavier_normal_ = _filler(xavier_uniform), _filler(xavier_normal)
kaiming_uniform_, kaiming_normal_ = _filler(kaiming_uniform), _filler(kaiming_normal)


def constant_(weight: Any, val: float) -> None:
    """Give every parameter in `weight`, a Value or lists of them, the same number.

    >>> bias = [Value(1.0), Value(2.0)]
    >>> constant_(bias, 0.5)
    >>> [b.data for b in bias]
    [0.5, 0.5]
    """
    _fill(weight, lambda: val)


def zeros_(weight: Any) -> None:
    """Give every parameter in `weight` the number 0."""
    constant_(weight, 0.0)


def ones_(weight: Any) -> None:
    """Give every parameter in `weight` the number 1."""
    constant_(weight, 1.0)


def uniform_(weight: Any, a: float = 0.0, b: float = 1.0, *, seed: Seed = None) -> None:
    """Draw every parameter in `weight` from U(a, b)."""
    rng = generator(seed)
    _fill(weight, lambda: rng.uniform(a, b))


def normal_(weight: Any, mean: float = 0.0, std: float = 1.0, *, seed: Seed = None) -> None:
    """Draw every parameter in `weight` from N(mean, std²)."""
    rng = generator(seed)
    _fill(weight, lambda: rng.gauss(mean, std))


def _fill(weight: Any, draw: Callable[[], float]) -> None:
    for one in weight if isinstance(weight, (list, tuple)) else ():
        _fill(one, draw)
    if isinstance(weight, Value):
        weight.data = as_number(draw(), "a parameter")
    elif not isinstance(weight, (list, tuple)):
        raise KindError(f"give a parameter, or lists of them, not {type(weight).__name__}")


def get(init: Init) -> Scheme:
    """The scheme with this name, or a user's own function (fan_in, fan_out) -> weight.

    Raises:
        ArgumentError: no scheme has that name. KindError: neither a name nor a function.

    >>> get("he_normal") is get("kaiming_normal")
    True
    """
    allowed = "'xavier_uniform' or a function (fan_in, fan_out) -> weight"
    found: Any = choice(init, SCHEMES, "init", allowed)
    return found if found in SCHEMES.values() else partial(_own, found)


def _own(init: Callable[[int, int], float], fan_in: int, fan_out: int, rng: Any) -> float:
    weight = as_number(init(fan_in, fan_out), "a weight that init= gives")
    if not math.isfinite(weight):
        raise ArgumentError(f"a weight that init= gives must be finite, not {weight!r}")
    return weight


def generator(seed: Seed) -> Any:
    """The source of random numbers: Python's `random` itself, unless a seed is given."""
    if seed is None or seed is random:
        return random
    if isinstance(seed, random.Random):
        return seed
    if hasattr(seed, "__index__"):
        if seed < 0:  # which Python takes for the positive number
            raise ArgumentError(f"seed= must be 0 or more, not {seed!r}")
        return random.Random(int(seed))
    raise KindError(f"seed= must be an integer, a random.Random or None, not {type(seed).__name__}")


globals()["__getattr__"] = elsewhere(__name__)  # by this way, or for type checkers all would exist
