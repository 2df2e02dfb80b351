"""Programs of a model, kept as long as the model lives.

`fit`, `evaluate` and `predict` each need a program or two; a trace takes as long as many examples,
so that the next call finds the one of the last. A program looks by itself after what it reads
(`autograd.compile` says what that is), so that it is traced anew when the model has changed, or
what the loss reads; another loss gets another program.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any, NamedTuple

import numpy as np

import autograd
from autograd import Program, Surroundings, TraceError
from nn.models.module import Module
from nn.models.sameness import same

__tracebackhide__ = True

Array = np.ndarray[Any, Any]

MANY = 64
"""For so many examples a program pays: a trace takes about as long as 50 to 200 of them."""
KEPT, MODELS = 8, 32
"""How many programs are kept for one model, and for how many models that are no Modules."""


class Wanted(NamedTuple):
    """A program that is wanted.

    Attributes:
        kind: what it computes.
        model: of what.
        parts: what tells it from others of the model, such as the loss.
        make: makes the function to trace from one that gives the model.
    """

    kind: str
    model: Any
    parts: tuple[Any, ...]
    make: Callable[[Callable[[], Any]], Callable[..., Any]]


class _Kept(NamedTuple):
    kind: str
    parts: tuple[Any, ...]
    program: Program
    refused: dict[Any, tuple[str, Surroundings]]
    """For structures of arguments that cannot be traced: why not, and what that was seen from."""


class Shelf:
    """The programs of one model, the latest last.

    The model's copies, and what it is pickled to, have none.
    """

    def __init__(self, model: Any, gone: Callable[[Any], Any]) -> None:
        self.model = weakref.ref(model, gone)
        self.programs: list[_Kept] = []

    def __reduce_ex__(self, protocol: Any) -> Any:
        return type(None), ()


_others: dict[int, Shelf] = {}
"""Of models that are no Modules, whose attributes are not ours; by identity."""
_in_use: weakref.WeakSet[Program] = weakref.WeakSet()


def program_of(wanted: Wanted, example: tuple[Array, ...], *, alone: bool = False) -> Program:
    """The program that is wanted, traced for arguments like `example`.

    Args:
        alone: nobody else is to be given it until `give_back(program)`.

    Raises:
        TraceError: model or loss would freeze a number, or remember something.
        what else they raise when they meet the placeholders of a trace.
    """
    shelf = _shelf(wanted.model)
    found = _found(wanted, shelf, alone) or _new(wanted, shelf)
    structure = tuple((a.dtype.str, a.shape[1:]) for a in example)
    why_not, around = found.refused.get(structure, ("", None))
    if around is not None and around.changed() is None:
        raise TraceError(why_not)
    try:
        found.program.trace(*example)  # or if known: it becomes the one that .parameters is of
    except TraceError as error:
        found.refused[structure] = str(error), Surroundings(found.program.function)
        raise
    if alone:
        _in_use.add(found.program)
    return found.program


def give_back(program: Program) -> None:
    """Let others use a program that was given to one alone."""
    _in_use.discard(program)


def _shelf(model: Any) -> Shelf | None:
    """The shelf of a model; None for functions, methods, and what can have no weak reference.

    A Module has it among its attributes: whatever its programs refer to, they go with it.
    """
    if isinstance(model, (FunctionType, MethodType)):
        return None
    is_module = isinstance(model, Module)
    key: Any = "_programs" if is_module else id(model)
    place: dict[Any, Any] = vars(model) if is_module else _others
    shelf: Shelf | None = place.get(key)
    if shelf is not None and shelf.model() is model:  # a shallow copy has that of the original
        return shelf
    if len(_others) >= MODELS:
        _others.pop(next(iter(_others)), None)
    try:
        shelf = place[key] = Shelf(model, lambda _: place.pop(key, None))
    except TypeError:
        return None
    return shelf


def _found(wanted: Wanted, shelf: Shelf | None, alone: bool) -> _Kept | None:
    for one in reversed(shelf.programs if shelf else ()):
        free = not (alone and one.program in _in_use)
        if free and one.kind == wanted.kind and same(one.parts, wanted.parts):
            return one
    return None


def _new(wanted: Wanted, shelf: Shelf | None) -> _Kept:
    """A new program, on the shelf if there is one."""
    model = wanted.model
    program = autograd.compile(wanted.make(shelf.model if shelf else lambda: model))
    made = _Kept(wanted.kind, wanted.parts, program, {})
    if shelf:
        shelf.programs.append(made)
        del shelf.programs[:-KEPT]
    return made
