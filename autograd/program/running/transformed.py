"""Traces of transforms of a function: its Hessian, and products with that and with its Jacobian.

While a program is traced, transforms record what they compute; so the gradient of a function is a
function like others, whose trace has values and derivatives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.backward import gradients, push_forward
from autograd.core.wiring import order_of
from autograd.errors import ArgumentError
from autograd.node_sets import node_dict
from autograd.program.running.runner import Runner
from autograd.program.running.traces import Traces
from autograd.program.tracing.arguments import Arguments
from autograd.program.tracing.options import Options
from autograd.transforms.derivatives import grad, jvp
from autograd.transforms.structures import take_apart
from autograd.value import Value

Array = np.ndarray[Any, Any]
Function = Callable[..., Any]


class Derived(NamedTuple):
    """The trace of a derivative, for a call, and the parameters' numbers in its order."""

    runner: Runner
    arguments: Arguments
    theta: Array


def hessian(base: Runner, function: Function, arguments: Arguments, theta: Array) -> Any:
    """The second derivatives, as `Program.hessian` says."""
    base.check(base.chosen)
    if "gradient" not in base.derived:
        made = Runner(_gradient(function, base), arguments, base.options)
        base.derived["gradient"] = made, _places(made, base)
    runner, places = base.derived["gradient"]
    total, share = _reduction(base, arguments)
    if base.chosen is not None:
        return runner.jacobian(arguments, theta[places], runner.chosen, total=total, share=share)
    count, examples = len(base.parameters), None if total else arguments.examples
    table = np.zeros((count, count) if examples is None else (examples, count, count))
    if places:
        found = runner.jacobian(arguments, theta[places], None, total=total, share=share)
        table[..., places] = found
    return table


def along(
    base: Runner, function: Function, direction: Any, args: Any, named: Any, theta: Array
) -> tuple[Any, Any]:
    """The function's values and their derivatives along a direction, as `Program.jvp` says."""
    base.options.refuse_aux()
    found = _along("jvp", base, _directional(function, base), direction, args, named, theta)
    return tuple(found.runner.values(found.arguments, found.theta))


def hessian_along(
    base: Runner, function: Function, direction: Any, args: Any, named: Any, theta: Array
) -> Any:
    """The product of the Hessian with a direction, as `Program.hvp` says."""
    base.check(base.chosen)
    gradient = _gradient(function, base)
    found = _along("hvp", base, _directional(gradient, base), direction, args, named, theta)
    total, share = _reduction(base, found.arguments)
    return found.runner.values(found.arguments, found.theta, total=total, share=share)[1]


def _along(
    name: str, base: Runner, function: Function, direction: Any, args: Any, named: Any, theta: Array
) -> Derived:
    """The trace of a function of the arguments and a direction."""
    chosen = base.chosen
    if chosen is None:
        numbers = take_apart(direction, what="the direction").elements
        if len(numbers) != len(theta):
            raise ArgumentError(
                f"the direction is an array of the {len(theta)} parameters, in the order of "
                f".parameters, not of {len(numbers)} numbers"
            )
        directions = [np.array(numbers, dtype=np.float64)]
    elif base.is_one:
        directions = [direction]
    elif isinstance(direction, (tuple, list)) and len(direction) == len(chosen):
        directions = [*direction]
    else:
        raise ArgumentError(
            f"the direction is a tuple with one entry for each of the {len(chosen)} arguments that "
            f"argnums={base.options.argnums!r} names, not {direction!r:.60}"
        )
    if name not in base.derived:
        base.derived[name] = Traces(function, _options(base, len(args), len(named)))
    arguments, runner = base.derived[name].find((*args, *directions), named)
    return Derived(runner, arguments, theta[_places(runner, base)])


def _options(base: Runner, count: int, named: int) -> Options:
    """The options of a function that takes directions after its arguments given by position."""
    options, flags = base.options, base.options.flags(count)
    by_place = [*flags, *[options.flag_by_name] * named]
    own = [False] if base.chosen is None else [by_place[i] for i in base.chosen]
    every = [*flags, *own]
    return options if set(every) == {options.batched} else options._replace(batched=every)


def _places(runner: Runner, base: Runner) -> list[int]:
    """The places of a trace's parameters among those of the one that it is derived from."""
    places = {id(p): i for i, p in enumerate(base.parameters)}
    return [places[id(p)] for p in runner.parameters]


def _reduction(base: Runner, arguments: Arguments) -> tuple[bool, float]:
    """True if what is found for the examples is added up, and by what each is multiplied."""
    if arguments.examples is None or base.each:
        return False, 1.0
    share = base.share(arguments.examples)
    blocks = [block for block in base.graph.blocks if block.argument in (base.chosen or ())]
    kinds = {block.batched for block in blocks} or {False}
    if len(kinds) > 1:
        raise ArgumentError(
            f"argnums={base.options.argnums!r} names arguments that the examples share, and some "
            "that each example has: their second derivatives cannot be added up; compile with "
            "reduce=None for those of each example, or choose one kind"
        )
    return kinds == {False}, share


def _gradient(function: Function, base: Runner) -> Function:
    """The gradient of a function of one number: by the arguments, or flat by the parameters."""
    argnums = base.options.argnums
    if argnums is not None:
        return grad(function, argnums)
    parameters = base.parameters

    def gradient(*args: Any, **named: Any) -> Any:
        outputs = _values(function(*args, **named))
        found = gradients(
            order_of(outputs), [(out, 1.0) for out in outputs], parameters, again=True
        )
        return np.array([*found, None], dtype=object)[:-1]

    return gradient


def _directional(function: Function, base: Runner) -> Function:
    """The function's values and their derivatives along directions, which follow its arguments."""
    if base.chosen is not None:
        return _along_arguments(function, base.chosen)
    parameters = base.parameters

    def directional(*given: Any, **named: Any) -> tuple[Any, Any]:
        *args, direction = given
        result = take_apart(function(*args, **named))
        outputs, tangents = _values(result), node_dict(zip(parameters, direction, strict=True))
        slopes = iter(push_forward(order_of(outputs), outputs, tangents, again=True))
        found = [next(slopes) if isinstance(x, Value) else 0.0 for x in result.elements]
        return result.like(result.elements), result.like(found)

    return directional


def _along_arguments(function: Function, chosen: Sequence[int]) -> Function:
    def directional(*given: Any, **named: Any) -> tuple[Any, ...]:
        args, directions = given[: -len(chosen)], given[-len(chosen) :]
        count, every = len(args), [*args, *named.values()]

        def of_chosen(*parts: Any) -> Any:
            for i, part in zip(chosen, parts, strict=True):
                every[i] = part
            return function(*every[:count], **dict(zip(named, every[count:], strict=True)))

        return jvp(of_chosen, [every[i] for i in chosen], directions)

    return directional


def _values(result: Any) -> list[Any]:
    """The Values in what a function returns."""
    elements = getattr(result, "elements", None) or take_apart(result).elements
    return [x for x in elements if isinstance(x, Value)]
