"""Paths of parameters and modules in a model: their names and their labels.

A path is written as one would say it: `layer1.neuron2.w[0]`. Attributes are joined with dots.
Modules in a list count from 1 in the singular of the list's name (`layers` -> `layer1`); numbers
in a list count from 0, as Python indexes them (`w[0]`, `weight_ih[2][1]`).
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd import PathLabel, Value
from nn.errors import KindError

Found = tuple[str, Any, dict[int, Value] | None]
"""Something in a model with its path, and the parameters that the model's own `parameters()` names
(by identity), where it has one."""


_is_leaf = operator.attrgetter("is_leaf")


def label(value: Value, path: str) -> None:
    """Label a parameter with its path, unless the user gave it a label."""
    old = value.label
    if old != path and (not old or isinstance(old, PathLabel)):
        value.label = PathLabel(path)


def join(path: str, name: str) -> str:
    """The path of the attribute `name` of what stands at `path`."""
    return f"{path}.{name}" if path else name


def name_of(model: Any, description: str) -> str:
    """A model with its path, for messages."""
    # No method of a Module reads the path itself: to programs it would be a number like others,
    # and trace them again when the model becomes a part of another.
    return f"{model._path} ({description})" if model._path else description


def walk(
    path: str, thing: Any, module: Any, *, overridden: bool = True
) -> Iterator[tuple[str, Any]]:
    """Every Module and parameter in `thing` once, with its path, outer before inner."""
    # A `parameters()` that a subclass defines is asked if `overridden`; the one in Module does not
    # do so for the model itself, or a subclass could not extend it.
    seen: dict[Any, Any] = {}  # by identity; holds what it names, or an id might be used again
    todo: list[Iterator[Found]] = [iter([(path, thing, None)])]
    while todo:
        for path, thing, allowed in todo[-1]:
            if isinstance(thing, Value):
                wanted = thing.is_leaf if allowed is None else id(thing) in allowed
                if wanted and id(thing) not in seen:
                    seen[id(thing)] = thing
                    yield path, thing
            elif isinstance(thing, module):
                if id(thing) not in seen:
                    seen[id(thing)] = thing
                    yield path, thing
                    todo.append(_attributes(path, thing, allowed, overridden and module))
                    overridden = True
                    break
            elif _is_container(thing) and (id(thing), id(allowed)) not in seen:
                seen[id(thing), id(allowed)] = thing, allowed
                todo.append(_elements(path, thing, allowed, module))
                break
        else:
            todo.pop()


def children_in(model: Any, module: Any) -> Iterator[tuple[str, Any]]:
    """The modules that stand in a model, but not in another module, each once with its path."""
    seen = {id(model): model}
    todo = [_attributes("", model, None, None)]
    while todo:
        for path, thing, _ in todo[-1]:
            is_module = isinstance(thing, module)
            if id(thing) in seen or not (is_module or _is_container(thing)):
                continue
            seen[id(thing)] = thing
            if is_module:
                yield path, thing
            else:
                todo.append(_elements(path, thing, None, module))
                break
        else:
            todo.pop()


def leaves_in(thing: Any, module: Any) -> Iterator[Value]:
    """The parameters that `walk` finds, some of them twice, and without their paths."""
    # For 25,000 parameters in 3 ms, where `walk` takes 20: `zero_grad` comes before every step, and
    # `fit` asks after each callback. So lists of nothing but Values are gone through at once.
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
                yield from _own_parameters(thing)
            else:
                todo += [part for name, part in vars(thing).items() if name[:1] != "_"]
        elif _is_container(thing):
            seen[id(thing)] = thing
            several = thing.values() if isinstance(thing, dict) else thing
            several = thing.ravel().tolist() if isinstance(thing, np.ndarray) else several
            if {*map(type, several)} == {Value}:
                yield from filter(_is_leaf, several)
            else:
                todo += several


def _is_container(thing: Any) -> bool:
    """True if parameters and modules inside `thing` are looked for."""
    if isinstance(thing, np.ndarray):
        return bool(thing.dtype == object)
    return isinstance(thing, (list, tuple, dict))


def _elements(path: str, container: Any, allowed: Any, module: type) -> Iterator[Found]:
    if isinstance(container, dict):
        for key, element in list(container.items()):
            yield f"{path}[{key}]", element, allowed
        return
    for i, element in enumerate(container):
        if isinstance(element, module) and path.endswith("s"):
            yield f"{path[:-1]}{i + 1}", element, allowed
        else:
            yield f"{path}[{i}]", element, allowed


def _attributes(path: str, model: Any, allowed: Any, base: Any) -> Iterator[Found]:
    """The attributes of a model, and the parameters that only its own `parameters()` knows."""
    chosen: list[Value] = []
    if base and type(model).parameters is not base.parameters:
        chosen = _own_parameters(model)
        allowed = {id(parameter): parameter for parameter in chosen}
    for name, part in list(vars(model).items()):
        if not name.startswith("_"):
            yield join(path, name), part, allowed
    for i, parameter in enumerate(chosen):
        yield join(path, f"parameter{i + 1}"), parameter, allowed


def _own_parameters(model: Any) -> list[Value]:
    found = list(model.parameters())
    for p in found:
        if not isinstance(p, Value):
            raise KindError(
                f"parameters() of {type(model).__name__} must give Values, not {type(p).__name__}"
            )
    return found
