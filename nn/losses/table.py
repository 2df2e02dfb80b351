"""Losses by name, with the facts that others need to know of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from nn.loss_checks import Facts

Loss = Callable[[Any, Any], Any]
L = TypeVar("L", bound=Callable[..., Any])
LOSSES: dict[str, Loss] = {}
"""Every loss by its own name."""
FACTS: dict[str, Facts] = {}
"""The facts about each, by the same name."""


def enter(**facts: Any) -> Callable[[L], L]:
    """Enter a loss into the tables, with its facts."""

    def entered(loss: L) -> L:
        name = loss.__name__
        LOSSES[name], FACTS[name] = loss, Facts(name, **facts)
        return loss

    return entered
