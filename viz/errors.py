"""Everything this package raises: one base, each also the built-in that fits."""

from __future__ import annotations

from viz.text import columns, printable


class VizError(Exception):
    """Base of every error that this package raises; its text is safe to print."""

    def __init__(self, text: str = ""):
        super().__init__(printable(text))


class DrawingError(VizError, ValueError):
    """An argument of a drawing makes no sense here."""


class LayoutError(VizError, RuntimeError):
    """The layout engine could not turn DOT into a picture."""


class EngineNotFoundError(LayoutError):
    """No program that lays out DOT was found; the text says how to get one."""


class SaveError(VizError, OSError):
    """A picture could not be written to its file."""


class FormulaError(VizError, ValueError):
    """A formula, or a value given for one of its names, cannot be understood.

    Attributes:
        reason: what is wrong, in one line.
        text: the formula, or None when the place is not in it.
        position: index into `text` of the first character that is wrong.

    >>> print(FormulaError("a factor is missing", "2*", 2))
    a factor is missing
      2*
        ^
    """

    def __init__(self, reason: str, text: str | None = None, position: int = 0, length: int = 1):
        self.reason, self.text, self.position, self.length = reason, text, position, length
        super().__init__(self._full())

    def _full(self) -> str:
        if self.text is None:
            return self.reason
        line = "".join(" " if c.isspace() else c for c in self.text)
        window, at = _around(line, self.position)
        carets = "^" * max(1, columns(window[at : at + self.length]))
        return f"{self.reason}\n  {window}\n  {' ' * columns(window[:at])}{carets}"


def _around(text: str, position: int, width: int = 72) -> tuple[str, int]:
    """The part of a long `text` that contains `position`, and the index of `position` in it."""
    if len(text) <= width:
        return text, position
    start = max(0, min(position - width // 2, len(text) - width))
    stop = start + width
    head, tail = "…" if start else "", "…" if stop < len(text) else ""
    return f"{head}{text[start:stop]}{tail}", position - start + len(head)
