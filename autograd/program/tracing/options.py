"""Options of a program: what `compile` was told of the function's arguments and its result."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

from autograd.errors import ArgumentError
from autograd.extras import need
from autograd.transforms.chosen import Argnums, as_asked, chosen_arguments, is_one

REDUCTIONS = ("mean", "sum", None)
DTYPES = (np.float64, np.float32, "float64", "float32", float)
BACKENDS: dict[str, tuple[np.dtype[Any], ...]] = {
    "auto": (np.dtype(np.float64), np.dtype(np.float32)),
    "numpy": (np.dtype(np.float64), np.dtype(np.float32)),
    "python": (np.dtype(np.float64),),
    "native": (np.dtype(np.float64), np.dtype(np.float32)),
    "jax": (np.dtype(np.float64), np.dtype(np.float32)),
}
"""The back ends, and the dtypes that each offers."""
NEEDS = {"native": "llvmlite", "jax": "jax"}
"""By back end, the package that it needs beyond the core's; the extra has the back end's name."""


class ByDefault(str):
    """A reduction that nobody asked for: not for gradients of a batch, where it would divide."""


MEAN = ByDefault("mean")


class Options(NamedTuple):
    """All that a program was told; see `compile`.

    Attributes:
        argnums: the arguments by which to differentiate, by position or name; None: the parameters.
        batched: None: arrays have a leading batch axis; a bool for all, or one for each positional
            argument.
        static, static_names: positions and names of the static arguments.
        mesh: the devices that a batch is spread over, of back end "jax"; None for one.
        has_aux: the function returns a number that is differentiated, and what is not.
    """

    argnums: Argnums | None
    batched: Any
    reduce: str | None
    dtype: np.dtype[Any]
    static: frozenset[int]
    static_names: frozenset[str]
    backend: str = "auto"
    mesh: Any = None
    has_aux: bool = False

    def flags(self, count: int) -> list[bool | None]:
        """True for each of so many positional arguments that has a batch axis; None: by kind."""
        batched = self.batched
        if batched is None or isinstance(batched, bool):
            return [batched] * count
        flags = list(batched) if isinstance(batched, (list, tuple)) else [batched]
        if len(flags) != count or not all(flag is None or isinstance(flag, bool) for flag in flags):
            raise ArgumentError(
                f"batched= is None, a bool, or one bool for each argument (there are {count}), "
                f"not {batched!r}"
            )
        return flags

    @property
    def flag_by_name(self) -> bool | None:
        """As one of `flags`, for each argument that is given by name."""
        return self.batched if isinstance(self.batched, bool) else None

    def chosen(
        self, function: Callable[..., Any], count: int, names: Sequence[str]
    ) -> tuple[int, ...] | None:
        """The places that `argnums` names in a call; None for the parameters.

        `count` arguments are given by position, and after them those of these names.
        """
        if self.argnums is None:
            return None
        chosen = tuple(chosen_arguments(self.argnums, count, names, function))
        static = [i for i in chosen if i < count and i in self.static]
        static += [i for i in chosen if i >= count and names[i - count] in self.static_names]
        if static:
            raise ArgumentError(
                f"argnums={self.argnums!r} names argument {min(static)}, which is static and has "
                "no gradient; choose another"
            )
        return chosen

    def refuse_aux(self) -> None:
        """Raise an ArgumentError if the function returns more than what is differentiated."""
        if self.has_aux:
            raise ArgumentError(
                "a program with has_aux=True gives its value_and_grad, grad and backward; for "
                "others compile a function that returns the number alone, or a transform that "
                "takes has_aux, such as compile(hessian(f, has_aux=True))"
            )

    def without_self(self) -> Options:
        """Those of a bound method: positions count `self`, as the function's own list does."""
        argnums, batched = self.argnums, self.batched
        if argnums == 0 or (isinstance(argnums, (list, tuple)) and 0 in argnums):
            raise ArgumentError(
                f"argnums={argnums!r} names self, which is no number: positions are those in the "
                "function's own list of arguments, and the one after self is 1"
            )
        several: Any = [argnums] if is_one(argnums) else argnums or ()
        moved = [i - (i > 0) if isinstance(i, int) else i for i in several]
        return self._replace(
            argnums=argnums if argnums is None else as_asked(argnums, moved),
            batched=batched[1:] if isinstance(batched, (list, tuple)) else batched,
            static=frozenset(i - 1 for i in self.static if i),
        )


