"""Where in a model a parameter stands: the path that is its name and its label.

A path is written as one would say it: `layer1.neuron2.w[0]`. Attributes are joined with dots.
Modules in a list count from 1 in the singular of the list's name (`layers` -> `layer1`); numbers
in a list count from 0, as Python indexes them (`w[0]`, `weight_ih[2][1]`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd import PathLabel, Value
from nn.errors import KindError

Allowed = dict[int, Value]
"""The parameters that a model's own `parameters()` names, by identity."""


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


def name_of(model: Any, description: str) -> str:
    """Where a model stands and what it is, for messages.

    No method of a Module reads the path itself: to programs it would be a number like others,
    and trace them again when the model becomes a part of another.
    """
    return f"{model._path} ({description})" if model._path else description


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


def walk(
    path: str, thing: Any, module: Any, *, overridden: bool = True
) -> Iterator[tuple[str, Any]]:
    """Every Module and parameter in `thing` once, with its path, outer before inner.

    Args:
        module: the base class of models.
        overridden: whether a `parameters()` that a subclass defines is asked. The one in
            Module does not, or a subclass could not extend it.
    """
    todo: list[tuple[str, Any, Allowed | None]] = [(path, thing, None)]
    seen: dict[Any, Any] = {}  # by identity; holds what it names, or an id might be used again
    while todo:
        path, thing, allowed = todo.pop()
        if isinstance(thing, Value):
            wanted = thing.is_leaf if allowed is None else id(thing) in allowed
            if wanted and id(thing) not in seen:
                seen[id(thing)] = thing
                yield path, thing
        elif isinstance(thing, module):
            if id(thing) not in seen:
                seen[id(thing)] = thing
                yield path, thing
                todo += reversed(list(_inside(path, thing, allowed, overridden and module)))
                overridden = True
        elif is_container(thing) and (id(thing), id(allowed)) not in seen:
            seen[id(thing), id(allowed)] = thing, allowed
            elements = [(p, element, allowed) for p, element in parts(path, thing, module)]
            todo += reversed(elements)


def leaves_in(thing: Any, module: Any) -> Iterator[Value]:
    """The parameters that `walk` finds, some of them twice, and without their paths."""
    todo, seen = [thing], {}
    while todo:
        thing = todo.pop()
        if isinstance(thing, Value):
            if thing.is_leaf:
                yield thing
        elif id(thing) in seen:
            continue
        elif isinstance(thing, module):
            seen[id(thing)] = thing
            if type(thing).parameters is not module.parameters:
                yield from _checked(thing.parameters(), thing)
            else:
                todo += [part for name, part in vars(thing).items() if name[:1] != "_"]
        elif is_container(thing):
            seen[id(thing)] = thing
            several = thing.values() if isinstance(thing, dict) else thing
            todo += several if not isinstance(thing, np.ndarray) else thing.ravel().tolist()


def _inside(
    path: str, model: Any, allowed: Allowed | None, base: Any
) -> Iterator[tuple[str, Any, Allowed | None]]:
    """The attributes of a model, and the parameters that only its own `parameters()` knows."""
    chosen: list[Value] = []
    if base and type(model).parameters is not base.parameters:
        chosen = _checked(model.parameters(), model)
        allowed = {id(parameter): parameter for parameter in chosen}
    for name, part in vars(model).items():
        if not name.startswith("_"):
            yield join(path, name), part, allowed
    for i, parameter in enumerate(chosen):
        yield join(path, f"parameter{i + 1}"), parameter, allowed


def _checked(parameters: Any, model: Any) -> list[Value]:
    found = list(parameters)
    for p in found:
        if not isinstance(p, Value):
            raise KindError(
                f"parameters() of {type(model).__name__} must give Values, not {type(p).__name__}"
            )
    return found
