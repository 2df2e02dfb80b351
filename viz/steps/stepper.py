"""`step`: a page on which a graph is computed forward, then differentiated backward, by hand.

The page is one HTML file that needs nothing else and may load nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from autograd import Value
from viz.errors import DrawingError
from viz.figure.complete import complete
from viz.figure.dot import dot
from viz.figure.draw import check_size
from viz.figure.drawing import Part
from viz.figure.heading import LEGEND, with_heading
from viz.figure.page.look import look
from viz.figure.page.pills import with_pills
from viz.figure.page.rows import in_rows
from viz.graph.given import graph_of, names_of
from viz.layout.picture import Picture, svg_of
from viz.layout.shapes import sheet
from viz.layout.tikz import slides
from viz.pages import asset, page_of, safe, sandboxed
from viz.steps.frames import Frame, Frames, frames
from viz.steps.stage import Stage, stage
from viz.text import shorten
from viz.theme import FILL

MAX_NODES = 60
"""Values that can be followed one by one; beyond that nobody does."""


@dataclass(eq=False, repr=False)
class Stepper(Picture):
    """The steps of a graph as it was when `step` was called; a notebook shows them as a page.

    Its `svg`, for where no page can be shown, is the figure after the last step.

    Attributes:
        frames: the steps, as data.
        title: the heading of the page.
        seconds_per_frame: how long a frame stays while the page plays.
    """

    frames: Frames
    title: str
    seconds_per_frame: float
    _engine: str | None
    suffixes = (".html", ".tex")

    @cached_property
    def _stage(self) -> Stage:
        return stage(self.frames, engine=self._engine)

    @cached_property
    def html(self) -> str:
        """The page: HTML that needs no other file and no network.

        Raises:
            EngineNotFoundError: no layout engine; the text says how to get one.
            LayoutError: the engine failed.
        """
        return page(self.frames, self._stage, title=self.title, seconds=self.seconds_per_frame)

    def _made(self) -> str:
        scene = self.frames.scene
        elements = in_rows(with_pills(complete(scene)), look().room)
        drawing = with_heading(scene, elements, title=self.title)
        return svg_of(dot(drawing), self._engine)

    def _content(self, suffix: str, name: str) -> bytes:
        """The page, or one Beamer frame with an overlay for each step."""
        if suffix == ".html":
            return self.html.encode()
        captions = [frame.caption for frame in self.frames]
        return slides(sheet(self._stage.svg), captions, self.title).encode()

    def _displayed(self) -> dict[str, str]:
        height = min(760, max(440, 340 + round(1.5 * self._stage.height)))
        shown = sandboxed(self.html, title=self.title, height=height)
        return {"text/html": shown, **super()._displayed()}

    def _repr_html_(self) -> str | None:
        """The display in a notebook: the page in a sandboxed frame. Never raises."""
        return self._repr_mimebundle_().get("text/html")

    def __str__(self) -> str:
        return str(self.frames)

    def __repr__(self) -> str:
        return f"<steps of {shorten(self.frames.scene.output.name)}, {len(self.frames):,} frames>"


def step(
    root: Value,
    *,
    wrt: Iterable[Value | str] = (),
    title: str = "",
    seconds_per_frame: float = 2.0,
    max_nodes: int | None = MAX_NODES,
    engine: str | None = None,
) -> Stepper:
    """Step through the forward and the backward pass of `root`.

    The page has buttons, a slider, keys (arrows, Home, End, space; P to predict each number
    before it is shown, D for light or dark) and captions for screen readers. Gradients are those
    of one `backward()` from nothing; the graph is only read.

    Args:
        root: the output.
        wrt: the leaves to show as parameters, as in `draw`.
        title: the heading; by default it names the output.
        seconds_per_frame: how long a frame stays while the page plays.
        max_nodes: refuse graphs with more values; None never does.
        engine: the program that lays out, found as `viz.layout.engine` says.

    Raises:
        DrawingError: an argument makes no sense, or the graph is too large to follow.

    >>> w, x = Value(5.0, label="w"), Value(2.0, label="x")
    >>> J = w * x
    >>> J.label = "J"
    >>> steps = step(J)
    >>> steps
    <steps of J, 5 frames>
    >>> print(steps.frames[3])
    ∂J/∂w = ∂J/∂J · ∂J/∂w = 1 · 2 = 2
    """
    found = checked_frames(root, wrt, max_nodes, "step")
    name = shorten(found.scene.output.name)
    seconds = checked_seconds("seconds_per_frame", seconds_per_frame)
    return Stepper(found, title or f"{name}, step by step", seconds, engine)


def checked_frames(
    root: Value, wrt: Iterable[Value | str], max_nodes: int | None, caller: str
) -> Frames:
    """The frames of `root`; an error if there are too many values to follow."""
    check_size("max_nodes", max_nodes, 1)
    names = names_of(graph_of(root, caller=caller))
    count = len(names)
    if max_nodes is not None and count > max_nodes:
        raise DrawingError(
            f"{caller}() shows every value one by one, and {shorten(names[count])} "
            f"has {count:,}, more than max_nodes={max_nodes}: take a smaller example, such as one "
            f"neuron and one training example, or a part, {caller}(part); for the whole graph use "
            "draw(root), and for one path in it draw(root, path=(w, root))"
        )
    return frames(root, wrt)


def checked_seconds(name: str, seconds: float) -> float:
    """`seconds`; an error unless it is a positive number."""
    number = isinstance(seconds, (int, float)) and not isinstance(seconds, bool)
    if not number or not 0 < seconds < math.inf:
        raise DrawingError(f"{name}= is a number of seconds above 0, not {seconds!r}")
    return float(seconds)


def page(steps: Frames, stage: Stage, *, title: str, seconds: float) -> str:
    """The page."""
    return page_of(
        "stepper",
        title=title,
        script=asset("stepper.js"),
        figure=stage.markup(),
        seconds=f"{seconds:g}",
        last=str(len(steps) - 1),
        legend="".join(_legend(steps, stage)),
        steps="".join(map(_step, steps)),
    )


def _legend(steps: Frames, stage: Stage) -> list[str]:
    """The marks in this figure beyond the three kinds of numbers."""
    found = {mark: LEGEND[mark] for mark in stage.legend}
    return [
        *[f'<li class="gradient">{found["message"]}</li>\n' for _ in {"message"} & found.keys()],
        *[f"<li>{safe(note)}</li>\n" for note in steps.notes],
        *[f'<li class="swatch {m}">{text}</li>\n' for m, text in found.items() if m in FILL],
    ]


def _step(frame: Frame) -> str:
    """One line of the transcript, from which the page takes its captions."""
    number = f' data-number="{frame.number!r}"' if frame.number is not None else ""
    answer = f" = <span>{_spans(frame.answer)}</span>" if frame.answer else ""
    return (
        f'<li data-phase="{frame.phase}"{number}><span>{_spans(frame.lead)}</span>{answer}</li>\n'
    )


def _spans(parts: Sequence[Part]) -> str:
    return "".join(
        f'<span class="{part.role}">{safe(part.text)}</span>' if part.role else safe(part.text)
        for part in parts
    )
