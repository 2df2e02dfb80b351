"""Programs of a model, kept for as long as the model lives and stays what it was.

`fit`, `evaluate` and `predict` each need a program or two; a trace takes as long as many examples,
so that the next call finds the one of the last. What a model's program depends on is recorded
before its trace (`nn.dependencies`): a model or loss that has changed since gets a new program.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any, NamedTuple

import numpy as np

import autograd
from autograd import Program, TraceError
from nn.dependencies import BOOKKEEPING, Record, dependencies, holds
from nn.module import Module

__all__ = ["MANY", "Wanted", "give_back", "program_of"]

__tracebackhide__ = True

Array = np.ndarray[Any, Any]

MANY = 64
"""For so many examples a program pays: a trace takes about as long as 50 to 200 of them."""
KEPT = 8
"""How many programs are kept for one model."""


class Wanted(NamedTuple):
    """A program that is wanted.

    Attributes:
        kind: what it computes.
        model: of what.
        parts: what it depends on beside the model, such as the loss.
        make: makes the function to trace from one that gives the model.
    """

    kind: str
    model: Any
    parts: tuple[Any, ...]
    make: Callable[[Callable[[], Any]], Callable[..., Any]]


class _Kept(NamedTuple):
    kind: str
    record: Record
    program: Program
    traced: dict[Any, str | None]
    """For each structure of arguments why it cannot be traced, or None."""


_kept: dict[int, tuple[Any, list[_Kept]]] = {}
"""By the identity of a model: a weak reference to it, and its programs, the latest last."""
_in_use: weakref.WeakSet[Program] = weakref.WeakSet()


def program_of(wanted: Wanted, example: tuple[Array, ...], *, alone: bool = False) -> Program:
    """The program that is wanted, traced for arguments like `example`.

    Args:
        alone: nobody else is to be given it until `give_back(program)`.

    Raises:
        TraceError: model or loss would freeze a number, or remember something.
        what else they raise when they meet the placeholders of a trace.
    """
    record = dependencies(wanted.parts, wanted.model)
    found = _found(wanted, record, alone) or _new(wanted, record)
    structure = tuple((a.dtype.str, a.shape[1:]) for a in example)
    if structure not in found.traced:
        try:
            _trace(found, wanted, example)
        except TraceError as error:
            found.traced[structure] = str(error)
            raise
        found.traced[structure] = None
    why_not = found.traced[structure]
    if why_not is not None:
        raise TraceError(why_not)
    found.program.trace(*example)  # known: it becomes the one that .parameters is of
    if alone:
        _in_use.add(found.program)
    return found.program


def _trace(found: _Kept, wanted: Wanted, example: tuple[Array, ...]) -> None:
    before = _attributes(wanted.model)
    found.program.trace(*example)
    _check_same(before, _attributes(wanted.model))
    if dependencies(wanted.parts, wanted.model) != found.record:
        raise TraceError(f"the model or the loss changes something that it keeps{_REMEDY}")


def give_back(program: Program) -> None:
    """Let others use a program that was given to one alone."""
    _in_use.discard(program)


def _found(wanted: Wanted, record: Record, alone: bool) -> _Kept | None:
    _, programs = _kept.get(id(wanted.model), (None, []))
    for one in reversed(programs):
        free = not (alone and one.program in _in_use)
        if free and one.kind == wanted.kind and one.record == record:
            return one
    return None


def _new(wanted: Wanted, record: Record) -> _Kept:
    """A new program; it is kept unless that would keep the model alive."""
    model, reference = wanted.model, _reference(wanted)
    program = autograd.compile(wanted.make(reference or (lambda: model)))
    made = _Kept(wanted.kind, record, program, {})
    if reference is not None:
        _, programs = _kept.setdefault(id(model), (reference, []))
        programs.append(made)
        del programs[:-KEPT]
    return made


def _reference(wanted: Wanted) -> Any:
    """A weak reference to the model, or None where a program would keep it alive all the same."""
    model, key = wanted.model, id(wanted.model)
    if isinstance(model, (FunctionType, MethodType)) or holds(wanted.parts, model):
        return None
    try:
        return weakref.ref(model, lambda _: _kept.pop(key, None))
    except TypeError:
        return None


_REMEDY = (
    " when it is called, which a program would not do when it runs; compute what is to be looked "
    "at outside of the model"
)


def _attributes(model: Any) -> dict[str, Any]:
    """What all modules of a model keep."""
    modules = model.named_modules() if isinstance(model, Module) else [("", model)]
    return {
        f"{path or type(model).__name__}.{name}": thing
        for path, module in modules
        for name, thing in getattr(module, "__dict__", {}).items()
        if name not in BOOKKEEPING
    }


def _check_same(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Raise TraceError if a model keeps something else than before."""
    for name, thing in after.items():
        if thing is not before.get(name):
            raise TraceError(f"the model changes {name}{_REMEDY}")
