"""`score`: how many of a notebook's questions were answered, and how."""

from __future__ import annotations

from collections import Counter
from typing import Any

from viz.questions.boxes import widgets

RIGHT_AT_ONCE, RIGHT_LATER, SHOWN = "right at the first try", "later", "shown"
OPEN = ""
"""The state of a question that nobody has answered."""
PREDICTIONS, EXERCISES = "predictions", "exercises"


class Score:
    """The questions asked since the kernel began, and what became of each."""

    def __init__(self) -> None:
        self._states: dict[tuple[str, str], str] = {}
        self._tried: set[tuple[str, str]] = set()
        self._boxes: list[Any] = []

    def ask(self, kind: str, name: str) -> None:
        """A question of this name; one that is asked again is the same."""
        self._states.setdefault((kind, name), OPEN)
        self._tell()

    def answered(self, kind: str, name: str, right: bool) -> None:
        """An answer was given. What was shown before does not count as found."""
        key = kind, name
        if right and not self._states.get(key):
            self._states[key] = RIGHT_LATER if key in self._tried else RIGHT_AT_ONCE
        self._tried.add(key)
        self._tell()

    def shown(self, kind: str, name: str) -> None:
        """The answer was looked at."""
        if not self._states.get((kind, name)):
            self._states[kind, name] = SHOWN
        self._tell()

    def __str__(self) -> str:
        if not self._states:
            return "no questions yet"
        return "; ".join(self._line(kind) for kind in dict.fromkeys(k for k, _ in self._states))

    def _line(self, kind: str) -> str:
        states = Counter(state for (of, _), state in self._states.items() if of == kind)
        total = states.total()
        if kind == EXERCISES:
            return f"{states[RIGHT_AT_ONCE] + states[RIGHT_LATER]} of {total} exercises solved"
        parts = [f"{states[RIGHT_AT_ONCE]} of {total} {kind} {RIGHT_AT_ONCE}"]
        parts += [f"{states[s]} {s}" for s in (RIGHT_LATER, SHOWN) if states[s]]
        return ", ".join(parts)

    __repr__ = __str__

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {**self._widget(), "text/plain": str(self)}

    def _widget(self) -> dict[str, Any]:
        kit = widgets()
        if kit is None:
            return {}
        box = kit.HTML(f"<b>{self}</b>")
        self._boxes.append(box)
        return dict(box._repr_mimebundle_())

    def _tell(self) -> None:
        for box in self._boxes:
            box.value = f"<b>{self}</b>"


SCORE = Score()
"""The score of this kernel."""


def score() -> Score:
    """Get the score of this notebook: predictions and exercises, counted as they are answered.

    >>> print(Score())
    no questions yet
    """
    return SCORE
