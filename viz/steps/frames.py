"""Forward and backward, one small step at a time: what each step computes, and how.

`frames(root)` is plain data, which `step` and `animate` show and which prints itself. Going
forward, each frame computes one value; going backward, each sends one message, the
backpropagated gradient times the local gradient of one wire, and adds it to what has arrived
before (Lei's notes, section 1.3, remarks 1 and 2). The graph is only read: gradients are those
that `backward()` gives a graph that has none yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from autograd import Graph, Value
from viz.figure.drawing import Part
from viz.graph.doubts import refuse_outdated
from viz.graph.given import graph_of
from viz.graph.scene import Scene, Wire, message, read
from viz.steps.captions import Sent, backward, forward, given, seed
from viz.text import DIRECT


@dataclass(frozen=True)
class Frame:
    """One step.

    Attributes:
        phase: "forward" or "backward".
        value: index of the value that is computed, or that receives the message.
        wire: the wire the message travels on; None forward, and for the seed.
        lead: the caption up to the number that this step finds.
        answer: the rest of the caption, "" where nothing is computed.
        number: the number found, None where there is none.
    """

    phase: Literal["forward", "backward"]
    value: int
    wire: Wire | None
    lead: tuple[Part, ...]
    answer: tuple[Part, ...] = ()
    number: float | None = None

    @property
    def parts(self) -> tuple[Part, ...]:
        """The caption in pieces."""
        between = (Part(" = "),) if self.answer else ()
        return (*self.lead, *between, *self.answer)

    @property
    def caption(self) -> str:
        """The caption: `∂J/∂w = ∂J/∂z · ∂z/∂w = 8 · 1 = 8`."""
        return "".join(part.text for part in self.parts)

    def __str__(self) -> str:
        return self.caption


@dataclass(frozen=True, repr=False)
class Frames:
    """Every step of one forward and one backward pass, in order.

    Attributes:
        scene: the graph with the gradients and messages that the backward pass gives.
        steps: the frames.
    """

    scene: Scene
    steps: tuple[Frame, ...]

    def __len__(self) -> int:
        return len(self.steps)

    def __iter__(self) -> Iterator[Frame]:
        return iter(self.steps)

    def __getitem__(self, index: int) -> Frame:
        return self.steps[index]

    def __str__(self) -> str:
        wide = len(str(len(self.steps)))
        lines: list[str] = []
        for i, frame in enumerate(self.steps):
            if i == 0 or frame.phase != self.steps[i - 1].phase:
                lines.append(frame.phase)
            lines.append(f"  {i + 1:>{wide}}  {frame.caption}")
        return "\n".join([*lines, *self.notes])

    __repr__ = __str__

    @property
    def notes(self) -> tuple[str, ...]:
        """Explanations of signs that the captions use: of ∂⁺, where a part goes directly."""
        direct = any(wire.direct and not wire.off for wire in self.scene.wires)
        return (f"∂⁺: {DIRECT}",) if direct else ()


def frames(root: Value, wrt: Iterable[Value | str] = ()) -> Frames:
    """The steps that compute `root`, and then every gradient ∂root/∂·.

    Args:
        root: the output.
        wrt: the leaves to show as parameters, as in `draw`.

    Raises:
        DrawingError: `root` is no Value, something in `wrt` is no leaf of this graph, or data
            were assigned to since `root` was computed.

    >>> w, x = Value(5.0, label="w"), Value(2.0, label="x")
    >>> J = w * x
    >>> J.label = "J"
    >>> print(frames(J))
    forward
      1  given: w = 5, x = 2
      2  J = w · x = 5 · 2 = 10
    backward
      3  ∂J/∂J = 1
      4  ∂J/∂w = ∂J/∂J · ∂J/∂w = 1 · 2 = 2
      5  ∂J/∂x = ∂J/∂J · ∂J/∂x = 1 · 5 = 5
    """
    graph = graph_of(root, wrt=wrt)
    refuse_outdated(graph)
    scene = differentiated(read(graph), graph)
    leaves = [shown for shown in scene.values if shown.kind != "op"]
    steps = [
        Frame("forward", leaves[0].index, None, *given(leaves)),
        *(Frame("forward", i, None, *forward(scene, i, graph.values[i])) for i in graph.computed),
        Frame("backward", scene.output.index, None, *seed(scene)),
        *(
            Frame("backward", one.wire.source, one.wire, *backward(scene, one))
            for one in _in_order(scene)
        ),
    ]
    return Frames(scene, tuple(steps))


def differentiated(scene: Scene, graph: Graph) -> Scene:
    """`scene` with the gradients of one backward pass from nothing, and with names told apart."""
    grads = graph.gradients()
    into = {
        i: tuple(
            replace(wire, message=message(grads.get(i, 0.0), wire.local, off=wire.off))
            for wire in wires
        )
        for i, wires in scene.wires_into.items()
    }
    values = tuple(
        replace(
            shown,
            name=shown.unique,
            grad=grads.get(shown.index),
            unsent=shown.index not in grads,
        )
        for shown in scene.values
    )
    return replace(scene, values=values, wires_into=into)


def _in_order(scene: Scene) -> Iterator[Sent]:
    """Every wire in the order of the backward pass, with what has arrived at its source before."""
    waiting = Counter(wire.source for wire in scene.wires if not wire.off)
    held: dict[int, float] = {}
    for shown in reversed(scene.values):
        for wire in scene.wires_into.get(shown.index, ()):
            if wire.off or wire.message is None:
                yield Sent(wire, None, False)
                continue
            before = held.get(wire.source)
            waiting[wire.source] -= 1
            yield Sent(wire, before, waiting[wire.source] > 0)
            held[wire.source] = wire.message if before is None else before + wire.message
