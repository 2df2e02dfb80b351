"""Every equation that a picture, a table or a text states holds: its two sides are computed."""

import html
import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
from autograd import Value, topological_order
from viz import derive, draw, frames, messages, table
from viz.graph.given import graph_of, names_of

DERIVATIVE = re.compile(
    r"∂(⁺?)(\w+|\([^()]+\))/∂(?:\((\d)(?:st|nd|rd|th) (\w+)\)|(\w+|\([^()]+\)))"
)
SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
FUNCTIONS = {"σ": ag.sigmoid, "tanh": math.tanh, "exp": math.exp, "max": max, "ReLU": ag.relu}
OPERATIONS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / (b * b + 1.0),
    "scaled": lambda a, b: 2.0 - a * 3.0,
    "neg": lambda a, b: -a,
    "square": lambda a, b: a**2,
    "tanh": lambda a, b: ag.tanh(a),
    "sigmoid": lambda a, b: ag.sigmoid(b),
    "sum": lambda a, b: ag.sum([a, b, a, 1.0]),
    "mean": lambda a, b: ag.mean([a, b, b]),
    "dot": lambda a, b: ag.dot([a, b], [b, 2.0], a),
    "taken": lambda a, b: ag.where(True, a, ag.exp(b)),
    "not taken": lambda a, b: ag.where(False, a * a, b),
}


@st.composite
def graphs(draw_) -> Value:
    """A graph whose values are used over and over, directly and over others; labels recur."""
    number = st.integers(-3, 3).filter(bool)
    found = [Value(draw_(number), label=name) for name in ("x", "y")]
    for k in range(draw_(st.integers(1, 7))):
        pick = st.sampled_from(found)
        made = OPERATIONS[draw_(st.sampled_from(sorted(OPERATIONS)))](draw_(pick), draw_(pick))
        if draw_(st.booleans()):
            made.label = draw_(st.sampled_from(["h", "x", "v4", "pqrstuz"[k]]))
        found.append(made)
    root = found[-1] * draw_(st.sampled_from(found)) + draw_(st.sampled_from(found))
    root.label = "L"
    return root


def plain(text: str) -> str:
    """`text` with h⁽²⁾ as h_2."""
    return re.sub("⁽(.+?)⁾", lambda found: f"_{found[1].translate(SUPERSCRIPT)}", text)


class Numbers:
    """What the names and derivatives in a text stand for, by the graph's own numbers."""

    def __init__(self, root: Value) -> None:
        self.order = topological_order(root)
        self.names = list(map(plain, names_of(graph_of(root)).values()))
        assert len(set(self.names)) == len(self.names)
        self.index = {name: i for i, name in enumerate(self.names)}
        self.place = {id(v): i for i, v in enumerate(self.order)}

    def total(self, above: int, below: int) -> float:
        """∂above/∂below over all paths."""
        grads = {above: 1.0}
        for i in range(above, below, -1):
            for p, local in self.uses(i):
                taken = local != 0.0 or not self.order[i].primitive.selects
                if i in grads and taken:
                    grads[p] = grads.get(p, 0.0) + grads[i] * local
        return grads.get(below, 0.0)

    def uses(self, i: int) -> list[tuple[int, float]]:
        value = self.order[i]
        parents = (self.place[id(p)] for p in value.parents)
        return list(zip(parents, value.local_gradients, strict=True))

    def derivative(self, found: re.Match[str]) -> str:
        direct, above, which, several, one = found.groups()
        i, p = self.index[above.strip("()")], self.index[(several or one).strip("()")]
        locals_ = [local for parent, local in self.uses(i) if parent == p]
        if which:
            return f"({locals_[int(which) - 1]!r})"
        if direct:
            return f"({sum(locals_)!r})"
        return f"({self.total(i, p)!r})"

    def of(self, text: str) -> float:
        """What one side of an equation comes to."""
        text = DERIVATIVE.sub(self.derivative, text)
        text = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", lambda m: f"**{m[0].translate(SUPERSCRIPT)}", text)
        text = text.replace("−", "-").replace("·", "*").replace("^", "**")
        names = {n: v.data for n, v in zip(self.names, self.order, strict=True)}
        names |= FUNCTIONS | {"where": lambda condition, a, b: a if condition else b}
        result = eval(text, {"__builtins__": {}}, names)
        return float(getattr(result, "data", result))

    def holds(self, equation: str) -> None:
        """Assert that all sides are the same, up to the four digits that are written."""
        equation = plain(equation)
        sides = equation.split(" = ")
        if equation.endswith("…"):  # more messages are to come; only the parts so far are equal
            sides = [side.removesuffix(" + …") for side in sides[1:]]
        numbers = [self.of(side) for side in sides]
        written = [float(n) for n in re.findall(r"\d+\.?\d*(?:e\+\d+)?", equation)]
        scale = max(map(abs, [1.0, *numbers, *written]))
        assert all(math.isclose(x, numbers[0], abs_tol=5e-3 * scale) for x in numbers), equation


