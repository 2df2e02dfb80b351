"""What the command lines share: their streams, and how a gradient step is done and told."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping

from autograd import Value


def prepare_streams() -> None:
    """Let `∂` pass through stdout and stderr, as `?` where their encoding cannot write it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def stepped(parameters: Mapping[str, Value], alpha: float) -> dict[str, float]:
    """The parameters after one step of gradient descent, θ − α ∂C/∂θ (document 004).

    >>> w = Value(2.0)
    >>> (w * w).backward()
    >>> stepped({"w": w}, 0.25)
    {'w': 1.0}
    """
    return {name: value.data - alpha * value.grad for name, value in parameters.items()}