def options_for(
    function: Callable[..., Any],
    *,
    argnums: Any,
    batched: Any,
    reduce: Any,
    dtype: Any,
    static_argnums: Any,
    static_argnames: Any,
    backend: Any,
    mesh: Any,
    has_aux: bool,
) -> Options:
    """The options, with static arguments known by position and by name where they have both."""
    if reduce not in REDUCTIONS:
        raise ArgumentError(f"reduce= is 'mean', 'sum' or None, not {reduce!r}")
    if dtype not in DTYPES:
        raise ArgumentError(f"dtype= is np.float64 or np.float32, not {dtype!r}")
    static = _static(function, static_argnums, static_argnames)
    _check_backend(backend, np.dtype(dtype), mesh)
    return Options(
        argnums, batched, reduce, np.dtype(dtype), *static, backend, _automatic(mesh), has_aux
    )


def _check_backend(backend: Any, dtype: np.dtype[Any], mesh: Any) -> None:
    """Raise if there is no such back end, or it lacks something."""
    if not isinstance(backend, str) or backend not in BACKENDS:
        raise ArgumentError(f"backend= is {_listed(BACKENDS)}, not {backend!r:.60}")
    if dtype not in BACKENDS[backend]:
        raise ArgumentError(
            f"backend={backend!r} computes in float64 alone, not in {dtype}; leave dtype= out, or "
            "choose backend='numpy'"
        )
    if mesh is not None and backend != "jax":
        raise ArgumentError(
            f"mesh= spreads a batch over JAX's devices, and needs backend='jax', not {backend!r}"
        )
    if backend in NEEDS:
        need(NEEDS[backend], extra=backend, what=f"backend={backend!r}")


def _automatic(mesh: Any) -> Any:
    """The mesh with axes over which JAX lays out arrays by itself; None for None.

    `jax.make_mesh` makes axes of which every operation has to be told.
    """
    if mesh is None:
        return None
    kind = import_module("jax.sharding").Mesh
    if not isinstance(mesh, kind):
        raise ArgumentError(
            "mesh= is a jax.sharding.Mesh, such as jax.make_mesh((jax.device_count(),), "
            f"('batch',)), not {type(mesh).__name__}"
        )
    return kind(mesh.devices, mesh.axis_names)


def _listed(names: Iterable[str]) -> str:
    *first, last = map(repr, names)
    return f"{', '.join(first)} or {last}"


def _static(
    function: Callable[..., Any], argnums: Any, argnames: Any
) -> tuple[frozenset[int], frozenset[str]]:
    """Positions and names of the static arguments."""
    numbers = _several(argnums, int, "static_argnums= is a position, or several")
    names = _several(argnames, str, "static_argnames= is a name, or several")
    if not numbers and not names:
        return frozenset(), frozenset()
    taken, by_place, more = _parameters(function)
    for name in names:
        if name not in taken and not more:
            raise ArgumentError(
                f"static_argnames={argnames!r}: the function takes no argument {name!r}; it takes "
                f"{', '.join(taken) or 'none'}"
            )
    count = len(by_place)
    positions = {i + count if i < 0 else i for i in numbers}
    if not more and not positions <= set(range(count)):
        raise ArgumentError(
            f"static_argnums={argnums!r} names an argument that the function does not take; "
            f"by position it takes {', '.join(by_place) or 'none'}"
        )
    positions.update(by_place.index(name) for name in names if name in by_place)
    also = {by_place[i] for i in positions if 0 <= i < count}
    return frozenset(positions), frozenset({*names, *also})


def _several(given: Any, kind: type, what: str) -> tuple[Any, ...]:
    if given is None:
        return ()
    several = given if isinstance(given, (list, tuple, set, frozenset)) else (given,)
    if not all(isinstance(one, kind) and not isinstance(one, bool) for one in several):
        raise ArgumentError(f"{what}, not {given!r}")
    return tuple(several)


def _parameters(function: Callable[..., Any]) -> tuple[list[str], list[str], bool]:
    """The names that a function takes, those that have a place, and True if it takes more."""
    try:
        found = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # some functions written in C say nothing
        return [], [], True
    more = [p for p in found if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    placed = [p.name for p in found if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return [p.name for p in found if p not in more], placed, bool(more)
