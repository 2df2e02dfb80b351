"""Findings of `nn.diagnose` in words: one line on each, with what usually helps.

A gradient on its way back is multiplied, layer by layer, by Wᵀ and by σ′ (BP2). A sigmoid's slope
is at most ¼, so that each factor looks harmless and the product over ten layers is a millionth:
depth is judged by the ratio to the last layer, and single steps by the ratio to the next.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from nn.diagnosis.report import LayerReport
from nn.text import counted, some

DEEP = 1e-2
"""A gradient vanishes below this ratio to the last layer's, and explodes above its inverse."""
STEADY = 1.0 / 3.0
"""The same for the factor per layer, where it has gone through at least three: a sigmoid's is at
most ¼ with weights of usual size; networks that learn keep it above 0.5, three deep."""
STEP = 0.1
"""The same for the ratio to the next layer's."""
FAR_OFF, LARGE = 2.0, 2.0
"""Weights are too large from these ratios on, of the loss to that of outputs of 0, and of their
size to the usual. U(−1, 1) on 64 pixels gives 3.2 and 3.3; 20 epochs of Adam then get 0.90 of the
digits right, and 0.96 from usual weights."""
MANY = 0.25
"""Advice is given from this share of saturated units on."""

Layers = Sequence[LayerReport]


class _Failure(NamedTuple):
    """A way in which a gradient goes wrong: which ratios are the worst, and which too bad."""

    verdict: str
    verb: str
    worst: Callable[..., Any]
    beyond: Callable[[float, float], bool]


_FAILURES = (
    _Failure("vanishes", "shrinks", min, lambda ratio, limit: ratio < limit),
    _Failure("explodes", "grows", max, lambda ratio, limit: ratio > 1.0 / limit),
)


def advice(layers: Layers, loss: float, loss_of_zeros: float) -> Iterator[str]:
    """One line on each kind of finding, naming the layers where it was made."""
    yield from _not_finite(layers)
    yield from _far_off(layers, loss, loss_of_zeros)
    yield from _without_gradient(layers)
    yield from list(_over_depth(layers)) or _in_one_step(layers)
    yield from _saturated(layers)
    yield from _dead(layers)
    yield from _slow(layers)


def _not_finite(layers: Layers) -> Iterator[str]:
    bad = [layer for layer in layers if not math.isfinite(layer.gradient_norm)]
    if bad:
        yield (
            f"{_named(bad)}: the gradient is nan or infinite. Smaller initial weights, "
            "standardised inputs; autograd.detect_anomaly() names the first operation that gives "
            "such a number."
        )


def _far_off(layers: Layers, loss: float, loss_of_zeros: float) -> Iterator[str]:
    """Weights so large that the outputs are further off than those of a network of zeros."""
    hit = [layer for layer in layers if layer.weight_scale >= LARGE]
    if hit and loss_of_zeros > 0.0 and FAR_OFF <= loss / loss_of_zeros < math.inf:
        sizes = some([f"{layer.weight_scale:.2g}" for layer in hit])
        yield (
            f"{_named(hit)}: the weights are {sizes} times as large as usual for so many inputs, "
            f"√(2/n), and the loss {loss:.3g} is {loss / loss_of_zeros:.2g} times that of outputs "
            "of 0: much has to be unlearned first. Draw them with init='kaiming_uniform' (an MLP's "
            "own U(−1, 1) is micrograd's, for few inputs)."
        )


def _without_gradient(layers: Layers) -> Iterator[str]:
    equal = [layer for layer in layers if layer.equal_neurons]
    if equal:
        yield (
            f"{_named(equal)}: all neurons have equal weights, so that they learn the same and "
            "stay equal. Draw the weights at random (init='xavier_uniform', 'kaiming_uniform')."
        )
    none = [layer for layer in layers if layer.gradient_norm == 0.0]
    if len(none) == len(layers):
        yield (
            "No parameter has a gradient. Either every target is hit, or the graph is cut: "
            "no_grad(), .data or float() on the way to the loss, dead units, weights of 0."
        )
    elif none:
        yield (
            f"{_named(none)}: the gradient is exactly 0. Dead units or weights of 0 in a later "
            "layer let nothing through; see to those first."
        )


