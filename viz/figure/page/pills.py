"""Pills: a value drawn where it is used, with its name, rather than at the end of a long wire.

A leaf that several neurons or steps use, such as an input of a layer or a weight of a recurrent
cell, has a pill at each use in place of one box with a bundle of wires; so has what every neuron
of a layer takes from the layer before. `viz.figure.page.rows` puts pills where a row ends.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set

from viz.figure.drawing import Before, Element, Group, Line, Node, Part, Wire

MOST_USES = 6
"""Wires that a leaf may have before it is drawn where it is used."""
MOST_GROUPS = {"leaf": 1, "op": 1}
"""Groups that wires of a leaf, or from an operation, may lead into."""


def pill(node: Node, name: str, text: str) -> Node:
    """A pill with the id `name` that stands for `node`."""
    kind = node.kind if node.kind in ("parameter", "input") else "pill"
    text = node.lines[0].text if node.kind in ("parameter", "input") else text
    return Node(name, kind, f"pill {kind}", (Part(text, "name"),), node.tip, stands_for=node.id)


def goes_on(node: Node, text: str, start: str = "") -> tuple[Node, Line]:
    """The pill at the end of a row or a layer, and the line from `node` to it.

    `start` is the wire whose label the line goes on from, if it does.
    """
    end = pill(node, f"p{node.id}", text)
    line = Line(f"{end.id}_a", node.id, end.id, end.tip, "wire" if start else "on", start=start)
    folded = node.classes.startswith("fold") and not start
    return end, line._replace(kind="fold") if folded else line


def with_pills(elements: Sequence[Element]) -> list[Element]:
    """The elements with pills for leaves that several groups use, or very many operations."""
    shared = _shared(elements)
    if not shared:
        return list(elements)
    home = dict(homes(elements))
    made: list[Element] = []
    moved: defaultdict[str, list[str]] = defaultdict(list)
    ended: dict[str, str] = {}
    leaves = {name for name, node in shared.items() if node.kind != "op"}
    for one in elements:
        if isinstance(one, Wire) and one.source in shared and one.target:
            name = f"p{one.id[1:]}"
            made += [pill(shared[one.source], name, one.name), one._replace(start=name)]
            moved[home.get(one.target, "")] += [name, one.id]
            ended[one.source] = one.name
        elif not _is_replaced(one, leaves):
            made.append(one)
    for source, text in ended.items():
        if shared[source].kind == "op":
            made += goes_on(shared[source], text)
    return [_joined(one, moved) if isinstance(one, Group) else one for one in made]


def _shared(elements: Sequence[Element]) -> dict[str, Node]:
    """The nodes that have pills, by id."""
    home = dict(homes(elements))
    uses: defaultdict[str, list[str]] = defaultdict(list)
    for one in elements:
        if isinstance(one, Wire) and one.target and one.start in ("", one.source):
            uses[one.source].append(one.target)
    found = {}
    for one in elements:
        if isinstance(one, Node):
            most = MOST_GROUPS.get(one.classes.split()[0], len(elements))
            groups = {home.get(target) for target in uses[one.id]}
            many = one.kind in ("parameter", "input") and len(uses[one.id]) > MOST_USES
            if len(groups) > most or many:
                found[one.id] = one
    return found


def homes(elements: Sequence[Element]) -> Iterator[tuple[str, str]]:
    """The innermost group of each node that is in one."""
    waiting = [one for one in elements if isinstance(one, Group)]
    while waiting:
        group = waiting.pop()
        yield from ((member, group.id) for member in group.members)
        waiting += group.groups


def _is_replaced(one: Element, leaves: Set[str]) -> bool:
    """True for a leaf that has pills in its place, and for what would order it."""
    if isinstance(one, Before):
        return one.left in leaves or one.right in leaves
    return isinstance(one, Node) and one.id in leaves


def _joined(group: Group, moved: Mapping[str, Sequence[str]]) -> Group:
    members = dict.fromkeys([*group.members, *moved.get(group.id, ())])
    inner = tuple(_joined(one, moved) for one in group.groups)
    return group._replace(members=tuple(members), groups=inner)
