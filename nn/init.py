"""Initialisation of weights: the ways to draw the first numbers.

Random initial weights break the symmetry between neurons (document 004); their scale decides
whether signals and gradients keep their size from layer to layer. Every scheme draws from
Python's `random`, so `random.seed(…)` reproduces a network. Biases start at 0.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from functools import partial
from typing import Any

from nn.checks import as_number, choice
from nn.errors import ArgumentError, KindError

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
