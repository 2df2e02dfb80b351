"""From what a user gives to a graph: the Values it ends in, and values of it by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from numbers import Number
from typing import Any

import numpy as np

from autograd import Graph, Program, Value
from viz.errors import DrawingError
from viz.graph.paths import is_parameter
from viz.text import label_of, printable, shorten, written_label

SHORT = 4
"""Letters of a label that may stand in the name of a product."""


def graph_of(*roots: Any, caller: str = "draw", wrt: Iterable[Value | str] = ()) -> Graph:
    """The graph that ends in these Values, with its parameters.

    Args:
        roots: the outputs.
        caller: the function that the user called.
        wrt: the leaves to take as parameters, as Values or labels. Without it, those that are
            labelled with the path of a model's parameter, such as `layer1.neuron2.w[0]`.

    Raises:
        DrawingError: a root is no Value, or something in `wrt` is no leaf of this graph.

    >>> w = Value(2.0, label="w")
    >>> graph_of(w * w, wrt="w").parameters
    frozenset({1})
    """
    for root in roots:
        if not isinstance(root, Value):
            raise _no_value(root, caller)
    graph = Graph.of(*roots)
    asked: list[Value | str] = [wrt] if isinstance(wrt, (str, Value)) else list(wrt)
    if asked:
        parameters = chosen(asked, graph, "wrt")
    else:
        parameters = [i for i in graph.leaves if is_parameter(graph.values[i])]
    return replace(graph, parameters=frozenset(parameters))


def _no_value(given: object, caller: str, place: str = "") -> DrawingError:
    wanted = f"{caller} takes the Value that a graph ends in"
    if caller == "draw":
        wanted = "only a graph can be drawn: give the Value it ends in"
    where = f" at {place}" if place else ""
    return DrawingError(f"{wanted}, not {type(given).__name__}{where}{help_with(given, caller)}")


def names_of(graph: Graph, *, latex: bool = False) -> dict[int, str]:
    """A name for each value: its label, else `v7`; those that would read the same are numbered.

    Labels read the same when they are, and when they differ only where `shorten` cuts them. With
    `latex` those in LaTeX, such as `$\\lambda$`, stay as they are.

    >>> h = Value(1.0, label="h") + 1.0
    >>> k = h * 2.0
    >>> k.label = "h"
    >>> names_of(graph_of(k))
    {1: 'h⁽¹⁾', 2: 'v2', 3: 'h⁽²⁾'}
    """
    label_as = written_label if latex else label_of
    labels = {i: label for i in graph.labels if (label := label_as(graph.values[i]))}
    names = {i: labels.get(i) or f"v{i}" for i in graph.numbers}
    short = {label: shorten(label) for label in labels.values()}
    reads = {i: short.get(name, name) for i, name in names.items()} if short else {}
    uses, met = Counter(reads.values()), Counter[str]()
    for i, read in reads.items():
        if uses[read] > 1:
            met[read] += 1
            names[i] += f"⁽{str(met[read]).translate(_RAISED)}⁾"
    return names


def names_in_figures(graph: Graph) -> dict[int, str]:
    """The same, but `w·x` rather than `v3` for a product of two leaves that have short labels.

    >>> w, x = Value(2.0, label="w"), Value(3.0, label="x")
    >>> names_in_figures(graph_of(w * x + w))
    {1: 'w', 2: 'x', 3: 'w·x', 4: 'v4'}
    """
    names = names_of(graph)
    products = (i for i in graph.computed if i not in graph.labels and graph.made[i] == "mul")
    for i in products:
        factors = [graph.labels.get(p, "") for p in graph.parents[i] if p not in graph.computed]
        short = [one for one in factors if one.isalnum() and len(one) <= SHORT]
        if len(short) == len(graph.parents[i]) == 2 and "·".join(short) not in names.values():
            names[i] = "·".join(short)
    return names


_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def find(one: object, graph: Graph) -> int:
    """The number of a value, given itself or by its label.

    Raises:
        DrawingError: it is not there, or several values have the label.
    """
    (found,) = _matches([one], graph)
    if len(found) == 1:
        return found[0]
    if found:
        raise DrawingError(f"{len(found)} values are labelled {one!r}; give the Value itself")
    labels = [label for value in graph.values.values() if (label := label_of(value))]
    known = ", ".join(labels[:12]) + (", …" if labels[12:] else "")
    raise DrawingError(f"{_quoted(one)} is not in this graph; labels in it: {known or 'none'}")


def chosen(asked: Sequence[Value | str], graph: Graph, argument: str) -> list[int]:
    """The numbers of the leaves (for some arguments) or values that were asked for.

    Raises:
        DrawingError: one that is not among them; `argument` is the name of the argument.
    """
    of_leaves = argument in ("wrt", "vary", "ranges")
    kind, among = ("leaf", graph.leaves) if of_leaves else ("value", graph.numbers)
    found: list[int] = []
    for one, matches in zip(asked, _matches(asked, graph), strict=True):
        hits = [i for i in matches if kind == "value" or i not in graph.computed]
        if not hits:
            named = [label_of(graph.values[i]) for i in among if i in graph.labels]
            raise DrawingError(
                f"{argument}={_quoted(one)} is no {kind} of this graph; labels of "
                f"{'leaves' if kind == 'leaf' else 'values'}: "
                f"{', '.join(named[:40]) or 'none has one'}"
            )
        found += hits
    return found


def keeps_branches(graph: Graph) -> bool:
    """True if there is a `where`, of whose condition only the outcome is known."""
    return any(step.primitive.selects for step in graph.computed.values())


def _matches(asked: Sequence[object], graph: Graph) -> Iterator[list[int]]:
    """For each Value, or label, the numbers of the values that it is, or has."""
    number = {id(value): i for i, value in graph.values.items()}
    for one in asked:
        if isinstance(one, str):
            yield [i for i, label in graph.labels.items() if label == one]
        else:
            yield [number[id(one)]] if id(one) in number else []


def _quoted(one: object) -> str:
    return repr(one) if isinstance(one, str) else f"{one!r:.60}"


def help_with(given: object, what: str) -> str:
    """The advice on something that is no Value, after a semicolon; or nothing.

    >>> help_with(3.0, "draw")
    '; a plain number does not know how it was computed: compute it from Values, such as Value(3.0)'
    """
    if isinstance(given, Program):
        return f"; a program runs without a graph: write {what}(program.function(x)), of a Value x"
    if callable(given):
        if hasattr(given, "parameters"):
            return f"; call the model, and give what it returns: {what}(model(x))"
        return f"; call the function, and give what it returns: {what}(f(x)), of a Value x"
    if isinstance(getattr(given, "output", None), Value):
        return f"; give its output: {what}({type(given).__name__.lower()}.output)"
    if isinstance(given, (Number, np.number)):
        return (
            "; a plain number does not know how it was computed: compute it from Values, such as "
            f"Value({given})"
        )
    if any(isinstance(one, Value) for _, one in _leaves(given)):
        key = next(iter(given)) if isinstance(given, Mapping) else 0
        return f"; give one of its elements: {what}(values[{key!r:.24}])"
    if isinstance(given, Iterable) and not isinstance(given, (str, bytes, *_HOLDERS)):
        one = "" if what == "draw" else "[0]"
        return f"; put its elements into a list: {what}(list(values){one})"
    return ""


def roots_of(given: Any) -> dict[str, Value]:
    """The Values in nested lists, tuples, dictionaries and arrays, each by where it is.

    A value that is there twice has the first of its places.

    Raises:
        DrawingError: something in it is no Value, or there is none.

    >>> roots_of({"mean": Value(1.0), "parts": [Value(2.0), Value(3.0)]}).keys()
    dict_keys(['mean', 'parts[0]', 'parts[1]'])
    """
    found: dict[int, tuple[str, Value]] = {}
    for place, one in _leaves(given):
        if not isinstance(one, Value):
            raise _no_value(one, "draw", place)
        found.setdefault(id(one), (place, one))
    if not found:
        raise DrawingError("there is nothing to draw: no Value in what was given")
    return dict(found.values())


_HOLDERS = (Mapping, list, tuple, np.ndarray)


def _leaves(given: Any) -> Iterator[tuple[str, Any]]:
    """The contents of nested holders with their places; a holder that is met again is left out."""
    waiting, opened = [iter([("", given)])], dict[int, Any]()
    while waiting:
        for place, one in waiting[-1]:
            if not isinstance(one, _HOLDERS):
                yield place, one
            elif id(one) not in opened:
                opened[id(one)] = one
                waiting.append(_elements(one, place))
                break
        else:
            waiting.pop()


def _elements(holder: Any, place: str) -> Iterator[tuple[str, Any]]:
    if isinstance(holder, Mapping):
        lead = f"{place}." if place else ""
        return ((f"{lead}{printable(str(key))}", one) for key, one in holder.items())
    if isinstance(holder, np.ndarray) and not holder.ndim:
        return iter([(place, holder.item())])
    return ((f"{place}[{i}]", one) for i, one in enumerate(holder))
