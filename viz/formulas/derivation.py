"""`derive`: the chain rule written out for one graph, in formulas and in numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from autograd import Value
from viz.errors import DrawingError
from viz.formulas.chain import Chain
from viz.formulas.equations import Equation, Factor, Product
from viz.formulas.latex import LATEX
from viz.formulas.notation import TEXT, Notation
from viz.graph.doubts import refuse_outdated
from viz.graph.given import find, graph_of
from viz.text import DIRECT, is_compound

MOST_PATHS, MOST_FACTORS = 4, 12
"""Up to so many paths to a single leaf, with so many factors, are written out one by one."""

LISTED = 1000
"""So many paths at most are written out when that is asked for."""

MOST_EQUATIONS, FIRST, LAST = 12, 3, 3
"""Of a derivation with more equations, so many are shown at its start and at its end."""


@dataclass(frozen=True)
class Derivation:
    """The chain rule for one graph; `print` it, or let a notebook show it.

    Attributes:
        equations: the shared gradients δ first, then a gradient for each leaf asked for.
        gradients: the numbers, by the leaves' names.
        paths: over how many paths each of them is a sum.
    """

    equations: tuple[Equation, ...]
    gradients: Mapping[str, float]
    paths: Mapping[str, int]

    @property
    def value(self) -> float:
        """The gradient of the leaf (of the last one, when several were asked for)."""
        return list(self.gradients.values())[-1]

    @property
    def latex(self) -> str:
        """All equations, one step to a line, as an `aligned` environment for math mode."""
        rows = self._rows(LATEX, r"& \quad \vdots", r"& {}\text{{: {}}}")
        return "\\begin{aligned}\n" + " \\\\[6pt]\n".join(rows) + "\n\\end{aligned}"

    def __str__(self) -> str:
        return "\n".join(self._rows(TEXT, "⋮  {:,} more, all in .equations", "{}: {}"))

    def _rows(self, notation: Notation, gap: str, note: str) -> list[str]:
        """The first and the last equations, the gap between them, and a note on ∂⁺."""
        shown = self.equations
        if len(shown) > MOST_EQUATIONS:
            last = max(LAST, min(len(self.gradients), MOST_EQUATIONS - FIRST))
            shown = (*shown[:FIRST], *shown[-last:])
        rows = [equation.aligned(notation) for equation in shown]
        if len(shown) < len(self.equations):
            rows.insert(FIRST, gap.format(len(self.equations) - len(shown)))
        direct = next((equation.direct for equation in shown if equation.direct), None)
        if direct:
            rows.append(note.format(notation.partial(direct.above, direct.below, True), DIRECT))
        return rows

    __repr__ = __str__

    def _repr_latex_(self) -> str:
        return f"$$\n{self.latex}\n$$"


def derive(
    root: Value,
    leaf: Value | str | Iterable[Value | str],
    *,
    every_node: bool = False,
    factor: bool | None = None,
) -> Derivation:
    """Write out the chain rule from `root` to a leaf, ending in the number of its gradient.

    The chain goes over labelled values; unlabelled ones in between are multiplied out. Several
    paths are added up (Lei's notes, theorem 2). Gradients that several paths or leaves share
    are named δ, derived once and used again (the blog post), so that a graph with any number of
    paths has a derivation no longer than its backward pass. The local gradients are read from
    the primitives' blocks, and the result is the engine's number, ∂root/∂leaf. Where a value is
    computed from another both directly and over a third, ∂⁺ is the direct part of the derivative.

    Args:
        root: the output.
        leaf: what to differentiate by, as a Value or its label; or several of them.
        every_node: let the chain go over every value, unlabelled ones as `v7`.
        factor: name shared gradients (True) or write out every path (False). By default, paths
            are written out where they are few and short, all to one leaf.

    Raises:
        DrawingError: `root` is no Value, the leaf is not in its graph, data were assigned to
            since `root` was computed, or there are too many paths to write them out.
        GraphError: a node made by hand on the way has no local gradients.

    >>> from autograd import sigmoid
    >>> w, x, b, y = (Value(v, label=n) for v, n in ((2, "w"), (-1, "x"), (3, "b"), (1, "y")))
    >>> z = w * x + b
    >>> a = sigmoid(z)
    >>> C = 0.5 * (a - y) ** 2                             # Lei's notes, example 2
    >>> z.label, a.label, C.label = "z", "a", "C"
    >>> print(derive(C, w))
    ∂C/∂w = ∂C/∂a · ∂a/∂z · ∂z/∂w = (a − y) · a(1 − a) · x = −0.2689 · 0.1966 · (−1) = 0.05288
    >>> print(derive(C, [w, b]))
    δ = ∂C/∂z = ∂C/∂a · ∂a/∂z = (a − y) · a(1 − a) = −0.2689 · 0.1966 = −0.05288
    ∂C/∂w = δ · ∂z/∂w = δ · x = −0.05288 · (−1) = 0.05288
    ∂C/∂b = δ · ∂z/∂b = δ · 1 = −0.05288 · 1 = −0.05288
    """
    graph = graph_of(root, caller="derive")
    refuse_outdated(graph)
    several = isinstance(leaf, Iterable) and not isinstance(leaf, (str, Value))
    asked = list(leaf) if several else [leaf]  # type: ignore[arg-type]
    if not asked:
        raise DrawingError("derive needs at least one leaf, such as derive(loss, w)")
    wanted = list(dict.fromkeys(find(one, graph) for one in asked))
    chain = Chain(graph, wanted, every_node)
    anchors = _anchors(chain, factor)
    shown = [*sorted(anchors, reverse=True), *(i for i in wanted if i not in anchors)]
    named = {chain.root, *anchors}
    return Derivation(
        tuple(_equation(i, chain, anchors, named) for i in shown),
        {chain.names[i]: chain.gradients.get(i, 0.0) for i in wanted},
        {chain.names[i]: chain.paths[i] for i in wanted},
    )


def _anchors(chain: Chain, factor: bool | None) -> dict[int, str]:
    """The values whose gradients get a name, and the name."""
    counts = _listed_paths(chain)
    total = sum(counts[i] for i in chain.wanted)
    few = len(chain.wanted) == 1 and total <= MOST_PATHS
    if few and total > 1:
        paths = chain.up_to(chain.wanted[0], {chain.root})
        few = sum(map(len, paths)) <= MOST_FACTORS
    if factor is False or (factor is None and few):
        if total > LISTED:
            raise DrawingError(
                f"{total:,} paths are too many to write out (at most {LISTED:,}); leave out "
                "factor=False, and the paths are added up at the values they share"
            )
        return {}
    named = {chain.root}
    for i in sorted(counts, reverse=True):
        if i != chain.root and chain.down.get(i) and _worth_a_name(i, chain, named):
            named.add(i)
    found = sorted(named - {chain.root}, reverse=True)
    if len(found) == 1:
        return {found[0]: ""}
    short = {i: len(chain.names[i]) <= 8 and not is_compound(chain.names[i]) for i in found}
    return {i: chain.names[i] if short[i] else str(k) for k, i in enumerate(found, start=1)}


def _listed_paths(chain: Chain) -> dict[int, int]:
    """The number of paths over named values from the root to each of them."""
    counts = dict.fromkeys(chain.wanted, 0) | {chain.root: 1}
    for i in sorted(chain.up, reverse=True):
        counts[i] = sum(counts[link.above] for link in chain.up[i])
    return counts


def _worth_a_name(i: int, chain: Chain, named: Collection[int]) -> bool:
    """True where paths part or meet, and there is something to derive up to the next name."""
    if len(chain.up[i]) > 1 or len(chain.down[i]) < 2:
        return len(chain.up[i]) > 1
    links = chain.up_to(i, named)[0]
    trivial = all(link.written.fixed and link.local == 1.0 for link in links)
    return not trivial or len(links) > MOST_FACTORS


def _equation(i: int, chain: Chain, anchors: Mapping[int, str], named: Collection[int]) -> Equation:
    names, products = chain.names, []
    for path in chain.up_to(i, named):
        factors = tuple(
            Factor(names[link.above], names[link.below], link.written, link.local, direct)
            for link in path
            for direct in [(link.above, link.below) in chain.bypassed]
        )
        top = path[0].above
        products.append(Product(anchors.get(top), chain.gradients[top], factors))
    value = chain.gradients.get(i, 0.0)
    return Equation(names[chain.root], names[i], tuple(products), value, anchors.get(i))
