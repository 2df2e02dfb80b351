"""Functions in, derivatives out: grad, value_and_grad, jacobian, hessian, jvp, vjp.

The names and arguments are JAX's. A function takes numbers, arrays (of any library), and lists,
tuples, dicts or dataclasses of these; it is called with Values in their place, and results come
back in the shape of the argument: numbers for numbers, arrays for arrays. Transforms nest, to any
order. They leave `.grad` alone, of Values that the function closes over too.

Where an argument holds Values, or the function closes over Values that were made before the call,
results are Values, which can be differentiated with respect to those: so can a gradient penalty, or
the residual of a differential equation. Otherwise, and within `no_grad()`, they are plain numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from autograd.errors import ArgumentError, OperandError
from autograd.node_sets import node_dict
from autograd.transforms.call import Call
from autograd.transforms.chosen import Argnums, as_asked, chosen_arguments
from autograd.transforms.structures import Block, Nested, join, shaped, take_apart
from autograd.value import Value

Function = Callable[..., Any]


def value_and_grad(f: Function, argnums: Argnums = 0, has_aux: bool = False) -> Function:
    """A function that returns f(…) and its gradient: one forward and one backward pass.

    Args:
        f: returns one number.
        argnums: which argument to differentiate, by position or name, or several (a tuple of
            gradients).
        has_aux: f returns a pair, (number, aux): what is differentiated, and anything else, with
            numbers in the place of Values. The result is then ((value, aux), gradient).

    Raises:
        ArgumentError: `argnums` names no argument, or f returns several numbers, or no pair.
        OperandError: an argument, or what f returns, is not made of numbers.

    >>> value_and_grad(lambda w, x: (w * x - 1.0) ** 2)(2.0, 3.0)
    (25.0, 30.0)
    >>> value_and_grad(lambda w, x: ((w * x - 1.0) ** 2, {"fit": w * x}), has_aux=True)(2.0, 3.0)
    ((25.0, {'fit': 6.0}), 30.0)

    The function may close over Values. Its gradient is then a function of them, too:

    >>> w = Value(3.0)
    >>> slope = grad(lambda t: w * t * t)(1.0)
    >>> slope.backward()
    >>> slope.data, w.grad
    (6.0, 2.0)
    """

    _need_function(f)

    @wraps(f)
    def evaluate(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        chosen = chosen_arguments(argnums, len(args), [*kwargs], f)
        call = Call(f, args, kwargs, chosen, has_aux)
        out = _scalar(call.out)
        call.outputs("grad")
        found = call.finish(call.gradients([(out, 1.0)]))
        (value,) = call.finish([out])
        return call.beside(value), as_asked(argnums, call.split(found))

    return evaluate


def grad(f: Function, argnums: Argnums = 0, has_aux: bool = False) -> Function:
    """A function that returns the gradient of f, in the shape of the argument.

    `grad(grad(f))` is the second derivative, and so on. See `value_and_grad` for the arguments
    and errors; with `has_aux` it returns (gradient, aux).

    >>> grad(lambda x: x ** 3)(2.0), grad(grad(lambda x: x ** 3))(2.0)
    (12.0, 12.0)
    >>> grad(lambda w: w[0] * w[1])([2.0, 3.0])
    [3.0, 2.0]
    """
    both = value_and_grad(f, argnums, has_aux)

    @wraps(f)
    def evaluate(*args: Any, **kwargs: Any) -> Any:
        value, gradient = both(*args, **kwargs)
        return (gradient, value[1]) if has_aux else gradient

    return evaluate


def jacobian(f: Function, argnums: Argnums = 0, has_aux: bool = False) -> Function:
    """A function that returns ∂fᵢ/∂xⱼ for every output i and input j of f.

    One forward pass, and one backward pass per output. The result has the structure of the
    output, and in each place the structure of the argument; where both are arrays, an array of
    shape `output.shape + argument.shape`. With `has_aux`, f returns (output, aux), and the result
    is (derivatives, aux).

    >>> jacobian(lambda x: [x[0] * x[1], x[0] + x[1]])([2.0, 3.0])
    [[3.0, 2.0], [1.0, 1.0]]
    """
    _need_function(f)

    @wraps(f)
    def evaluate(*args: Any, **kwargs: Any) -> Any:
        chosen = chosen_arguments(argnums, len(args), [*kwargs], f)
        call = Call(f, args, kwargs, chosen, has_aux)
        outputs = call.outputs("jacobian")
        rows = [call.gradients([(output, 1.0)]) for output in outputs.elements]
        rows = [call.finish(row) for row in rows]
        found = outputs.build(
            as_asked(argnums, _blocks_of_rows(call, rows[span], block))
            for block, span in outputs.spans()
        )
        return call.beside(found)

    return evaluate


def _blocks_of_rows(call: Call, rows: list[list[Any]], output: Block) -> list[Any]:
    """For one block of the output: ∂output/∂argument in each argument's structure."""
    if output.shape is None:
        return call.split(rows[0])
    together = join(call.arguments)
    parts = [
        shaped([x for row in rows for x in row[span]], output.shape + (block.shape or ()))
        for block, span in together.spans()
    ]
    return list(together.build(iter(parts)))


