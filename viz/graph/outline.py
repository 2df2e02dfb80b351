"""The bare graph as numbers: which value has which parents, and which leaves are parameters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograd import Value, node_set, topological_order
from viz.errors import DrawingError
from viz.graph.flow import names_of
from viz.graph.paths import is_parameter
from viz.graph.roots import help_with
from viz.text import label_of


@dataclass(frozen=True)
class Outline:
    """A graph in topological order; its values are numbered from 1, the output last.

    Attributes:
        order: the values.
        parents: for each number (0 stands for nothing) those of its parents, with repetition.
        names: for each number (0 again for nothing) what the value is called; see `names_of`.
        made: for each number the name of the primitive that made the value, "" for a leaf.
        parameters: the numbers of the leaves that are parameters.
        outputs: the numbers of the values it ends in.
    """

    order: list[Value]
    parents: list[tuple[int, ...]]
    names: list[str]
    made: list[str]
    parameters: frozenset[int]
    outputs: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.order)

    def value(self, i: int) -> Value:
        """The value with number i."""
        return self.order[i - 1]

    def computed(self, i: int) -> list[int]:
        """The numbers of those parents of value i that are no leaves."""
        return [p for p in self.parents[i] if self.parents[p]]


def outline(root: Value, wrt: Iterable[Value | str] = ()) -> Outline:
    """Number the graph of `root`, which is only read.

    Args:
        root: the output.
        wrt: the leaves to take as parameters, as Values or labels. Without it, those that are
            labelled with the path of a model's parameter, such as `layer1.neuron2.w[0]`.

    Raises:
        DrawingError: `root` is no Value, or something in `wrt` is no leaf of this graph.

    >>> w = Value(2.0, label="w")
    >>> graph = outline(w * w, wrt="w")
    >>> graph.parents, graph.made, graph.parameters, graph.outputs
    ([(), (), (1, 1)], ['', '', 'mul'], frozenset({1}), (2,))
    """
    return outline_of([root], wrt)


def outline_of(roots: Sequence[Value], wrt: Iterable[Value | str] = ()) -> Outline:
    """Number the graph of several outputs; see `outline`."""
    order: list[Value] = []
    seen = node_set()
    for root in roots:
        if not isinstance(root, Value):
            raise DrawingError(
                f"only a graph can be drawn: give the Value it ends in, not {type(root).__name__}"
                f"{help_with(root, 'draw')}"
            )
        if root not in seen:
            order += topological_order(root, seen)
    index = {id(value): i for i, value in enumerate(order, start=1)}
    parents = [(), *(tuple([index[id(p)] for p in value.parents]) for value in order)]
    made = ["", *("" if v.is_leaf or v.primitive is None else v.primitive.name for v in order)]
    leaves = [value for value in order if value.is_leaf]
    asked: list[Value | str] = [wrt] if isinstance(wrt, (str, Value)) else list(wrt)
    parameters = (
        chosen(leaves, asked, "wrt") if asked else [leaf for leaf in leaves if is_parameter(leaf)]
    )
    outputs = tuple(index[id(root)] for root in roots)
    numbers = frozenset(index[id(leaf)] for leaf in parameters)
    return Outline(order, parents, ["", *names_of(order)], made, numbers, outputs)


def chosen(values: list[Value], asked: list[Value | str], argument: str) -> list[Value]:
    """Those of `values` that were asked for, as Values or by label.

    Raises:
        DrawingError: one that is not among them; `argument` is the name of the argument.
    """
    found: list[Value] = []
    known = set(map(id, values))
    for one in asked:
        hits = [v for v in values if v.label == one != ""] if isinstance(one, str) else [one]
        if not hits or id(hits[0]) not in known:
            names = ", ".join([label_of(v) for v in values if v.label][:40]) or "none has one"
            text = repr(one) if isinstance(one, str) else f"{one!r:.60}"
            kind = "leaf" if argument == "wrt" else "value"
            raise DrawingError(
                f"{argument}={text} is no {kind} of this graph; labels of "
                f"{'leaves' if kind == 'leaf' else 'values'}: {names}"
            )
        found += hits
    return found
