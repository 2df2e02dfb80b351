"""`animate`: an SVG that plays the forward and the backward pass by itself, even in an `<img>`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from autograd import Value
from viz.layout.picture import Picture
from viz.layout.shapes import sheet
from viz.steps.film import gif, mp4
from viz.steps.frames import Frames
from viz.steps.moving_figure import moving_figure
from viz.steps.stage import stage
from viz.steps.stepper import MAX_NODES, checked_frames, checked_seconds
from viz.text import number, printable, shorten

FILM_SCALE = 1.5
"""Pixels of a GIF or a video for each point of the figure."""


@dataclass(eq=False, repr=False)
class Animation(Picture):
    """A figure that plays by itself; a notebook shows it playing.

    Its `svg` has CSS animations, no script, and needs no other file.

    Attributes:
        frames: the steps, as data.
        title: a line over the figure, "" for none.
        seconds_per_frame: how long a frame stays.
        pause: how long the end state stays before it starts again.
    """

    frames: Frames
    title: str
    seconds_per_frame: float
    pause: float
    _engine: str | None
    suffixes = (".svg", ".gif", ".mp4")

    def _content(self, suffix: str, name: str) -> bytes:
        """The SVG, or a GIF or a video of the same steps."""
        if suffix == ".svg":
            return self.svg.encode()
        figure = stage(self.frames, engine=self._engine)
        film = gif if suffix == ".gif" else mp4
        return film(
            sheet(figure.svg),
            [frame.parts for frame in self.frames],
            seconds=self.seconds_per_frame,
            pause=self.pause,
            scale=FILM_SCALE,
        )

    def _made(self) -> str:
        figure = stage(self.frames, engine=self._engine, head=True, title=self.title)
        text = f"{figure.markup()}{self.seconds_per_frame}{self.pause}{printable(self.title)}"
        scope = f"s{hashlib.sha256(text.encode()).hexdigest()[:8]}"
        return moving_figure(
            self.frames, figure, scope=scope, seconds=self.seconds_per_frame, pause=self.pause
        )

    def __str__(self) -> str:
        return str(self.frames)

    def __repr__(self) -> str:
        name, count = shorten(self.frames.scene.output.name), len(self.frames)
        length = number(count * self.seconds_per_frame + self.pause)
        return f"<animation of {name}, {count:,} frames in {length} s>"


def animate(
    root: Value,
    *,
    wrt: Iterable[Value | str] = (),
    title: str = "",
    seconds_per_frame: float = 1.5,
    pause: float = 4.0,
    max_nodes: int | None = MAX_NODES,
    engine: str | None = None,
) -> Animation:
    """Play the forward and the backward pass of `root` over and over.

    Where reduced motion is preferred, the end state stands still. Gradients are those of one
    `backward()` from nothing; the graph is only read.

    Args:
        root: the output.
        wrt: the leaves to show as parameters, as in `draw`.
        title: a line over the figure.
        seconds_per_frame: how long a frame stays.
        pause: how long the end state stays before it starts again, in seconds.
        max_nodes: refuse graphs with more values; None never does.
        engine: the program that lays out, found as `viz.layout.engine` says.

    Raises:
        DrawingError: an argument makes no sense, or the graph is too large to follow.

    >>> w, x = Value(5.0, label="w"), Value(2.0, label="x")
    >>> J = w * x
    >>> J.label = "J"
    >>> animate(J)
    <animation of J, 5 frames in 11.5 s>
    """
    return Animation(
        checked_frames(root, wrt, max_nodes, "animate"),
        title,
        checked_seconds("seconds_per_frame", seconds_per_frame),
        checked_seconds("pause", pause),
        engine,
    )
