"""The report of `nn.diagnose`: plain data, a table, and a line of advice on each finding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

__all__ = ["LOW_INPUT", "SATURATED", "Diagnosis", "LayerReport", "SlowWeight"]

SATURATED = 0.05
"""A sigmoid or tanh with a smaller slope than this is saturated."""
LOW_INPUT = 0.01
"""A weight whose input is smaller than this on average learns slowly."""
VANISHING, EXPLODING = 0.1, 10.0
"""A layer's gradient shrinks or grows too much beyond these ratios to the layer after."""
MANY = 0.25
"""Advice is given from this share of saturated units on."""


class SlowWeight(NamedTuple):
    """A weight that learns slowly because its input is low (document 001, equation 51).

    Attributes:
        name: its path, such as `layer1.neuron2.w[0]`.
        a_in: the mean of |a_in| over the examples.
        delta_out: the mean of |δ_out| over the examples.
        gradient: ∂C/∂w, the mean of a_in · δ_out.
    """

    name: str
    a_in: float
    delta_out: float
    gradient: float


@dataclass(frozen=True)
class LayerReport:
    """What was found in one layer.

    Attributes:
        name, activation: which layer it is.
        weights: how many weights it has.
        gradient_norm: √(Σ (∂C/∂p)²) over its weights and biases.
        gradient_ratio: that, divided by the same of the layer after; None for the last layer, or
            if the layer after has gradient 0.
        saturated: share of unit-and-example pairs whose slope is below 0.05, for sigmoid and
            tanh; else None.
        dead: share of units that are off for every example, for ReLU; else None.
        dead_units: their paths.
        slow_weights: the weights whose input stays near 0.
    """

    name: str
    activation: str
    weights: int
    gradient_norm: float
    gradient_ratio: float | None
    saturated: float | None
    dead: float | None
    dead_units: tuple[str, ...]
    slow_weights: tuple[SlowWeight, ...]

    def advice(self) -> Iterator[str]:
        """One line on each finding, with what usually helps."""
        ratio = self.gradient_ratio
        if ratio is not None and ratio < VANISHING:
            yield (
                f"{self.name}: the gradient vanishes ({ratio:.2g} of the next layer's). ReLU or "
                "another activation that does not saturate, init='xavier_uniform' or "
                "'kaiming_uniform', fewer layers."
            )
        if ratio is not None and ratio > EXPLODING:
            yield (
                f"{self.name}: the gradient explodes ({ratio:.2g} times the next layer's). "
                "clip_norm=1.0, a smaller learning rate, smaller initial weights."
            )
        if self.saturated is not None and self.saturated >= MANY:
            yield (
                f"{self.name}: {self.saturated:.0%} saturated {self.activation} units. Smaller "
                "initial weights (init='xavier_uniform'), standardised inputs; for sigmoid "
                "outputs, cross-entropy instead of a quadratic loss."
            )
        if self.dead:
            yield (
                f"{self.name}: {len(self.dead_units)} dead ReLU units ({self.dead:.0%}). A smaller "
                "learning rate, init='kaiming_uniform', activation='leaky_relu'."
            )
        if self.slow_weights:
            yield (
                f"{self.name}: {len(self.slow_weights)} weights learn slowly, their inputs stay "
                f"near 0 (first: {self.slow_weights[0].name}). Standardise the inputs, drop "
                "constant ones; revive dead units before this layer."
            )

    def row(self) -> list[str]:
        """Its line in the table."""
        return [
            self.name,
            self.activation,
            f"{self.gradient_norm:.3g}",
            "–" if self.gradient_ratio is None else f"{self.gradient_ratio:.3g}",
            "–" if self.saturated is None else f"{self.saturated:.0%}",
            "–" if self.dead is None else f"{self.dead:.0%}",
            f"{len(self.slow_weights)} of {self.weights}",
        ]


TITLES = ["layer", "activation", "‖∂C‖", "÷ next", "saturated", "dead", "slow weights"]


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
        return [line for layer in self.layers for line in layer.advice()]

    def as_dict(self) -> dict[str, Any]:
        """Everything as nested dictionaries and lists."""
        return asdict(self)

    def __str__(self) -> str:
        rows = [TITLES, *(layer.row() for layer in self.layers)]
        widths = [max(len(row[i]) for row in rows) for i in range(len(TITLES))]
        lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows]
        findings = self.advice or ["Nothing stands out."]
        return "\n".join([line.rstrip() for line in lines] + findings)

    __repr__ = __str__
