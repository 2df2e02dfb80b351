"""Models in words: the table of `summary()`, and the nested repr of a user's own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nn.text import columns


class Table(str):
    """Text that shows as a table at the prompt and in a notebook, without `print`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def table_of(module: Any) -> Table:
    """The models inside and their numbers of parameters; if some are frozen, how many are not."""
    shown = [(path, inner) for path, inner in module.named_modules() if path]
    rows = [_row(path, inner) for path, inner in shown if inner._in_summary]
    rows = [("name", "model", "parameters", "trained"), *rows, _row("total", module)]
    if all(count == trained for *_, count, trained in rows[1:]):
        rows = [row[:3] for row in rows]
    return Table("\n".join(columns(rows, numbers_from=2)))


def _row(name: str, module: Any) -> tuple[str, ...]:
    parameters = list(module.parameters())
    counts = len(parameters), sum(p.requires_grad for p in parameters)
    return name, module.describe(), *(f"{count:,}" for count in counts)


def nested(title: str, parts: Iterable[tuple[str, Any]]) -> str:
    """The repr of a model by those of its parts, each indented below it, as PyTorch writes it.

    >>> print(nested("Net", [("hidden", nested("Block", [("0", 1)])), ("scale", 2.0)]))
    Net(
      (hidden): Block(
        (0): 1
      )
      (scale): 2.0
    )
    """
    told = [f"({name}): {part}".replace("\n", "\n  ") for name, part in parts]
    return f"{title}()" if not told else "\n  ".join([f"{title}(", *told]) + "\n)"
