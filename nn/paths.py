"""Where in a model a parameter stands: the path that is its name and its label.

A path is written as one would say it: `layer1.neuron2.w[0]`. Attributes are joined with dots.
Modules in a list count from 1 in the singular of the list's name (`layers` -> `layer1`); numbers
in a list count from 0, as Python indexes them (`w[0]`, `weight_ih[2][1]`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd import Value

__all__ = ["PathLabel", "is_container", "join", "label", "parts"]


class PathLabel(str):
    """A label that was set from a path, not by the user: a bigger model may replace it."""

    __slots__ = ()


def label(value: Value, path: str) -> None:
    """Label a parameter with its path, unless the user gave it a label.

    >>> w = Value(1.0)
    >>> label(w, "w[0]")
    >>> label(w, "neuron1.w[0]")
    >>> w.label
    'neuron1.w[0]'
    """
    old = value.label
    if old != path and (not old or isinstance(old, PathLabel)):
        value.label = PathLabel(path)


def join(path: str, name: str) -> str:
    """The path of the attribute `name` of what stands at `path`.

    >>> join("", "b"), join("layer1", "neurons")
    ('b', 'layer1.neurons')
    """
    return f"{path}.{name}" if path else name


def is_container(thing: Any) -> bool:
    """Whether parameters and modules inside `thing` are looked for."""
    if isinstance(thing, np.ndarray):
        return bool(thing.dtype == object)
    return isinstance(thing, (list, tuple, dict))


def parts(path: str, container: Any, module: type) -> Iterator[tuple[str, Any]]:
    """The elements of a list, tuple, dict or object array, each with its path.

    Args:
        module: the class of which elements count as modules.
    """
    if isinstance(container, dict):
        for key, element in container.items():
            yield f"{path}[{key}]", element
        return
    for i, element in enumerate(container):
        if isinstance(element, module) and path.endswith("s"):
            yield f"{path[:-1]}{i + 1}", element
        else:
            yield f"{path}[{i}]", element
