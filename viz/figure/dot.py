"""The wire figure as DOT text.

Every value travels on a wire: forward value above the line, backpropagated gradient below it,
local gradient where the wire enters an operation. A wire is a `shape=plain` node that holds a
table of three rows, the middle one being the line; edges join it to what it connects.

Ids and classes are the same in DOT and in SVG, and stay as they are; i, j are places in
topological order, from 1, and k is the place of an operand:

| id | class | what it is |
|---|---|---|
| `v{i}` | `leaf parameter`, `leaf input`, `op {primitive}` | a value: a leaf, or its operation |
| `out`, `out{i}` | `leaf out` | the box at the output, at others of several outputs |
| `w{i}_{j}_{k}`, `w{i}_out` | `wire` | the label of a wire, from value i to operation j |
| the same with `_a`, `_b` | `wireseg` | its line before and after the label |
| `c{j}_{k}` | `leaf constant` | a constant, if drawn |
| `n{i}`, `l{i}` | `fold neuron`, `fold layer` | a folded neuron or layer whose last value is i |
| `k{n}` | `fold constants` | inputs of a folded part that are plain numbers |
| `o{i}` | `fold others` | the other neurons of a layer one of which is open |
| `i{i}`, `r{i}`, `more` | `fold inputs`, `fold rest`, `fold more` | other values folded |
| `e_{id}_{id}` | `foldline` | a line to or from a folded part |
| `cluster_{n}` | `cluster layer`, `cluster neuron` | the frame of a layer or a neuron |

In a figure of a path, `off` follows the classes of what is not on it, and `on` those of its lines.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from viz.figure import legend
from viz.figure.elements import SYMMETRIC, last_wire, leaf, operation, out_box, wire_lines
from viz.graph.scene import Scene, Shown
from viz.text import printable, shorten
from viz.theme import INK

GRAPH = (
    'rankdir=LR; nodesep=0.2; ranksep=0.12; pad=0.12; bgcolor="white"; '
    'fontname="Helvetica"; fontsize=11; labelloc=t; labeljust=l;'
)
NODE = f'fontname="Helvetica" fontsize=11 color="{INK}" fontcolor="{INK}"'
MANY, QUICK = 800, "splines=line; nslimit=1; mclimit=0.1;"
"""With more wires than this, lines are straight and crossings are sought for a shorter time."""
EDGE = f'fontname="Helvetica" fontsize=9 arrowsize=0.6 color="{INK}"'


def wire_figure(
    scene: Scene,
    *,
    constants: bool = False,
    title: str = "",
    products: Iterable[str] = (),
    frames: Iterable[str] = (),
    names: Mapping[int, str] | None = None,
    notes: Iterable[str] = (),
) -> str:
    """DOT source of the figure of `scene`; the same scene gives the same bytes.

    Args:
        scene: the whole of a graph.
        constants: whether to draw constants as boxes.
        title, products: lines above and below the line that names the target.
        frames: statements that frame parts of it, see `viz.figure.clusters`.
        names: shorter names of leaves inside frames, by number.
        notes: further lines above the legend.
    """
    short, frames = names or {}, list(frames)
    lines = [
        operation(v, constants, ordered=ordered(v, scene, framed=bool(frames)))
        if v.kind == "op"
        else leaf(v, short.get(v.index, ""))
        for v in reading_order(scene.values, short)
    ]
    lines += [out_box(shown, scene) for shown in scene.ends]
    lines += wire_lines(scene, scene.wires, constants=scene.constants if constants else ())
    lines += [line for shown in scene.ends for line in last_wire(shown, scene)]
    lines += frames
    head = legend.header(scene, constants=constants, title=title, products=products, notes=notes)
    lines += [QUICK] * (len(scene.wires) > MANY)
    return assemble(scene, head, lines)


def reading_order(values: Iterable[Shown], framed: Collection[int]) -> list[Shown]:
    """The order in which values are declared: the engine puts what is framed from the bottom up."""
    given = list(values)
    return [
        *(v for v in given if v.index not in framed),
        *(v for v in reversed(given) if v.index in framed),
    ]


def ordered(shown: Shown, scene: Scene, *, framed: bool) -> bool:
    """Whether the wires of an operation must come in as its operands are written.

    The engine cannot keep an order inside a frame: there it is only asked to where it matters,
    and what it matters to is not framed (see `viz.figure.clusters`).
    """
    several = len(scene.wires_into.get(shown.index, ())) > 1 or shown.symbol != shown.bare_symbol
    return several and not (framed and shown.primitive in SYMMETRIC)


def assemble(scene: Scene, head: str, statements: Iterable[str]) -> str:
    """DOT source with this HTML label above these statements."""
    start = [f"digraph {_graph_name(scene)} {{", GRAPH, f"node [{NODE}];", f"edge [{EDGE}];"]
    return "\n".join([*start, f"label=<{head}>;", *statements, "}", ""])


def _graph_name(scene: Scene) -> str:
    """What a browser shows where the pointer is on nothing: the output's name, if it is plain."""
    name = shorten(scene.output.name)
    plain = all(c.isalnum() or c in " _.[]" for c in name)
    return f'"{printable(name)}"' if plain else '"graph"'
