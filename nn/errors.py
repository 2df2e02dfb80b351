"""Everything `nn` raises: one base, each also the built-in that fits."""

from __future__ import annotations

from typing import Any


class NNError(Exception):
    """Base of every error that this package raises."""


class KindError(NNError, TypeError):
    """An argument is of a kind that makes no sense here, such as text for a number."""


class ArgumentError(NNError, ValueError):
    """An argument of the right kind has a value that is not allowed, such as a negative size."""


class ShapeError(NNError, ValueError):
    """The number of inputs, outputs, targets or weights differs from what is needed."""


class StateError(NNError, ValueError):
    """A state does not belong to this model or optimiser: other names, other sizes, or nan."""


class FileFormatError(NNError, ValueError):
    """A file is truncated, foreign or damaged, or has a suffix that is not known."""


class DataError(NNError, ValueError):
    """Data, or a number that describes data, makes no sense here; the message says why."""


class MissingExtraError(NNError, ImportError):
    """A feature needs a package that is not installed; the message says what to install."""


class TrainingError(NNError, ArithmeticError):
    """Training ran into nan or infinity; the message says where, and what usually helps.

    Attributes:
        history: the `History` of the epochs before.
    """

    def __init__(self, message: str, history: Any = None) -> None:
        super().__init__(message)
        self.history = history
