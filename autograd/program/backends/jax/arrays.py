"""NumPy's functions on JAX arrays: elementary operations, and what a primitive's block calls."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from autograd.errors import TraceError
from autograd.primitives.primitive import Primitive
from autograd.program.symbols import refused_as_opaque, whole_of
from autograd.program.tokens import plain_name


@cache
def library(name: str) -> Any:
    """A module of JAX, such as "jax.numpy"; `compile` has seen to it that there is one."""
    return import_module(name)


def _hidden(x: Any) -> Any:
    """A constant that XLA does not see: it would make x + (c − d) of (x + c) − d."""
    known = isinstance(x, (np.ndarray, np.floating))
    return library("jax.lax").optimization_barrier(x) if known else x


def _with_hidden_constants(name: str) -> Callable[..., Any]:
    return lambda x, y: getattr(library("jax.numpy"), name)(_hidden(x), _hidden(y))


def _add(x: Any, y: Any) -> Any:
    """The sum, which is 0 for −0 + 0: XLA takes what 0 is added to as it is."""
    jnp = library("jax.numpy")
    for one, other in ((x, y), (y, x)):
        if isinstance(one, np.floating) and one == 0.0 and not np.signbit(one):
            return jnp.where(other == 0.0, one, other)
    return jnp.add(_hidden(x), _hidden(y))


def _remainder(x: Any, y: Any) -> Any:
    """The remainder, which has the sign of y where it is 0, too."""
    jnp = library("jax.numpy")
    found = jnp.remainder(x, y)
    return jnp.where(found == 0.0, jnp.copysign(0.0, y), found)


def _floor_divide(x: Any, y: Any) -> Any:
    """⌊x/y⌋, which has the sign of x/y where it is 0, too."""
    jnp = library("jax.numpy")
    found = jnp.floor_divide(x, y)
    return jnp.where(found == 0.0, jnp.copysign(0.0, x / y), found)


def _sign(x: Any) -> Any:
    """The sign, which is 0 for −0."""
    jnp = library("jax.numpy")
    return jnp.where(x == 0.0, 0.0, jnp.sign(x))


_OWN: dict[str, Callable[..., Any]] = {
    "add": _add,
    **{name: _with_hidden_constants(name) for name in ("subtract", "multiply", "divide")},
    "remainder": _remainder,
    "floor_divide": _floor_divide,
    "sign": _sign,
}
"""Operations for which what XLA makes of JAX's function of the name is not quite NumPy's."""


def operation(name: str) -> Callable[..., Any]:
    """JAX's function of this name, which is NumPy's or SciPy's."""
    found = _OWN.get(name) or getattr(library("jax.numpy"), name, None)
    found = found or getattr(library("jax.scipy.special"), name, None)
    if found is None:
        raise TraceError(f"calls {plain_name(name)}, which JAX has not")
    return found


class NumpyLike(NDArrayOperatorsMixin):
    """A JAX array, unknown while it is compiled for, that NumPy's functions and primitives take.

    >>> np.exp(NumpyLike(library("jax.numpy").zeros(2))).array.tolist()
    [1.0, 1.0]
    """

    def __init__(self, array: Any) -> None:
        self.array = array

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **given: Any) -> Any:
        given.pop("out", None)  # what is computed in place is a new array here
        found = operation(ufunc.__name__)
        if method != "__call__":
            jnp = library("jax.numpy")
            if not isinstance(found, jnp.ufunc):
                found = jnp.frompyfunc(found, 2, 1, identity=ufunc.identity)
            found = getattr(found, method)
        return _read(found, inputs, given)

    def __array_function__(self, function: Any, types: Any, args: Any, given: Any) -> Any:
        return _read(operation(function.__name__), args, given)

    def __primitive__(self, primitive: Primitive, operands: tuple[Any, ...]) -> Any:
        if primitive.arity is None:
            return _read(lambda *xs: of_several(primitive, xs), operands, {})
        return primitive.arrays(*operands)

    def __elementary__(self, name: str, operands: tuple[Any, ...]) -> Any:
        return _read(operation(name), operands, {})

    def __select__(self, x: Any, y: Any) -> Any:
        return _read(operation("where"), (self, x, y), {})

    def __bool__(self) -> bool:
        raise TraceError("branches on an operand")

    def __float__(self) -> float:
        raise TraceError("takes the plain number of an operand")

    __int__ = __index__ = __float__

    def __array__(self, *args: Any, **given: Any) -> Any:
        raise TraceError("asks for the numbers of an array, which are not known yet")

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.array, name)
        return (lambda *args, **given: _read(found, args, given)) if callable(found) else found

    def __getitem__(self, place: Any) -> Any:
        return NumpyLike(self.array[_plain(place)])

    def __len__(self) -> int:
        return len(self.array)