@given(graphs())
@settings(max_examples=30, deadline=None)
def test_captions_of_steps(root: Value) -> None:
    numbers = Numbers(root)
    for frame in frames(root):
        if frame.caption.startswith("given: "):
            for part in frame.caption.removeprefix("given: ").split(", "):
                numbers.holds(part)
        elif " = " in frame.caption:
            numbers.holds(frame.caption)
        else:
            assert "no message" in frame.caption or "gets none" in frame.caption


@given(graphs())
@settings(max_examples=30, deadline=None)
def test_tooltips_of_figures(root: Value) -> None:
    numbers = Numbers(root)
    root.backward()
    for tip in set(re.findall(r'(?<!head)tooltip="([^"]*)"', draw(root, max_nodes=None).source)):
        for line in html.unescape(tip).split("\n"):
            if line.startswith("local gradient "):
                numbers.holds(line.removeprefix("local gradient ").replace(": ", " = "))
            if line.startswith("message to "):
                numbers.holds(line.partition(": ")[2])


@given(graphs())
@settings(max_examples=30, deadline=None)
def test_local_gradients_of_tables(root: Value) -> None:
    numbers = Numbers(root)
    root.backward()
    rows = table(root)
    for line in str(rows).splitlines():
        for equation in re.findall(r"∂\S+(?: \w+\))? = \S+", line):
            numbers.holds(equation)
    for i, row in enumerate(rows):
        assert row.grad == pytest.approx(numbers.total(len(rows) - 1, i), abs=1e-9)
    for row in messages(root):
        assert row.message == row.upstream * row.local


@given(graphs())
@settings(max_examples=30, deadline=None)
def test_products_on_paths(root: Value) -> None:
    numbers = Numbers(root)
    for leaf in (value for value in numbers.order[:-1] if value.label):
        if not numbers.total(len(numbers.order) - 1, numbers.place[id(leaf)]):
            continue
        for line in str(draw(root, path=(leaf, root), max_nodes=None)).splitlines():
            if line.startswith(("path ", "∂L/∂")):
                line = line.removesuffix(" paths").partition(", the sum")[0]
                numbers.holds(re.sub(r"^path \d: ", "", line))


@given(graphs())
@settings(max_examples=30, deadline=None)
def test_derivations(root: Value) -> None:
    """The derivative, its chain and its numbers; the formulas between have a test of their own."""
    numbers = Numbers(root)
    for leaf in numbers.order:
        found = derive(root, leaf, every_node=True, factor=False)
        for equation in found.equations:
            sides = plain(str(equation)).split(" = ")
            numbers.holds(" = ".join(side for side in sides if _readable(side)))
        assert found.value == pytest.approx(
            numbers.total(len(numbers.order) - 1, numbers.place[id(leaf)]), abs=1e-9
        )


def _readable(side: str) -> bool:
    """Whether a side is a chain of derivatives, or numbers."""
    return bool(re.fullmatch(r"[∂⁺\w/ ·+()]*∂[∂⁺\w/ ·+()]*|[\d.e+−() ·]+", side))
