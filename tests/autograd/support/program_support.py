"""What the tests of programs share: the eager answer, and the check that a program gives it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from autograd_support import SMALLEST_NORMAL
from autograd_support import assert_close as strictly_close

import autograd as ag
from autograd import Value

Function = Callable[..., Any]


def assert_close(got: Any, want: Any, *, rel: float, scale: float, what: str) -> None:
    """As the engine's, but what is subnormal may have become 0."""
    strictly_close(got, want, rel=rel, scale=max(scale, SMALLEST_NORMAL / rel), what=what)


def boxed(x: Any) -> Any:
    """An argument of one example with a Value in place of every float (integers stay)."""
    if isinstance(x, np.ndarray):
        if x.dtype.kind in "iu":
            return x if x.ndim else int(x)
        values = np.array([Value(float(v)) for v in x.flat], dtype=object)
        return values.reshape(x.shape) if x.ndim else values.item()
    if isinstance(x, dict):
        return {k: boxed(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return type(x)(boxed(v) for v in x)
    return x if isinstance(x, (int, np.integer)) else Value(float(x))


def flat(x: Any) -> list[Any]:
    """All numbers of a nested argument or gradient, in order."""
    if isinstance(x, np.ndarray):
        return x.ravel().tolist()
    if isinstance(x, dict):
        return [leaf for v in x.values() for leaf in flat(v)]
    if isinstance(x, (list, tuple)):
        return [leaf for v in x for leaf in flat(v)]
    return [x]


def example(x: Any, i: int) -> Any:
    """The part of an argument that example i sees, where every array has a batch axis."""
    if isinstance(x, np.ndarray):
        return np.asarray(x[i])
    if isinstance(x, dict):
        return {k: example(v, i) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return type(x)(example(v, i) for v in x)
    return x


def examples_of(args: Any) -> int | None:
    """How long the batch axis is; None if there is no array."""
    for x in args.values() if isinstance(args, dict) else args:
        if isinstance(x, np.ndarray):
            return len(x)
        if isinstance(x, (list, tuple, dict)):
            found = examples_of(x)
            if found is not None:
                return found
    return None


def eager(
    f: Function, args: Sequence[Any], parameters: Sequence[Value] = ()
) -> tuple[float, list[float], list[float]]:
    """The value, ∂/∂parameters and ∂/∂(every float of the arguments), by the eager engine."""
    for p in parameters:
        p.zero_grad()
    given = [boxed(arg) for arg in args]
    out = f(*given)
    if isinstance(out, Value):
        out.backward()
    slopes = [p.grad for p in parameters]
    for p in parameters:
        p.zero_grad()
    inputs = [v.grad for v in flat(given) if isinstance(v, Value)]
    return float(out), slopes, inputs


def assert_all_close(
    got: Any, want: Any, *, rel: float, scale: float, what: str, noise: Sequence[float] = ()
) -> None:
    """Number by number, with a scale of its own for each if `noise` is given."""
    got, want = flat(got), flat(want)
    assert len(got) == len(want), f"{what}: {len(got)} numbers, want {len(want)}"
    for i, (g, w) in enumerate(zip(got, want, strict=True)):
        own = max(scale, noise[i]) if noise else scale
        assert_close(g, w, rel=rel, scale=own, what=f"{what}[{i}]")


def by_parameter(program: Any, gradient: Any, parameters: Sequence[Value]) -> list[Any]:
    """A program's gradient in our order of the parameters; zeros for those it never met."""
    columns = np.asarray(gradient)
    order = {id(p): i for i, p in enumerate(program.parameters)}
    assert len(order) == columns.shape[-1] == len(program.parameters), "parameters are repeated"
    zero = np.zeros(columns.shape[:-1])
    return [columns[..., order[id(p)]] if id(p) in order else zero for p in parameters]


def float_arguments(args: Sequence[Any]) -> tuple[int, ...]:
    """Positions of the arguments without integers, which can be differentiated."""

    def inexact(x: Any) -> bool:
        if isinstance(x, np.ndarray):
            return x.dtype.kind == "f"
        return isinstance(x, float)

    def leaves(x: Any) -> Iterator[Any]:
        if isinstance(x, (list, tuple, dict)):
            for v in x.values() if isinstance(x, dict) else x:
                yield from leaves(v)
        else:
            yield x

    return tuple(i for i, arg in enumerate(args) if all(inexact(x) for x in leaves(arg)))


def assert_agrees(
    f: Function,
    args: Sequence[Any],
    parameters: Sequence[Value] = (),
    *,
    rel: float = 1e-12,
    scale: float = 0.0,
    reductions: Sequence[str | None] = (None, "mean", "sum"),
    backend: str = "auto",
) -> None:
    """Raise unless the program of `f` agrees with the eager engine.

    Compared are the values, the gradients of the parameters and those of all float arguments;
    for a batch, example by example and with each reduction.
    """
    n = examples_of(args)
    compiled = partial(ag.compile, f, backend=backend)
    if n is None:
        _assert_one_agrees(f, args, parameters, compiled, rel, scale)
        return
    want = [eager(f, [example(a, i) for a in args], parameters) for i in range(n)]
    values = [w[0] for w in want]
    slopes = np.array([w[1] for w in want]).reshape(n, len(parameters))
    program = compiled()
    got = np.asarray(program(*args))
    assert got.shape == (n,), f"shape {got.shape} of the values"
    assert_all_close(got, values, rel=rel, scale=scale, what="values")
    floats = float_arguments(args)
    for reduce in reductions:
        if floats:
            _assert_inputs_agree(compiled, args, floats, reduce, want, rel, scale)
        program = compiled(reduce=reduce).trace(*args)
        if not program.parameters:
            continue
        value, gradient = program.value_and_grad(*args)
        found = by_parameter(program, gradient, parameters)
        share = 1.0 / n if reduce == "mean" else 1.0
        if reduce is None:
            assert_all_close(value, values, rel=rel, scale=scale, what="values of value_and_grad")
            what = "per-example gradients"
            assert_all_close(found, slopes.T, rel=rel, scale=scale, what=what)
        else:
            total, noise = _reduced(np.array(values)[:, None], share)
            assert_all_close(value, total, rel=rel, scale=scale, noise=noise, what=f"the {reduce}")
            total, noise = _reduced(slopes, share)
            what = f"gradient of the {reduce}"
            assert_all_close(found, total, rel=rel, scale=scale, noise=noise, what=what)


def _reduced(table: Any, share: float) -> tuple[list[float], list[float]]:
    """Sums over the examples, and how large what was summed is."""
    with np.errstate(all="ignore"):
        size = np.abs(table).sum(0) * share
        size[~np.isfinite(size)] = 0.0
        return (table.sum(0) * share).tolist(), size.tolist()


def _assert_one_agrees(
    f: Function, args: Sequence[Any], parameters: Sequence[Value], compiled: Function,
    rel: float, scale: float,
) -> None:  # fmt: skip
    value, slopes, inputs = eager(f, args, parameters)
    program = compiled()
    assert_close(program(*args), value, rel=rel, scale=scale, what="value")
    if program.parameters:
        got, gradient = program.value_and_grad(*args)
        assert_close(got, value, rel=rel, scale=scale, what="value of value_and_grad")
        found = by_parameter(program, gradient, parameters)
        assert_all_close(found, slopes, rel=rel, scale=scale, what="gradient of the parameters")
    floats = float_arguments(args)
    if floats:
        found = compiled(argnums=floats).grad(*args)
        chosen = _chosen(args, floats, inputs)
        assert_all_close(found, chosen, rel=rel, scale=scale, what="gradient of the arguments")


def _chosen(args: Sequence[Any], floats: tuple[int, ...], inputs: list[float]) -> list[float]:
    """Those of the inputs' gradients that belong to these arguments."""
    found, start = [], 0
    for i, arg in enumerate(args):
        count = sum(isinstance(x, float) for x in flat(arg))
        if i in floats:
            found += inputs[start : start + count]
        start += count
    return found


def _assert_inputs_agree(
    compiled: Function,
    args: Sequence[Any],
    floats: tuple[int, ...],
    reduce: str | None,
    want: list[Any],
    rel: float,
    scale: float,
) -> None:
    n = len(want)
    gradient = compiled(argnums=floats, reduce=reduce).grad(*args)
    share = 1.0 / n if reduce == "mean" else 1.0
    per_example = [_chosen([example(a, i) for a in args], floats, w[2]) for i, w in enumerate(want)]
    column = 0
    for position, i in enumerate(floats):
        for got, batched in _leaves_with_batch(gradient[position], args[i]):
            array = np.asarray(got, dtype=float)
            width = array.size // n if batched or reduce is None else array.size
            part = np.array([row[column : column + width] for row in per_example])
            column += width
            what = f"gradient of argument {i}, reduce={reduce}"
            if batched or reduce is None:
                factor = share if reduce != "sum" else 1.0
                assert_all_close(array, part * factor, rel=rel, scale=scale, what=what)
            else:
                total, noise = _reduced(part, share)
                assert_all_close(array, total, rel=rel, scale=scale, noise=noise, what=what)


def _leaves_with_batch(gradient: Any, arg: Any) -> Iterator[tuple[Any, bool]]:
    """Each number, array or list of numbers of a gradient, and whether it has a batch axis."""
    if isinstance(arg, dict):
        for k, v in arg.items():
            yield from _leaves_with_batch(gradient[k], v)
    elif isinstance(arg, (list, tuple)) and not all(isinstance(v, float) for v in arg):
        for g, v in zip(gradient, arg, strict=True):
            yield from _leaves_with_batch(g, v)
    else:
        yield gradient, isinstance(arg, np.ndarray)
