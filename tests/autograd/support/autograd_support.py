"""What the tests of the engine share: comparisons that raise, and the registry check."""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import mpmath
import numpy as np
from mpmath import mp, mpf

from autograd import Value
from autograd.primitives.primitive import Primitive

SMALLEST_NORMAL = 2.2250738585072014e-308
EPS = 2.220446049250313e-16
INF = math.inf

Reference = Callable[..., Any]


# Comparisons


def assert_close(got: Any, want: Any, *, rel: float = 1e-12, scale: float = 0.0, what: str = ""):
    """Raise unless `got` is `want` to `rel`, relative to |want| or to `scale` if that is larger.

    nan equals nan, infinities equal themselves, and below the smallest normal number (where a
    float has fewer digits) the error may be as for that number.
    """
    got, want = float(got), float(want)
    if math.isnan(want) or math.isinf(want):
        assert got == want or (got != got and want != want), f"{what}: got {got!r}, want {want!r}"
        return
    allowed = rel * max(abs(want), scale, SMALLEST_NORMAL)
    error = abs(got - want)
    assert error <= allowed, (
        f"{what}: got {got!r}, want {want!r}, error {error:.3g} > {allowed:.3g}"
    )


def assert_same(got: Any, want: Any, what: str = "") -> None:
    """Raise unless both are the same float, bit for bit (any nan is a nan)."""
    same = got == want and math.copysign(1.0, got) == math.copysign(1.0, want)
    assert same or (got != got and want != want), f"{what}: got {got!r}, want {want!r}"


def assert_within_ulps(got: Any, want: Any, ulps: float = 4, scale: float = 0.0, what: str = ""):
    """Raise unless the two differ by at most `ulps` units in the last place."""
    got, want = float(got), float(want)
    if got == want or (got != got and want != want):
        return
    unit = math.ulp(max(abs(want), scale)) if math.isfinite(want) else 0.0
    assert abs(got - want) <= ulps * unit, f"{what}: got {got!r}, want {want!r}"


@contextmanager
def no_warnings() -> Iterator[None]:
    """Turn every warning into an error, and NumPy's floating-point flags as well."""
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        yield


# Derivatives of the references, to about fifty digits


