"""The live pages of the gallery: playgrounds, and graphs that follow a hand."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import matplotlib.pyplot as plt

import nn
from autograd import Value
from viz import Live, Playground, Stepper, draw, live, parse, play, plot_decision, step
from viz.demo import PARAMETERS, neuron

POINTS, EPOCHS = 160, 120
NOISE = {"moons": 0.12, "circles": 0.08, "xor": 0.15, "spirals": 0.02}


class LivePage(NamedTuple):
    """A page of its own: its file's stem, its heading, a sentence, itself, and its picture."""

    name: str
    title: str
    about: str
    page: Live | Playground | Stepper
    picture: bytes
    suffix: str = "svg"


def live_pages() -> Iterable[LivePage]:
    """All of them, graphs before playgrounds."""
    yield _neuron()
    yield _steps()
    yield _regression()
    yield _curve()
    yield _network()
    for name, about in SETS.items():
        yield _playground(name, about)


def _neuron() -> LivePage:
    values = neuron()
    C = values["C"]
    C.backward()
    about = "Drag a weight or an input of the blog post's neuron: all values and gradients follow."
    page = live(C, vary=list(PARAMETERS), title="One neuron and its cost")
    return LivePage("neuron", page.title, about, page, _drawn(values["a"], PARAMETERS))


def _steps() -> LivePage:
    values = neuron()
    C = values["C"]
    C.backward()
    about = "Forward and backward one wire at a time; a mode in which you predict the next number."
    page = step(C, wrt=list(PARAMETERS), title="One neuron, step by step")
    picture = _drawn(values["a"], path=("w1", "a"))
    return LivePage("steps", "One neuron, step by step", about, page, picture)


def _regression() -> LivePage:
    J = parse("e = w*x + b - y; J = e**2", w=5, x=1, b=1, y=2).output
    J.backward()
    about = "The smallest model: $J = (wx + b - y)^2$, with gradient descent on $w$ and $b$."
    page = live(J, vary=["w", "b"], title="Linear regression")
    return LivePage("regression", page.title, about, page, _drawn(J, ["w", "b"]))


def _curve() -> LivePage:
    f = parse("x*sin(x)", x=2.0).output
    f.backward()
    about = "The curve of $x \\sin x$ and its slope, wherever you drag $x$."
    page = live(f, ranges={"x": (-8.0, 8.0)}, title="A function and its tangent")
    return LivePage("function", page.title, about, page, _drawn(f))


def _network() -> LivePage:
    model = nn.MLP(2, [3, 1], activation="tanh", output_activation="sigmoid", seed=3)
    a = model([0.5, -1.0])
    C = nn.losses.quadratic(a, 1.0)
    a.label, C.label = "a", "C"
    C.backward()
    about = "Two inputs, three hidden neurons, one output: $a$ and $\\delta$ of each, live."
    page = live(C, title="A network of four neurons")
    return LivePage("network", page.title, about, page, _drawn(a, max_nodes=12))


def _drawn(root: Value, wrt: Iterable[str] = (), **options: Any) -> bytes:
    """The graph as a small picture."""
    return draw(root, wrt=wrt, legend=False, notes=False, width=560, **options).svg.encode()


SETS = {
    "moons": "Two half-moons, which no straight line parts.",
    "circles": "A ring around a ring: the network has to close a curve.",
    "xor": "Four corners; one hidden layer is enough, none is not.",
    "spirals": "Two spirals: the hardest of the four for a small network.",
}


def _playground(name: str, about: str) -> LivePage:
    X, y = _examples(name)
    sizes = [8, 8, 1] if name == "spirals" else [6, 1]
    model = nn.MLP(2, sizes, activation="tanh", seed=0)
    page = play(model, X, y, nn.losses.get("bce_with_logits"), title=f"Playground: {name}")
    return LivePage(name, page.title, about, page, _trained(sizes, X, y), "png")


def _examples(name: str) -> tuple[Any, Any]:
    make: Callable[..., Any] = getattr(nn.data, name)
    return make(POINTS, noise=NOISE[name], seed=0)


def _trained(sizes: list[int], X: Any, y: Any) -> bytes:
    """The regions that a network of this size finds, as a picture."""
    model = nn.MLP(2, sizes, activation="tanh", seed=0)
    settings = {"optimizer": "adam", "lr": 0.05, "epochs": EPOCHS, "progress": False}
    nn.fit(model, X, y, loss="bce_with_logits", **settings)
    figure, axes = plt.subplots(figsize=(4.8, 3.0), layout="constrained")
    plot_decision(lambda rows: nn.predict(model, rows), X, y, axes, batched=True)
    for part in (axes.get_legend(), *axes.child_axes):
        part.remove()
    axes.set_title("", loc="left")
    axes.set_axis_off()
    file = io.BytesIO()
    figure.savefig(file, dpi=100)
    plt.close(figure)
    return file.getvalue()
