"""`python -m viz.demo`: the neuron of the blog post, forward, backward and one step, with pictures.

W = [2, −3], b = −3, x = [−1, −2], y = 1, a = σ(Wx + b), C = ½(y − a)².
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence

from autograd import Value, sigmoid
from viz.__main__ import prepare_streams, stepped
from viz.errors import VizError
from viz.figure.draw import draw
from viz.tables.values import table

PARAMETERS = {"w1": 2.0, "w2": -3.0, "b": -3.0}
ALPHA = 1.0


def neuron(parameters: Mapping[str, float] = PARAMETERS) -> dict[str, Value]:
    """The neuron's graph: every quantity that the blog post names, by that name."""
    w1, w2, b = (Value(parameters[name], label=name) for name in ("w1", "w2", "b"))
    x1, x2, y = Value(-1.0, label="x1"), Value(-2.0, label="x2"), Value(1.0, label="y")
    first = _named(w1 * x1, "w1·x1")
    second = _named(w2 * x2, "w2·x2")
    weighted = _named(first + second, "Wx")
    z = _named(weighted + b, "z")
    a = _named(sigmoid(z), "a")
    error = _named(y - a, "y − a")
    cost = _named(0.5 * error**2, "C")
    return {value.label: value for value in (w1, w2, b, z, a, cost)}


def _named(value: Value, name: str) -> Value:
    value.label = name
    return value


def main(arguments: Sequence[str] | None = None) -> int:
    """Print and draw the example; 1 with one clear line on stderr when it cannot be written."""
    prepare_streams()
    parser = argparse.ArgumentParser(prog="python -m viz.demo", description=__doc__)
    parser.add_argument("--out", default="out", help="folder for the pictures (default: out)")
    folder = parser.parse_args(arguments).out
    try:
        _run(folder)
    except VizError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    return 0


def _run(folder: str) -> None:
    print("A neuron and its cost, from the blog post Understanding Backpropagation:")
    print("W = [2, −3], b = −3, x = [−1, −2], y = 1, a = σ(Wx + b), C = ½(y − a)²\n")
    before = neuron()
    before["C"].backward()
    print(table(before["C"]), end="\n\n")
    moved = stepped({name: before[name] for name in PARAMETERS}, ALPHA)
    after = neuron(moved)
    print(f"One step of gradient descent, θ ← θ − α ∂C/∂θ with α = {ALPHA:g}:")
    for name in (*PARAMETERS, "a", "C"):
        print(f"  {name:<2} {_short(before[name].data, name)} → {_short(after[name].data, name)}")
    print(
        "\nThe blog post quotes (1 − 0.73)² = 0.0729 for this loss and so drops the ½ of its own "
        f"cost: C = {before['C'].data:.4f}.\n"
    )
    figure = draw(before["C"], wrt=PARAMETERS, title="A neuron and its cost")
    for suffix in ("svg", "png"):
        print(f"wrote {figure.save(f'{folder}/neuron.{suffix}')}")


def _short(x: float, name: str) -> str:
    """Four decimals for a and C, as the blog post rounds them; three for the parameters."""
    text = f"{x:.4f}" if name in ("a", "C") else f"{x:.3f}"
    return f"{text:>7}".replace("-", "−")


if __name__ == "__main__":
    sys.exit(main())
