"""Losses whose targets are numbers."""

from __future__ import annotations

import math
from typing import Any

import autograd
from autograd import clip, log, mean
from nn.checks import finite
from nn.errors import ShapeError
from nn.loss_checks import checked_variance, numbers_of, pairs_of
from nn.losses.table import enter
from nn.text import counted

__tracebackhide__ = True


@enter()
def quadratic(output: Any, target: Any) -> Any:
    """Quadratic cost C = ½ Σⱼ (yⱼ − aⱼ)², with ∂C/∂aⱼ = aⱼ − yⱼ (Nielsen, Lei and the blog post).

    Raises:
        ShapeError: there are more outputs than targets, or fewer.

    >>> quadratic([1.0, 2.0], [0.0, 4.0])
    2.5
    """
    return 0.5 * autograd.sum([(a - y) ** 2 for a, y in pairs_of(output, target)])


@enter()
def mse(output: Any, target: Any) -> Any:
    """Mean squared error (1/n) Σⱼ (yⱼ − aⱼ)², with derivative 2(aⱼ − yⱼ)/n. PyTorch's MSELoss.

    Raises:
        ShapeError: there are more outputs than targets, or fewer.

    >>> mse([1.0, 2.0], [0.0, 4.0])
    2.5
    """
    return mean([(a - y) ** 2 for a, y in pairs_of(output, target)])


@enter()
def l1(output: Any, target: Any) -> Any:
    """Mean absolute error (1/n) Σⱼ |aⱼ − yⱼ|, with derivative sign(aⱼ − yⱼ)/n. PyTorch's L1Loss.

    Raises:
        ShapeError: there are more outputs than targets, or fewer.

    >>> l1([1.0, 2.0], [0.0, 4.0])
    1.5
    """
    return mean([abs(a - y) for a, y in pairs_of(output, target)])


@enter()
def huber(output: Any, target: Any, delta: float = 1.0) -> Any:
    """Huber loss (1/n) Σⱼ h(aⱼ − yⱼ): h(d) = ½d² for |d| ≤ δ, else δ(|d| − ½δ).

    Its derivative is aⱼ − yⱼ, kept between −δ and δ, over n. PyTorch's HuberLoss: another δ is
    `nn.HuberLoss(delta=2.0)`.

    Raises:
        ShapeError: there are more outputs than targets, or fewer.
        ArgumentError: delta is not a positive finite number.

    >>> huber(0.5, 0.0), huber(3.0, 0.0)
    (0.125, 2.5)
    """
    delta = finite(delta, "delta of huber", above=0.0)
    return mean([_huber(a - y, delta) for a, y in pairs_of(output, target)])


@enter()
def smooth_l1(output: Any, target: Any, beta: float = 1.0) -> Any:
    """Smooth absolute error (1/n) Σⱼ s(aⱼ − yⱼ): s(d) = ½d²/β for |d| < β, else |d| − ½β.

    It is `huber` with δ = β, divided by β. PyTorch's SmoothL1Loss.

    Raises:
        ShapeError: there are more outputs than targets, or fewer.
        ArgumentError: beta is not a positive finite number; for 0 write `l1`.

    >>> smooth_l1(0.25, 0.0, beta=0.5), smooth_l1(3.0, 0.0, beta=0.5)
    (0.0625, 2.75)
    """
    beta = finite(beta, "beta of smooth_l1", above=0.0)
    return huber(output, target, beta) / beta


@enter()
def gaussian_nll(output: Any, target: Any, full: bool = False, eps: float = 1e-6) -> Any:
    """−ln of normal densities with means aⱼ and variances vⱼ: (1/n) Σⱼ ½[ln vⱼ + (aⱼ − yⱼ)²/vⱼ].

    PyTorch's GaussianNLLLoss, where the output is one: the n means first, then the n variances, in
    one list or in a tuple of two. A variance below ε counts as ε, with derivative 0.

    Args:
        output, target: 2n numbers, and n.
        full: whether to add the constant ½ ln 2π.
        eps: ε.

    Raises:
        ShapeError: there are not twice as many outputs as targets.
        ArgumentError: a variance is negative; have the model give `autograd.softplus` or `exp` of
            a number. Or eps is not a positive finite number.

    >>> gaussian_nll([1.0, 4.0], 3.0)     # ½(ln 4 + 1)
    1.1931471805599454
    """
    eps = finite(eps, "eps of gaussian_nll", above=0.0)
    parts = output if isinstance(output, tuple) else (output,)
    found = [one for part in parts for one in numbers_of(part, "the output")]
    targets = numbers_of(target, "the target")
    n = len(targets)
    if len(found) != 2 * n:
        raise ShapeError(
            "gaussian_nll needs a mean and a variance for each target, first all means, not "
            f"{counted(len(found), 'output')} for {counted(n, 'target')}"
        )
    pairs = pairs_of(found[:n], targets)
    variances = [clip(checked_variance(v), eps) for v in found[n:]]
    costs = [log(v) + (a - y) ** 2 / v for (a, y), v in zip(pairs, variances, strict=True)]
    return 0.5 * mean(costs) + (0.5 * math.log(2.0 * math.pi) if full else 0.0)


def _huber(d: Any, delta: float) -> Any:
    # c = d kept within ±δ makes c(d − ½c) both branches at once, with derivative c.
    c = clip(d, -delta, delta)
    return c * (d - 0.5 * c)