def hessian(f: Function, argnums: Argnums = 0, has_aux: bool = False) -> Function:
    """A function that returns the second derivatives ∂²f/∂xᵢ∂xⱼ of f, which returns one number.

    With `has_aux`, f returns (number, aux), and the result is (derivatives, aux).

    >>> hessian(lambda x: x[0] ** 2 * x[1])([2.0, 3.0])
    [[6.0, 4.0], [4.0, 0.0]]
    """
    return jacobian(grad(f, argnums, has_aux), argnums, has_aux)


def jvp(
    f: Function, primals: Sequence[Any], tangents: Sequence[Any], has_aux: bool = False
) -> tuple[Any, ...]:
    """f(*primals) and its directional derivative along the tangents (forward mode).

    Args:
        f: returns a number, an array, or lists, tuples or dicts of these.
        primals: the positional arguments.
        tangents: a direction of the same structure.
        has_aux: f returns (output, aux); the result is then (output, derivative, aux).

    Raises:
        ArgumentError: primals and tangents differ in structure.

    >>> jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 10.0))
    (6.0, 23.0)
    """
    primals, directions = _tuple(primals, "primals"), _tuple(tangents, "tangents")
    call = Call(f, primals, {}, [*range(len(primals))], has_aux)
    outputs = call.outputs("jvp")
    direction = _matching(call.arguments, directions, "tangents", "primals")
    call.again = call.differentiable_with(direction)
    seeds = node_dict(zip(call.inputs, direction, strict=True))
    found = iter(call.tangents(seeds))
    slopes = [next(found) if isinstance(out, Value) else 0.0 for out in outputs.elements]
    values = call.finish(outputs.elements)
    return outputs.like(values), outputs.like(call.finish(slopes)), *call.aux()


def vjp(f: Function, *primals: Any, has_aux: bool = False) -> tuple[Any, ...]:
    """f(*primals), and a function that pulls a cotangent back to the primals (reverse mode).

    The returned function takes a cotangent in the structure of the output and returns a tuple
    with Σᵢ cotangentᵢ · ∂fᵢ/∂x for each primal x. With `has_aux`, f returns (output, aux), and aux
    comes last.

    >>> out, pull = vjp(lambda x, y: [x * y, x + y], 2.0, 3.0)
    >>> out, pull([1.0, 10.0])
    ([6.0, 5.0], (13.0, 12.0))
    """
    call = Call(f, primals, {}, [*range(len(primals))], has_aux)
    outputs = call.outputs("vjp")

    def pull(cotangent: Any) -> tuple[Any, ...]:
        seeds = _matching([outputs], (cotangent,), "the cotangent", "the output")
        again = call.again
        call.again = call.differentiable_with(seeds)
        found = call.gradients(list(zip(outputs.elements, seeds, strict=True)))
        found, call.again = call.finish(found), again
        return tuple(call.split(found))

    return outputs.like(call.finish(outputs.elements)), pull, *call.aux()


def stop_gradient(x: Any) -> Any:
    """x itself, as what is constant: its derivatives of every order are 0.

    Values become leaves with the same number, `v.detach()`, in a structure like that of x; within a
    function that is traced, a node that passes its number on and sends nothing back.

    Args:
        x: a number, a Value, an array, or lists, tuples, dicts or dataclasses of these.

    Raises:
        OperandError: x is made of something else.

    >>> grad(lambda x: x * stop_gradient(x * x))(3.0)
    9.0
    """
    parts = take_apart(x, what="what stop_gradient is given")
    return parts.like([e.detach() if isinstance(e, Value) else e for e in parts.elements])


def _need_function(f: Any) -> None:
    if not callable(f):
        raise OperandError(
            f"a transform takes a function, not {type(f).__name__}; write grad(f)(x), "
            "not grad(f(x))"
        )


def _tuple(xs: Any, what: str) -> tuple[Any, ...]:
    if not isinstance(xs, (tuple, list)):
        raise ArgumentError(f"{what} must be a tuple with one entry per argument, such as (x,)")
    return tuple(xs)


def _matching(like: list[Nested], given: tuple[Any, ...], what: str, of: str) -> list[Any]:
    """The elements of `given`, which must have the structure of `like`."""
    parts = [take_apart(x, what=what) for x in given]
    if [part.places for part in parts] != [part.places for part in like]:
        raise ArgumentError(f"{what} must have the structure and shapes of {of}")
    return [x for part in parts for x in part.elements]


def _scalar(out: Any) -> Any:
    if isinstance(out, Value):
        return out
    if isinstance(out, np.ndarray) and out.shape == ():
        return _scalar(out.item())
    if isinstance(out, (list, tuple, dict, np.ndarray)):
        raise ArgumentError(
            f"a gradient needs a function that returns one number, not {type(out).__name__} of "
            f"{np.size(out) if isinstance(out, np.ndarray) else len(out)}; use jacobian, or "
            "return a sum or a mean"
        )
    try:
        return take_apart(out, what="what grad's function returns").elements[0]
    except OperandError as error:
        raise OperandError(f"{error}") from None
