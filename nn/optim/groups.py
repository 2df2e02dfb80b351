"""Groups of parameters with settings of their own, as PyTorch writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from autograd import Value
from nn.checks import Array
from nn.errors import ArgumentError, KindError


class Group(NamedTuple):
    """Parameters by their places among all; settings of their own; their share of the rate."""

    places: Array
    settings: dict[str, Any]
    share: float


def taken_apart(params: Any) -> tuple[Any, list[tuple[int, dict[str, Any]]]]:
    """All parameters; and, of groups, how many each has and what it sets."""
    several = isinstance(params, Iterable) and not isinstance(params, (Value, Mapping))
    several = several and not hasattr(params, "parameters")  # a Sequential, which is refused
    given = list(params) if several else params
    if not several or not any(isinstance(one, Mapping) for one in given):
        return given, []
    flat: list[Any] = []
    found = []
    for i, group in enumerate(given):
        known = group.get("params") if isinstance(group, Mapping) else None
        if not isinstance(known, Iterable | Value):
            raise KindError(
                'parameter groups are dicts such as {"params": model.layers[0].parameters(), '
                f'"lr": 0.01}}, all of them; group {i} is none'
            )
        members = [known] if isinstance(known, Value) else list(known)
        flat += members
        settings = {name: setting for name, setting in group.items() if name != "params"}
        found.append((len(members), settings))
    return flat, found


def groups_of(optimizer: Any, counted: list[tuple[int, dict[str, Any]]]) -> list[Group]:
    """The groups of an optimiser, their settings checked as its own are."""
    found, start, known = [], 0, optimizer._settings()
    for count, given in counted:
        unknown = [name for name in given if name not in known]
        if unknown:
            raise ArgumentError(
                f"a parameter group of {type(optimizer).__name__} has no {unknown[0]!r}; it has "
                f"'params', {', '.join(map(repr, known))}"
            )
        places, start = np.arange(start, start + count), start + count
        if not count:
            continue
        members = [optimizer.params[i] for i in places]
        checked = type(optimizer)(members, **(known | given))._settings()
        if "lr" in given and optimizer.lr == 0.0:
            raise ArgumentError(
                "the rate of a parameter group is kept as a share of the optimiser's own, which "
                "is 0; give that another lr"
            )
        share = checked["lr"] / optimizer.lr if "lr" in given else 1.0
        own = {name: checked[name] for name in given if name != "lr"}
        found.append(Group(places, own, share))
    return found
