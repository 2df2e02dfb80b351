"""The stepper's page: one HTML file that needs nothing else and may load nothing else."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files
from string import Template

from viz.figure.drawing import Part
from viz.figure.heading import LEGEND
from viz.steps.frames import Frame, Frames
from viz.steps.stage import Stage
from viz.text import printable
from viz.theme import FILL


def page(steps: Frames, stage: Stage, *, title: str, seconds: float) -> str:
    """The page. Its policy allows exactly its own script and style sheet, and no connection."""
    style, script = _asset("stepper.css"), _asset("stepper.js")
    return Template(_asset("template.html")).substitute(
        title=_safe(title),
        style=style,
        style_hash=_hash(style),
        script=script,
        script_hash=_hash(script),
        figure=stage.markup(),
        seconds=f"{seconds:g}",
        last=len(steps) - 1,
        legend="".join(_legend(steps, stage)),
        steps="".join(map(_step, steps)),
    )


def sandboxed(html: str, *, title: str, height: int) -> str:
    """`html` inside a frame that lets it run its script and do nothing else."""
    return (
        f'<iframe sandbox="allow-scripts" title="{_safe(title)}" width="100%" height="{height}" '
        f'style="border:0" srcdoc="{escape(html)}"></iframe>'
    )


@cache
def _asset(name: str) -> str:
    return files("viz").joinpath("assets", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """The name of an inline script or style sheet in a content security policy."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _safe(text: str) -> str:
    return escape(printable(text))


def _legend(steps: Frames, stage: Stage) -> list[str]:
    """The marks in this figure beyond the three kinds of numbers."""
    found = {mark: LEGEND[mark] for mark in stage.legend}
    return [
        *[f'<li class="gradient">{found["message"]}</li>\n' for _ in {"message"} & found.keys()],
        *[f"<li>{_safe(note)}</li>\n" for note in steps.notes],
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
        f'<span class="{part.role}">{_safe(part.text)}</span>' if part.role else _safe(part.text)
        for part in parts
    )
