"""Optimisers: how parameters θ follow their gradients g downhill.

The update rule of gradient descent is θ ← θ − η ∂C/∂θ (the blog post). The others keep
running averages of g. Names, defaults and formulas are PyTorch's:

    optimizer = SGD(model.parameters(), lr=0.1)
    for each batch: loss.backward(); optimizer.step(); optimizer.zero_grad()

A parameter that no gradient has reached since `zero_grad()` stays as it is, as in PyTorch.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from nn.checks import Array, finite
from nn.errors import ArgumentError, KindError
from nn.optim.base import Optimizer, namespace


@dataclass(eq=False, repr=False)
class SGD(Optimizer):
    """Stochastic gradient descent, with momentum if asked for: θ ← θ − η v.

        g ← g + λθ;   v ← g at first, then μv + (1 − d)g;   v ← g + μv with Nesterov

    Args:
        lr: η. momentum: μ. dampening: d. weight_decay: λ. nesterov: look ahead.

    Raises:
        ArgumentError: a setting is negative, nan or infinite; Nesterov without momentum or with
            dampening.

    >>> from autograd import Value
    >>> w = Value(1.0)
    >>> optimizer = SGD([w], lr=0.1)
    >>> (w ** 2).backward()
    >>> optimizer.step()
    >>> w.data
    0.8
    """

    lr: float = 1e-3
    momentum: float = 0.0
    dampening: float = field(default=0.0, metadata={"least": -math.inf})
    weight_decay: float = 0.0
    nesterov: bool = False

    _averages = ("momentum_buffer",)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.nesterov and (self.momentum == 0.0 or self.dampening != 0.0):
            raise ArgumentError("nesterov=True needs a momentum above 0 and dampening=0")

    def _change(self, theta: Array, g: Array, s: dict[str, Array], t: Array) -> Array:
        g = g + self.weight_decay * theta if self.weight_decay else g
        if self.momentum:
            running = self.momentum * s["momentum_buffer"] + (1.0 - self.dampening) * g
            v = s["momentum_buffer"] = namespace(theta).where(t == 1.0, g, running)
            g = g + self.momentum * v if self.nesterov else v
        return theta - self.lr * g


@dataclass(eq=False, repr=False)
class RMSprop(Optimizer):
    """RMSprop: θ ← θ − η g / (√s + ε), with s ← αs + (1 − α)g² (Hinton).

        g ← g + λθ;   centred: s − ḡ² for s, with ḡ ← αḡ + (1 − α)g;
        with momentum: v ← μv + g / (√s + ε) and θ ← θ − ηv

    Args:
        lr: η. alpha: α. eps: ε. weight_decay: λ. momentum: μ. centered: divide by the deviation.

    Raises:
        ArgumentError: a setting is negative, nan or infinite.

    >>> from autograd import Value
    >>> w = Value(1.0)
    >>> optimizer = RMSprop([w], lr=0.1)
    >>> (w ** 2).backward()
    >>> optimizer.step()
    >>> w.data
    4.999999791976961e-08
    """

    lr: float = 1e-2
    alpha: float = 0.99
    eps: float = 1e-8
    weight_decay: float = 0.0
    momentum: float = 0.0
    centered: bool = False

    _averages = ("square_avg", "grad_avg", "momentum_buffer")

    def _change(self, theta: Array, g: Array, s: dict[str, Array], t: Array) -> Array:
        g = g + self.weight_decay * theta if self.weight_decay else g
        v = s["square_avg"] = self.alpha * s["square_avg"] + (1.0 - self.alpha) * g * g
        if self.centered:
            m = s["grad_avg"] = s["grad_avg"] + (1.0 - self.alpha) * (g - s["grad_avg"])
            v = v - m * m
        scaled = g / (namespace(theta).sqrt(v) + self.eps)
        if self.momentum:
            scaled = s["momentum_buffer"] = self.momentum * s["momentum_buffer"] + scaled
        return theta - self.lr * scaled


RMSProp = RMSprop
"""Another way to write `RMSprop`."""


@dataclass(eq=False, repr=False)
class Adam(Optimizer):
    """Adam: θ ← θ − η m̂ / (√v̂ + ε), from running averages of g and g² (Kingma and Ba).

        g ← g + λθ;   m ← β₁m + (1 − β₁)g;   v ← β₂v + (1 − β₂)g²;
        m̂ = m/(1 − β₁ᵗ);   v̂ = v/(1 − β₂ᵗ) in step t, or the largest v so far (AMSGrad)

    Args:
        lr: η. betas: (β₁, β₂). eps: ε. weight_decay: λ. amsgrad: never take larger steps again.

    Raises:
        ArgumentError: a setting is negative, nan or infinite, or a beta is not below 1.

    >>> from autograd import Value
    >>> w = Value(1.0)
    >>> optimizer = Adam([w], lr=0.1)
    >>> (w ** 2).backward()
    >>> optimizer.step()
    >>> w.data
    0.9000000005
    """

    lr: float = 1e-3
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    weight_decay: float = 0.0
    amsgrad: bool = False

    _averages = ("exp_avg", "exp_avg_sq", "max_exp_avg_sq")

    def __post_init__(self) -> None:
        super().__post_init__()
        self.betas = _checked_betas(self.betas)

    def _change(self, theta: Array, g: Array, s: dict[str, Array], t: Array) -> Array:
        g = g + self.weight_decay * theta if self.weight_decay else g
        return self._adapt(theta, g, s, t)

    def _adapt(self, theta: Array, g: Array, s: dict[str, Array], t: Array) -> Array:
        (beta1, beta2), xp = self.betas, namespace(theta)
        m = g - s["exp_avg"]
        m *= 1.0 - beta1
        m += s["exp_avg"]
        v = (1.0 - beta2) * g
        v *= g
        v += beta2 * s["exp_avg_sq"]
        s["exp_avg"], s["exp_avg_sq"] = m, v
        if self.amsgrad:
            v = s["max_exp_avg_sq"] = xp.maximum(s["max_exp_avg_sq"], v)
        scale = (1.0 - beta2**t) ** 0.5  # times ε and η, instead of the array √v: a pass less
        root = xp.sqrt(v)
        root += self.eps * scale
        step = self.lr / (1.0 - beta1**t) * scale * m
        step /= root
        return theta - step


@dataclass(eq=False, repr=False)
class AdamW(Adam):
    """Adam with decoupled weight decay: θ ← θ − ηλθ first, then Adam's step (Loshchilov, Hutter).

    Args and errors as for `Adam`; weight_decay is 0.01 by default.

    >>> from autograd import Value
    >>> w = Value(1.0)
    >>> optimizer = AdamW([w], lr=0.1)
    >>> (w ** 2).backward()
    >>> optimizer.step()
    >>> w.data
    0.8990000005
    """

    weight_decay: float = 1e-2

    def _change(self, theta: Array, g: Array, s: dict[str, Array], t: Array) -> Array:
        return self._adapt(theta * (1.0 - self.lr * self.weight_decay), g, s, t)


def _checked_betas(betas: Any) -> tuple[float, float]:
    try:
        first, second = betas
    except (TypeError, ValueError):
        raise KindError(f"betas must be two numbers such as (0.9, 0.999), not {betas!r}") from None
    return (
        finite(first, "betas[0]", least=0.0, below=1.0),
        finite(second, "betas[1]", least=0.0, below=1.0),
    )