def derivative(f: Reference, xs: list[float], which: tuple[int, ...], room: float) -> Any:
    """∂f/∂xᵢ or ∂²f/∂xᵢ∂xⱼ by central differences with 520 digits or more.

    The step is 10⁻⁶⁰ of the distance to the nearest point where f is not smooth, so truncation
    costs 10⁻¹²⁰ and cancellation 120 digits (more for large x, where the step is small beside
    it); what is left resolves every float there is, down to 5e-324.
    """
    with mp.workdps(520 + 2 * max(0, *(math.frexp(x)[1] // 3 for x in xs))):
        h = mpf(room) * mpf(10) ** -60
        total = mpf(0)
        for signs in itertools.product((1, -1), repeat=len(which)):
            at = [mpf(x) for x in xs]
            for sign, i in zip(signs, which, strict=True):
                at[i] += sign * h
            total += math.prod(signs) * f(*at)
        return total / (2 * h) ** len(which)


def to_float(x: Any) -> float:
    """An mpmath number as the nearest float, with IEEE overflow."""
    if isinstance(x, mpmath.mpc):
        return math.nan
    try:
        return float(x)
    except OverflowError:
        return math.copysign(INF, mpmath.sign(x))


# Sample points

MAGNITUDES = (
    1e-300, 1e-30, 1e-8, 1e-3, 0.1, 0.5, 0.75, 0.9, 1.2785, 1.5707963, 3.0, 6.5, 11.0, 19.5,
    36.0, 41.0, 200.0, 500.0, 720.0, 1000.0, 1e5, 1e20, 1e300,
)  # fmt: skip
OFFSETS = (1e-15, 1e-8, 1e-3, 0.1, 0.3)
FEW = (-1e8, -30.0, -2.5, -0.75, -1e-3, 1e-9, 0.25, 1.25, 3.5, 20.0, 1e6)


def sample(domain: tuple[float, float], kinks: Iterable[float] = ()) -> list[float]:
    """Points of an open interval: all magnitudes, close to its ends and on both sides of kinks."""
    low, high = domain
    points = [sign * m for m in MAGNITUDES for sign in (1.0, -1.0)] + [0.0]
    for edge in (low, high, *kinks):
        if math.isfinite(edge):
            unit = abs(edge) or 1.0
            points += [edge + sign * d * unit for d in OFFSETS for sign in (1.0, -1.0)]
    return sorted({x for x in points if low < x < high and x not in kinks})


def room_at(x: float, domain: tuple[float, float], kinks: Iterable[float] = ()) -> float:
    """How far from x a function of this domain is smooth, at most 1."""
    edges = [edge for edge in (*domain, *kinks) if math.isfinite(edge) and edge != x]
    return min([1.0, *(abs(mpf(x) - mpf(edge)) for edge in edges)])


# The registry check: everything that one block promises, for one primitive


def check_primitive(
    primitive: Primitive,
    reference: Reference,
    *,
    kinks: tuple[float, ...] = (),
    counts: tuple[int, ...] = (1, 2, 7),
    scales: tuple[Callable[..., float], Callable[..., float]] | None = None,
    at_most: int = 40,
) -> None:
    """Raise AssertionError unless the primitive agrees with its reference everywhere sampled.

    Args:
        primitive: the primitive, or a variant with its constants bound.
        reference: the same function of mpmath numbers.
        kinks: further points of the first operand without a derivative (clip's bounds).
        counts: how many operands to give an n-ary primitive.
        scales: for the first and the second derivative, what an error is relative to where that
            is larger than the derivative itself, as a function of the operands.
        at_most: give up after so many wrong places.
    """
    first, second = scales or (_zero, _zero)
    wrong: list[str] = []
    for xs, rooms in _points(primitive, kinks, counts):
        what = f"{primitive.name}{tuple(xs)}"
        for part, arguments in (
            (_check_forward, (reference, xs)),
            (_check_gradients, (reference, xs, rooms, first(*xs))),
            (_check_second, (reference, xs, rooms, second(*xs))),
            (_check_arrays, (xs,)),
        ):
            try:
                with no_warnings():
                    part(primitive, *arguments, what)
            except Exception as error:
                wrong.append(str(error) if what in str(error) else f"{what}: {error!r}")
        if len(wrong) >= at_most:
            break
    listed = "\n".join(f"  {line}" for line in wrong)
    assert not wrong, f"{primitive!r} is wrong in {len(wrong)} places:\n{listed}"


def _zero(*xs: float) -> float:
    return 0.0


def _points(
    primitive: Primitive, kinks: tuple[float, ...], counts: tuple[int, ...]
) -> Iterator[tuple[list[float], list[float]]]:
    all_kinks = (*primitive.kinks, *kinks)
    if primitive.arity == 1:
        (domain,) = primitive.domain
        for x in sample(domain, all_kinks):
            yield [x], [room_at(x, domain, all_kinks)]
    elif primitive.arity == 2:
        dx, dy = primitive.domain
        for x, y in itertools.product(FEW, [y * 1.125 for y in FEW]):
            if dx[0] < x < dx[1] and dy[0] < y < dy[1]:
                rooms = (room_at(x, dx, (0.0,)), room_at(y, dy, (0.0,)))
                yield [x, y], [min(room, abs(x - y)) for room in rooms]
    else:
        for n in counts:
            for spread in (0.1, 1.0, 6.0):
                xs = [spread * math.sin(1.0 + 2.3 * i) + 0.05 for i in range(n)]
                yield xs, [min(1.0, abs(x)) for x in xs]


def call(primitive: Primitive, xs: Iterable[Any]) -> Any:
    """The primitive applied to operands, whatever its arity."""
    operands = list(xs)
    return primitive(operands) if primitive.arity is None else primitive(*operands)


def _check_forward(primitive: Primitive, reference: Reference, xs: list[float], what: str) -> None:
    plain = call(primitive, xs)
    assert type(plain) is float, f"{what} of floats gives {type(plain)}"
    with mp.workdps(400):
        want = to_float(reference(*map(mpf, xs)))
    # A sum of operands of both signs is as exact as its largest term.
    scale = max(map(abs, xs), default=0.0) if primitive.arity is None else 0.0
    assert_close(plain, want, scale=scale, what=what)
    made = call(primitive, map(Value, xs))
    assert type(made) is Value
    assert type(made.data) is float
    assert_same(made.data, plain, f"{what} of Values")
    assert made.primitive.name == primitive.name


def _check_gradients(
    primitive: Primitive,
    reference: Reference,
    xs: list[float],
    rooms: list[float],
    scale: float,
    what: str,
) -> None:
    leaves = [Value(x) for x in xs]
    out = call(primitive, leaves)
    out.backward()
    for i, (leaf, slope) in enumerate(zip(leaves, out.local_gradients, strict=True)):
        want = to_float(derivative(reference, xs, (i,), rooms[i]))
        assert_close(leaf.grad, want, scale=scale, what=f"∂/∂x{i + 1} of {what}")
        assert type(leaf.grad) is float
        assert type(slope) is float, f"local gradient of {what} is a {type(slope)}"
        assert_same(slope + 0.0, leaf.grad + 0.0, f"local gradient {i + 1} of {what}")
        only = [Value(x) if i == j else x for j, x in enumerate(xs)]
        call(primitive, only).backward()
        assert_same(only[i].grad, leaf.grad, f"∂/∂x{i + 1} of {what}, other operands constant")


def _check_second(
    primitive: Primitive,
    reference: Reference,
    xs: list[float],
    rooms: list[float],
    scale: float,
    what: str,
) -> None:
    leaves = [Value(x) for x in xs]
    call(primitive, leaves).backward(create_graph=True)
    gradients = [leaf.grad for leaf in leaves]
    for i, gradient in enumerate(gradients):
        for leaf in leaves:
            leaf.zero_grad()
        if isinstance(gradient, Value):
            gradient.backward()
        for j in range(len(xs)) if len(xs) < 3 else {i, (i + 1) % len(xs)}:
            # f(…, xᵢ ± h, …) of the reference, once for each of the two variables.
            want = to_float(derivative(reference, xs, (i, j), min(rooms[i], rooms[j])))
            assert_close(
                leaves[j].grad,
                want,
                rel=1e-11,
                scale=scale,
                what=f"∂²/∂x{i + 1}∂x{j + 1} of {what}",
            )


def _check_arrays(primitive: Primitive, xs: list[float], what: str) -> None:
    want = call(primitive, xs)
    scale = sum(map(abs, xs)) if primitive.arity is None else 0.0
    if primitive.arity is None:
        got = primitive(np.array(xs))
        assert isinstance(got, float), f"{what} of a 1-d array gives {type(got)}"
        assert_within_ulps(got, want, 4, scale, f"{what} of a 1-d array")
        many = np.array([xs, xs])
        if primitive.name != "dot":
            rows = primitive(many, axis=1)
            assert rows.shape == (2,)
            assert_within_ulps(rows[1], want, 4, scale, f"{what} of rows")
        assert_same(primitive(np.array([Value(x) for x in xs])).data, want, f"{what} of objects")
        return
    scalar = primitive(*map(np.float64, xs))
    assert type(scalar) is np.float64, f"{what} of np.float64 gives {type(scalar)}"
    assert_within_ulps(scalar, want, 4, scale, f"{what} of np.float64")
    for shape in ((), (3,), (2, 2)):
        got = primitive(*(np.full(shape, x) for x in xs))
        assert np.shape(got) == shape, f"{what}: shape {shape} became {np.shape(got)}"
        assert np.asarray(got).dtype == np.float64
        for element in np.ravel(got):
            assert_within_ulps(element, want, 4, scale, f"{what} of an array of shape {shape}")
    objects = primitive(*(np.array([Value(x), Value(x)]) for x in xs))
    assert objects.shape == (2,)
    assert_same(objects[1].data, want, f"{what} of an object array")


def second_derivative(f: Callable[[Value], Value], x: float) -> float:
    """f″(x) by differentiating twice."""
    leaf = Value(x)
    f(leaf).backward(create_graph=True)
    slope = leaf.grad
    leaf.zero_grad()
    if isinstance(slope, Value):
        slope.backward()
    return leaf.grad


def chain(n: int, start: float = 1.0) -> tuple[Value, Value]:
    """A leaf, and the last node of n additions upon it."""
    leaf = Value(start)
    node = leaf
    for _ in range(n):
        node = node + 1.0
    return leaf, node