def _over_depth(layers: Layers) -> Iterator[str]:
    """The product of all factors between the last layer and the one that it hits hardest."""
    far = [
        (_known(layer.gradient_to_last, layer.delta_to_last), len(layers) - i, layer.name)
        for i, layer in enumerate(layers[:-2], start=1)  # from there it is more than one step
        if layer.gradient_norm and layer.delta_to_last
    ]
    far = [one for one in far if all(map(math.isfinite, one[0]))]
    for failure in _FAILURES:
        hit = [(failure.worst(ratios), steps, name) for ratios, steps, name in far]
        hit = [one for one in hit if failure.beyond(one[0], _limit(one[1]))]
        if hit:
            ratio, steps, name = failure.worst(hit, key=itemgetter(0))
            yield (
                f"{name}: the gradient {failure.verdict}: on its way back it {failure.verb} "
                f"×{ratio ** (1.0 / steps):.2g} per layer, over {counted(steps, 'layer')} to "
                f"{ratio:.2g} of the last layer's. {_help(failure, layers)}"
            )


def _limit(steps: int) -> float:
    """The ratio after so many layers below which a gradient vanishes."""
    return max(DEEP, STEADY**steps) if steps > 2 else DEEP


def _in_one_step(layers: Layers) -> Iterator[str]:
    """Layers where a single factor is far from 1."""
    steps = [
        (_known(layer.gradient_ratio, layer.delta_ratio) or [1.0], layer)
        for layer in layers[:-1]
        if layer.gradient_norm
    ]
    for failure in _FAILURES:
        hit = [(failure.worst(ratios), layer) for ratios, layer in steps]
        hit = [one for one in hit if failure.beyond(one[0], STEP)]
        if hit:
            worst = some([f"{ratio:.2g}" for ratio, _ in hit])
            yield (
                f"{_named([layer for _, layer in hit])}: the gradient {failure.verdict} in one "
                f"step (to {worst} of the next layer's). {_help(failure, layers)}"
            )


def _help(failure: _Failure, layers: Layers) -> str:
    if failure.verdict == "explodes":
        return "Smaller initial weights (init='xavier_uniform'), clip_norm=1.0, a smaller lr."
    flat = any(layer.activation in ("sigmoid", "tanh") for layer in layers)
    return (
        ("ReLU or another activation that does not saturate, larger" if flat else "Larger")
        + " initial weights (init='kaiming_uniform' for ReLU, 'xavier_uniform' for others), fewer "
        "layers."
    )


def _saturated(layers: Layers) -> Iterator[str]:
    hit = [layer for layer in layers if layer.saturated is not None and layer.saturated >= MANY]
    if hit:
        shares = some([f"{layer.saturated:.0%}" for layer in hit])
        kinds = " and ".join(dict.fromkeys(layer.activation for layer in hit))
        yield (
            f"{_named(hit)}: {shares} saturated {kinds} units. Smaller initial weights "
            "(init='xavier_uniform'), standardised inputs; for sigmoid outputs, cross-entropy "
            "instead of a quadratic loss."
        )


def _dead(layers: Layers) -> Iterator[str]:
    hit = [layer for layer in layers if layer.dead]
    if hit:
        units = sum(len(layer.dead_units) for layer in hit)
        shares = some([f"{layer.dead:.0%}" for layer in hit])
        yield (
            f"{_named(hit)}: {counted(units, 'dead ReLU unit')} ({shares}). A smaller learning "
            "rate, standardised inputs, biases that start above 0, activation='leaky_relu'."
        )


def _slow(layers: Layers) -> Iterator[str]:
    hit = [layer for layer in layers if layer.slow_weights]
    if hit:
        total = sum(len(layer.slow_weights) for layer in hit)
        first = hit[0].slow_weights[0].name
        told = (
            f"1 weight learns slowly, its input stays near 0 ({first})"
            if total == 1
            else f"{total} weights learn slowly, their inputs stay near 0 (first: {first})"
        )
        yield (
            f"{_named(hit)}: {told}. Standardise the inputs, drop constant ones; revive dead units "
            "before such a layer."
        )


def _known(*ratios: float | None) -> list[float]:
    return [ratio for ratio in ratios if ratio is not None]


def _named(layers: Layers) -> str:
    return some([layer.name for layer in layers])
