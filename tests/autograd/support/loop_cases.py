"""Functions with a loop, to be made with `scan` or with `unrolled`: `case(scan)(x)`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd as ag
from autograd import Value

W, B = Value(0.3), Value(-0.2)
PARAMETERS = [W, B]
Scan = Callable[..., Any]
Case = Callable[[Scan], Callable[[Any], Any]]


def unrolled(step: Any, init: Any, xs: Any = None, length: int | None = None) -> Any:
    """A scan as one writes it without: none of the engine's code for loops."""
    carry, results = init, []
    for t in range(count(xs) if length is None else length):
        carry, y = step(carry, None if xs is None else item(xs, t))
        results.append(y)
    return carry, stacked(results)


def count(xs: Any) -> int:
    return count(xs[0]) if isinstance(xs, tuple) else len(xs)


def item(xs: Any, t: int) -> Any:
    return tuple(item(part, t) for part in xs) if isinstance(xs, tuple) else xs[t]


def stacked(results: list[Any]) -> Any:
    first = results[0]
    if first is None:
        return None
    if isinstance(first, dict):
        return {key: stacked([y[key] for y in results]) for key in first}
    if isinstance(first, (list, tuple)):
        return type(first)(stacked([y[i] for y in results]) for i in range(len(first)))
    return np.array(results, dtype=object)


def rk4(scan: Scan) -> Any:
    def slope(x: Any, v: Any) -> Any:
        return v, -W * x - B * v

    def step(state: Any, _: None) -> Any:
        (x, v), h = state, 0.05
        a = slope(x, v)
        b = slope(x + h / 2 * a[0], v + h / 2 * a[1])
        c = slope(x + h / 2 * b[0], v + h / 2 * b[1])
        d = slope(x + h * c[0], v + h * c[1])
        return tuple(
            y + h / 6 * (a[i] + 2 * b[i] + 2 * c[i] + d[i]) for i, y in enumerate((x, v))
        ), None

    return lambda x: scan(step, (x, 1.0), length=7)[0][0]


def all_results(scan: Scan) -> Any:
    def step(c: Any, x: Any) -> Any:
        c = ag.tanh(W * c + B * x)
        return c, c * c

    def f(x: Any) -> Any:
        c, ys = scan(step, x, [0.1 * i for i in range(6)])
        return c + sum(ys * ys) / 6.0

    return f


def structures(scan: Scan) -> Any:
    numbers, rows = np.array([0.3, -0.2, 0.7, 0.1]), np.arange(8.0).reshape(4, 2)

    def step(c: Any, x: Any) -> Any:
        (p, q), (u, v) = c, x
        y = {"y": p * q, "z": [u * q, np.array([q, 1.0 * v[1]])]}
        return [q * W + u, p * B + v[0] * v[1] * q], y

    def f(x: Any) -> Any:
        c, ys = scan(step, [x, 2 * x], (numbers, rows))
        return c[0] * c[1] + ys["y"][2] + sum(ys["z"][0]) + ys["z"][1][3][0] * ag.exp(W)

    return f


def values_to_run_along(scan: Scan) -> Any:
    def step(c: Any, x: Any) -> Any:
        return c * ag.exp(-W * x) + B * x * x, None

    return lambda x: scan(step, 1.0, [x * 0.1, x * 0.2, x * x])[0]


def choices(scan: Scan) -> Any:
    def step(c: Any, x: Any) -> Any:
        safe = ag.where(c > 0.0, c, 1.0)
        return ag.where(c > 0.0, ag.log(safe) + 1.0, 0.0 * c) + x * W, c

    return lambda x: scan(step, x, np.array([0.2, -0.4, 0.5]))[0]


def nothing_sent_on(scan: Scan) -> Any:
    """The last step takes the logarithm of what others made of 0: what they sent is nothing."""

    def step(c: Any, x: Any) -> Any:
        return ag.where(x > 0.5, ag.log(c), x * W), ag.sqrt(c)

    return lambda x: scan(step, x * 0.0, np.array([0.2, 0.1, 0.4]))[0] * x


def one_result(scan: Scan) -> Any:
    """√c has an infinite slope in the first step, whose result nobody reads."""

    def step(c: Any, _: None) -> Any:
        return c + W, ag.sqrt(c)

    return lambda x: scan(step, x * 0.0, length=4)[1][3] * x


def some_results(scan: Scan) -> Any:
    def step(c: Any, _: None) -> Any:
        return (c[0] + W * 0.1, c[1] * c[0]), (ag.sqrt(c[0]), c[1])

    def f(x: Any) -> Any:
        c, (r, s) = scan(step, (x * 0.0, x), length=5)
        return r[2] * s[4] + ag.where(x > 0.2, c[1], r[0])

    return f


def nested(scan: Scan) -> Any:
    def inner(c: Any, x: Any) -> Any:
        return c * W + x, c * B

    def step(c: Any, x: Any) -> Any:
        d, ys = scan(inner, c, [x, c * x, 0.5])
        return d + ys[1], sum(ys)

    def f(x: Any) -> Any:
        c, ys = scan(step, x, np.array([0.1, 0.2, 0.3]))
        return c * sum(ys)

    return f


def one_after_the_other(scan: Scan) -> Any:
    def f(x: Any) -> Any:
        _, ys = scan(lambda c, x: (c * W + x * x, c), x, np.ones(3))
        d, zs = scan(lambda c, y: (c + y * y * B, y), ys[2], ys)
        return d + zs[0]

    return f


def without_carry(scan: Scan) -> Any:
    return lambda x: sum(scan(lambda c, x: (c, x * x * W), (), [x, 2 * x, 3 * x])[1])


def gradient_within(scan: Scan) -> Any:
    def step(c: Any, x: Any) -> Any:
        return c - 0.1 * ag.grad(lambda t: (t * W - x) ** 2 * t)(c), None

    return lambda x: scan(step, x, np.array([1.0, 2.0, 3.0]))[0]


def lengths(scan: Scan) -> Any:
    def step(c: Any, x: Any) -> Any:
        return (ag.norm([c[0], c[1]]) * W, c[0] + x), ag.hypot(c[0], B)

    def f(x: Any) -> Any:
        c, ys = scan(step, (x, x * 2), np.array([1.0, 2.0, 3.0]))
        return c[0] + c[1] * sum(ys)

    return f


def logarithms(scan: Scan) -> Any:
    def step(c: Any, x: Any) -> Any:
        return c + ag.log(ag.sigmoid(c * W * x)), None

    return lambda x: scan(step, x, np.array([1.0, -20.0, 3.0]))[0]


def taken(scan: Scan) -> Any:
    def step(c: Any, x: Any) -> Any:
        return ag.take([c, W, B], 1.0 * (x > 1.5)) * x + ag.maximum(c, B), None

    return lambda x: scan(step, x, np.array([1.0, 2.0, 3.0]))[0]


CASES: list[Case] = [
    rk4, all_results, structures, values_to_run_along, choices, nothing_sent_on, one_result,
    some_results, nested, one_after_the_other, without_carry, gradient_within, lengths, logarithms,
    taken,
]  # fmt: skip
