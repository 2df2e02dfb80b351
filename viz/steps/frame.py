"""What a step of a forward or backward pass is, as data that prints itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from viz.graph.scene import Scene, Wire
from viz.text import DIRECT

Phase = Literal["forward", "backward"]
Role = Literal["", "forward", "gradient", "local"]


class Part(NamedTuple):
    """A piece of a caption; `role` says which kind of number it is, "" for other text."""

    text: str
    role: Role = ""


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

    phase: Phase
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

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        wide = len(str(len(self.steps)))
        lines: list[str] = []
        for i, frame in enumerate(self.steps):
            if i == 0 or frame.phase != self.steps[i - 1].phase:
                lines.append(frame.phase)
            lines.append(f"  {i + 1:>{wide}}  {frame.caption}")
        return "\n".join([*lines, *self.notes])

    @property
    def notes(self) -> tuple[str, ...]:
        """Explanations of signs that the captions use: of ∂⁺, where a part goes directly."""
        direct = any(wire.direct and not wire.off for wire in self.scene.wires)
        return (f"∂⁺: {DIRECT}",) if direct else ()
