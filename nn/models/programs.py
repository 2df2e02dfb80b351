"""Programs of a model, kept as long as the model lives.

`fit`, `evaluate` and `predict` each need a program or two; a trace takes as long as many examples,
so that the next call finds the one of the last. A program looks by itself after what it reads
(`autograd.compile` says what that is), so that it is traced anew when the model has changed, or
what the loss reads; another loss gets another program, unless it says the same.
"""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable, Iterable
from types import CellType, FunctionType, MethodType
from typing import Any, NamedTuple

import numpy as np

import autograd
from autograd import Program, Surroundings, TraceError
from nn.checks import Array
from nn.models.module import Module

__tracebackhide__ = True

Key = tuple[Any, ...]
Make = Callable[[Callable[[], Any]], Callable[..., Any]]

MANY = 64
"""For so many examples a program pays: a trace takes about as long as 50 to 200 of them."""
KEPT, MODELS = 8, 32
"""Most programs that are kept for one model, and most models of these that are no Modules."""


class _Entry(NamedTuple):
    key: Key
    program: Program
    refused: dict[Any, tuple[str, Surroundings]]
    """For structures of arguments that cannot be traced: why not, and what that was seen from."""


class KeptPrograms:
    """The programs of one model, the latest last; its copies and pickles have none."""

    def __init__(self, model: Any, gone: Callable[[Any], Any]) -> None:
        self.model = weakref.ref(model, gone)
        self.programs: list[_Entry] = []

    def __reduce_ex__(self, protocol: Any) -> Any:
        return type(None), ()


_others: dict[int, KeptPrograms] = {}
"""Of models that are no Modules, whose attributes are not ours; by identity."""
_in_use: weakref.WeakSet[Program] = weakref.WeakSet()


def program_of(
    model: Any,
    key: Key,
    make: Make,
    example: tuple[Array, ...],
    *,
    alone: bool = False,
    backend: str = "auto",
    mesh: Any = None,
    has_aux: bool = False,
) -> Program:
    """The program of a model under that key, traced for arguments like `example`.

    `make` makes the function to trace from one that gives the model; if `alone`, nobody else is
    given the program until `give_back(program)`. `backend`, `mesh` and `has_aux` are those of
    `autograd.compile`.
    """
    kept, key = _kept_for(model), (*key, backend, mesh)
    found = _found(kept, key, alone)
    if found is None:
        program = autograd.compile(
            make(kept.model if kept else lambda: model),
            backend=backend,
            mesh=mesh,
            has_aux=has_aux,
        )
        found = _Entry(key, program, {})
        if kept:
            kept.programs.append(found)
            del kept.programs[:-KEPT]
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


def _kept_for(model: Any) -> KeptPrograms | None:
    """The programs of a model; None for functions, and what can have no weak reference."""
    # A Module has it among its attributes: whatever its programs refer to, they go with it.
    if isinstance(model, (FunctionType, MethodType)):
        return None
    is_module = isinstance(model, Module)
    name: Any = "_programs" if is_module else id(model)
    place: dict[Any, Any] = vars(model) if is_module else _others
    kept: KeptPrograms | None = place.get(name)
    if kept is not None and kept.model() is model:  # a shallow copy has that of the original
        return kept
    if len(_others) >= MODELS:
        _others.pop(next(iter(_others)), None)
    try:
        kept = place[name] = KeptPrograms(model, lambda _: place.pop(name, None))
    except TypeError:
        return None
    return kept


def _found(kept: KeptPrograms | None, key: Key, alone: bool) -> _Entry | None:
    for one in reversed(kept.programs if kept else ()):
        free = not (alone and one.program in _in_use)
        if free and same(one.key, key):
            return one
    return None


_PLAIN = (bool, int, float, complex, str, bytes, type(None), np.generic)


def same(one: Any, other: Any) -> bool:
    """True if two things say the same, so that what was made of one serves for the other.

    So do functions that were made anew, such as a `loss=lambda …` in a loop, if their code,
    defaults and what they close over do; partial functions, methods, lists, tuples, dicts and
    arrays of numbers by their parts; anything else is only itself.
    """
    todo, seen = [(one, other)], set()
    while todo:
        x, y = todo.pop()
        if x is y or (id(x), id(y)) in seen:
            continue
        seen.add((id(x), id(y)))
        if type(x) is not type(y):
            return False
        (mark, parts), (other_mark, other_parts) = _parts_of(x), _parts_of(y)
        if mark != other_mark:
            return False
        todo += zip(parts, other_parts, strict=True)
    return True


def _parts_of(thing: Any) -> tuple[Any, Iterable[Any]]:
    """A mark that compares by `==` (kind, size or number), and the parts to compare further."""
    kind = type(thing)
    if isinstance(thing, _PLAIN):
        return repr(thing), ()
    if kind is np.ndarray and not thing.dtype.hasobject:
        return (thing.shape, thing.dtype.str, thing.tobytes()), ()
    if kind is FunctionType:
        cells = [_content(cell) for cell in thing.__closure__ or ()]
        kept = (thing.__defaults__, thing.__kwdefaults__, thing.__dict__)
        return (thing.__code__, id(thing.__globals__)), (*kept, *cells)
    if kind is functools.partial:
        return (), (thing.func, thing.args, thing.keywords)
    if kind is MethodType:
        return (), (thing.__func__, thing.__self__)
    if kind in (list, tuple):
        return len(thing), thing
    if kind is dict:
        return len(thing), (*thing, *thing.values())
    return id(thing), ()


def _content(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not bound yet
        return CellType
