"""What `nn.diagnose` found, in words: one line on each finding, with what usually helps.

A gradient on its way back is multiplied, layer by layer, by Wᵀ and by σ′ (BP2). A sigmoid's slope
is at most ¼, so that each factor looks harmless and the product over ten layers is a millionth:
depth is judged by the ratio to the last layer, and single steps by the ratio to the next.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from nn.diagnosis.report import TITLES, LayerReport

DEEP = 1e-2
"""A gradient vanishes below this ratio to the last layer's, and explodes above its inverse."""
STEADY = 1.0 / 3.0
"""The same for the factor per layer, where it has gone through at least three: a sigmoid's is at
most ¼ with weights of usual size; networks that learn keep it above 0.5, three deep."""
STEP = 0.1
"""The same for the ratio to the next layer's."""
MANY = 0.25
"""Advice is given from this share of saturated units on."""

Layers = Sequence[LayerReport]


@dataclass(frozen=True)
class Diagnosis:
    """The report on a network; `str()` of it is the table with the advice.

    Attributes:
        layers: a `LayerReport` for each layer, the one next to the input first.
        examples: how many examples were looked at.
    """

    layers: tuple[LayerReport, ...]
    examples: int

    @property
    def advice(self) -> list[str]:
        """One line on each finding, with what usually helps; empty if nothing was found."""
        return list(advice(self.layers))

    def as_dict(self) -> dict[str, Any]:
        """Everything as nested dictionaries and lists."""
        return {"layers": [one.as_dict() for one in self.layers], "examples": self.examples}

    def __str__(self) -> str:
        rows = [TITLES, *(layer.row() for layer in self.layers)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows]
        findings = self.advice or ["Nothing stands out."]
        return "\n".join([line.rstrip() for line in lines] + findings)

    __repr__ = __str__


def advice(layers: Layers) -> Iterator[str]:
    """One line on each kind of finding, naming the layers where it was made."""
    yield from _not_finite(layers)
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
        (len(layers) - i, layer)
        for i, layer in enumerate(layers[:-2], start=1)  # from there it is more than one step
        if layer.gradient_norm and layer.delta_to_last and all(map(math.isfinite, _to_last(layer)))
    ]
    low = [(_least(layer), steps, layer) for steps, layer in far if _least(layer) < _limit(steps)]
    high = [
        (_most(layer), steps, layer) for steps, layer in far if _most(layer) * _limit(steps) > 1
    ]
    if low:
        yield _depth("vanishes", "shrinks", min(low, key=itemgetter(0)), layers)
    if high:
        yield _depth("explodes", "grows", max(high, key=itemgetter(0)), layers)


def _limit(steps: int) -> float:
    """The ratio after so many layers below which a gradient vanishes."""
    return max(DEEP, STEADY**steps) if steps > 2 else DEEP


def _depth(verdict: str, verb: str, worst: tuple[float, int, LayerReport], layers: Layers) -> str:
    ratio, steps, layer = worst
    return (
        f"{layer.name}: the gradient {verdict}: on its way back it {verb} "
        f"×{ratio ** (1.0 / steps):.2g} per layer, over {_count(steps, 'layer')} to {ratio:.2g} of "
        f"the last layer's. {_HELP[verdict](layers)}"
    )


def _in_one_step(layers: Layers) -> Iterator[str]:
    """Layers where a single factor is far from 1."""
    steps = [(layer, _steps(layer)) for layer in layers[:-1] if layer.gradient_norm]
    for verdict, hit in (
        ("vanishes", [layer for layer, ratios in steps if min(ratios) < STEP]),
        ("explodes", [layer for layer, ratios in steps if max(ratios) > 1.0 / STEP]),
    ):
        if hit:
            pick = min if verdict == "vanishes" else max
            worst = [f"{pick(_steps(layer)):.2g}" for layer in hit]
            yield (
                f"{_named(hit)}: the gradient {verdict} in one step (to {_some(worst)} of the next "
                f"layer's). {_HELP[verdict](layers)}"
            )


def _saturated(layers: Layers) -> Iterator[str]:
    hit = [layer for layer in layers if layer.saturated is not None and layer.saturated >= MANY]
    if hit:
        shares = _some([f"{layer.saturated:.0%}" for layer in hit])
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
        shares = _some([f"{layer.dead:.0%}" for layer in hit])
        yield (
            f"{_named(hit)}: {_count(units, 'dead ReLU unit')} ({shares}). A smaller learning "
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


def _vanishing_help(layers: Layers) -> str:
    flat = any(layer.activation in ("sigmoid", "tanh") for layer in layers)
    return (
        ("ReLU or another activation that does not saturate, larger" if flat else "Larger")
        + " initial weights (init='kaiming_uniform' for ReLU, 'xavier_uniform' for others), fewer "
        "layers."
    )


def _exploding_help(layers: Layers) -> str:
    return "Smaller initial weights (init='xavier_uniform'), clip_norm=1.0, a smaller lr."


_HELP: dict[str, Callable[[Layers], str]] = {
    "vanishes": _vanishing_help,
    "explodes": _exploding_help,
}


def _to_last(layer: LayerReport) -> list[float]:
    return [ratio for ratio in (layer.gradient_to_last, layer.delta_to_last) if ratio is not None]


def _least(layer: LayerReport) -> float:
    return min(_to_last(layer))


def _most(layer: LayerReport) -> float:
    return max(_to_last(layer))


def _steps(layer: LayerReport) -> list[float]:
    found = [ratio for ratio in (layer.gradient_ratio, layer.delta_ratio) if ratio is not None]
    return found or [1.0]


def _named(layers: Layers) -> str:
    return _some([layer.name for layer in layers])


def _some(texts: Sequence[str], most: int = 4) -> str:
    shown = ", ".join(texts[:most])
    return shown if len(texts) <= most else f"{shown} and {len(texts) - most} more"


def _count(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"
