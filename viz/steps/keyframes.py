"""CSS keyframes for figures that play by themselves: the looks of each part over time.

A style sheet is built up from looks. Its rules give every part the look it has at the end, so
that a reader who prefers reduced motion, or a program that plays nothing, shows the end state.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

FADE = 0.25
"""Seconds in which a number appears."""

Look = Mapping[str, str]
"""CSS properties and their values."""


@dataclass
class Player:
    """The animations of one figure: so many frames of so many seconds, then the end state.

    `scope` is a class of the figure, so that its rules meet nothing else on a page.
    """

    scope: str
    frames: int
    seconds: float
    pause: float
    _keyframes: dict[str, str] = field(default_factory=dict)
    _rules: dict[tuple[tuple[str, ...], str], str] = field(default_factory=dict)

    @property
    def duration(self) -> float:
        """Seconds from one start to the next."""
        return self.frames * self.seconds + self.pause

    def fade(self, frame: int, before: Look, after: Look) -> str:
        """The keyframes of a part that changes its look at `frame` for good; "" if at once."""
        if frame == 0:
            return ""
        start, end = self._percent(frame), self._percent(frame, FADE)
        return self._named(
            f"0%,{start}{{{_css(before)}}}{end},100%{{{_css(after)}}}", timing="linear"
        )

    def looks(self, looks: Iterable[Look]) -> str:
        """The keyframes of a part with one look per frame, and one for the end state."""
        changes = []
        last = None
        for frame, look in enumerate(looks):
            if look != last:
                changes.append(f"{self._percent(frame)}{{{_css(look)}}}")
            last = look
        assert last is not None
        return self._named("".join([*changes, f"100%{{{_css(last)}}}"]), timing="step-end")

    def class_of(self, animations: Iterable[str], end: Look) -> str:
        """The class of a part that plays these keyframes and ends as `end`."""
        key = (tuple(a for a in animations if a), _css(end))
        return self._rules.setdefault(key, f"k{len(self._rules)}")

    def css(self) -> str:
        """The style sheet."""
        ends = [f".{self.scope} .{name}{{{end}}}" for (_, end), name in self._rules.items() if end]
        played = [
            f".{self.scope} .{name}{{animation:{','.join(animations)}}}"
            for (animations, _), name in self._rules.items()
            if animations
        ]
        frames = [f"@keyframes {name.split()[0]}{{{k}}}" for k, name in self._keyframes.items()]
        moving = "@media (prefers-reduced-motion:no-preference){"
        return "\n".join([*ends, moving, *played, *frames, "}"])

    def _named(self, keyframes: str, timing: str) -> str:
        name = f"{self.scope}-{len(self._keyframes)} {self.duration:g}s {timing} infinite"
        return self._keyframes.setdefault(keyframes, name)

    def _percent(self, frame: int, more: float = 0.0) -> str:
        return f"{100 * (frame * self.seconds + more) / self.duration:.4g}%"


def _css(look: Look) -> str:
    return ";".join(f"{name}:{value}" for name, value in look.items())
