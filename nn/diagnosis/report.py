"""The report of `nn.diagnose` on one layer: plain data, and a line in a table."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

LOW_INPUT = 0.01
"""A weight whose input is smaller than this on average learns slowly."""


class SlowWeight(NamedTuple):
    """A weight that learns slowly because its input is low (Nielsen, equation 51).

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


TITLES = ["layer", "activation", "‖∂C‖", "÷ next", "‖δ‖", "÷ last", "saturated", "dead", "slow"]


@dataclass(frozen=True)
class LayerReport:
    """Findings in one layer. Ratios are None for the last layer, and to a gradient of 0.

    Attributes:
        name, activation: which layer it is.
        weights: how many weights it has.
        gradient_norm: √(Σ (∂C/∂p)²) over its weights and biases.
        gradient_ratio, gradient_to_last: that, divided by the same of the layer after, and of
            the last layer.
        delta_norm: √ of the mean over the examples of Σⱼ δⱼ², with δ = ∂ℓ/∂z.
        delta_ratio, delta_to_last: as for the gradient.
        saturated: share of unit-and-example pairs whose slope is below 0.05, for sigmoid and
            tanh; else None.
        dead: share of units that are off for every example, for ReLU; else None.
        dead_units: their paths.
        equal_neurons: several neurons have all their weights in common, so that they learn the
            same and stay equal.
        slow_weights: the weights whose input stays near 0.
        weight_scale: √ of the mean of w², by √(2/n) for n inputs, which is usual ("kaiming").
    """

    name: str
    activation: str
    weights: int
    gradient_norm: float
    gradient_ratio: float | None
    gradient_to_last: float | None
    delta_norm: float
    delta_ratio: float | None
    delta_to_last: float | None
    saturated: float | None
    dead: float | None
    dead_units: tuple[str, ...]
    equal_neurons: bool
    slow_weights: tuple[SlowWeight, ...]
    weight_scale: float

    def row(self) -> list[str]:
        """Its line in the table."""
        numbers = (self.gradient_norm, self.gradient_ratio, self.delta_norm, self.delta_to_last)
        return [
            self.name,
            self.activation,
            *("–" if number is None else f"{number:.3g}" for number in numbers),
            *("–" if share is None else f"{share:.0%}" for share in (self.saturated, self.dead)),
            f"{len(self.slow_weights)} of {self.weights}",
        ]

    def as_dict(self) -> dict[str, Any]:
        """Everything as a dictionary."""
        return asdict(self)