def _read(function: Callable[..., Any], args: Any, given: dict[str, Any]) -> Any:
    """A function of JAX arrays, called with what stands for them; its results likewise."""
    found = function(*_plain(args), **_plain(given))
    several = isinstance(found, (list, tuple))
    return type(found)(map(NumpyLike, found)) if several else NumpyLike(found)


def _plain(x: Any) -> Any:
    if isinstance(x, NumpyLike):
        return x.array
    if isinstance(x, dict):
        return {name: _plain(part) for name, part in x.items()}
    if isinstance(x, (list, range)) and not any(isinstance(part, NumpyLike) for part in x):
        return np.asarray(x)  # which NumPy's functions make of a list, and JAX's do not
    return type(x)(map(_plain, x)) if type(x) in (list, tuple) else x


def called(function: Any, operands: list[Any]) -> Any:
    """A function that is no elementary operation, of JAX arrays.

    Raises:
        TraceError: it is written with what NumPy alone can compute.
    """
    _need_to_be_read(function)
    several, one = getattr(function, "reduced_by", None), getattr(function, "primitive", None)
    if several is not None:
        return of_several(several, operands)
    whole = one.arrays if one is not None else function
    return _computed(whole, getattr(function, "__name__", "?"), *map(NumpyLike, operands))


def of_several(primitive: Primitive, operands: Any) -> Any:
    """A primitive of any number of operands, of JAX arrays."""
    jnp = library("jax.numpy")
    return reduced(primitive, jnp.stack(jnp.broadcast_arrays(*operands)), 0)


def reduced(primitive: Primitive, whole: Any, axis: int) -> Any:
    """A primitive of any number of operands, along an axis of a JAX array."""
    _need_to_be_read(whole_of(primitive))
    return _computed(primitive.arrays, primitive.name, NumpyLike(whole), axis=axis)


def _need_to_be_read(function: Any) -> None:
    refusal = refused_as_opaque(function, "backend='jax'")
    if refusal is not None:
        raise TraceError(refusal)


def value_and_slope(primitive: Primitive, whole: Any, axis: int) -> tuple[Any, Any]:
    """The same by its fused form: value, and local gradients along the axis."""
    found: tuple[Any, Any] = _computed(primitive.fused, primitive.name, NumpyLike(whole), axis)
    return found


def _computed(function: Any, name: str, *operands: Any, **given: Any) -> Any:
    try:
        return _plain(function(*operands, **given))
    except Exception as error:  # whatever it says to an array without numbers
        raise TraceError(
            f"backend='jax' cannot compute {plain_name(name)}, which {_reason(error)}: write its "
            "computation for arrays (arrays=) with NumPy's functions that jax.numpy has too, and "
            "with where instead of if; or choose backend='numpy'"
        ) from error


def _reason(error: Exception) -> str:
    if isinstance(error, TraceError):
        return str(error)
    return f"fails on JAX's arrays ({type(error).__name__}: {str(error).splitlines()[0]:.100})"
