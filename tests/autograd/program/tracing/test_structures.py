"""Structures among arguments stay what they are; arrays of any library are taken."""

from __future__ import annotations

from array import array
from collections import Counter, OrderedDict, defaultdict, namedtuple
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

import autograd as ag
from autograd import OperandError, Value
from autograd import compile as compiled

Pair = namedtuple("Pair", "a b")
Reversed = namedtuple("Reversed", "b a")
W = Value(3.0)


class Typed(NamedTuple):
    """One with a method of its own."""

    a: Any
    b: Any

    def difference(self) -> Any:
        return self.a - self.b


@dataclass
class Point:
    """Mutable, with a field that is left out of __init__ and an attribute that is no field."""

    a: Any
    b: Any
    c: Any = field(default=2.0, init=False)

    def __post_init__(self) -> None:
        self.extra = "kept"


@dataclass(frozen=True)
class Frozen:
    a: Any
    b: Any


@dataclass(slots=True)
class Slotted:
    a: Any
    b: Any


class Tagged(list):  # type: ignore[type-arg]
    """A list with an attribute and an __init__ of its own."""

    def __init__(self, tag: float, parts: Any) -> None:
        super().__init__(parts)
        self.tag = tag


class Wrapped(tuple):
    """A tuple whose constructor takes something else."""

    def __new__(cls, a: float, b: float) -> Any:
        return super().__new__(cls, (a, b))


def difference(t: Any) -> Any:
    return t.a - t.b


@pytest.mark.parametrize("kind", [Pair, Reversed, Typed, Point, Frozen, Slotted])
def test_fields_by_name(kind: Any) -> None:
    def f(t: Any) -> Any:
        assert type(t) is kind
        return W * (t.a * t.a - t.b)

    program = compiled(f, argnums=0)
    assert program(kind(a=2.0, b=1.0)) == 9.0
    gradient = program.grad(kind(a=2.0, b=1.0))
    assert type(gradient) is kind
    assert (gradient.a, gradient.b) == (12.0, -3.0)
    each = compiled(f, argnums=0, reduce=None).grad(kind(a=np.array([1.0, 2.0]), b=0.0))
    assert each.a.tolist() == [6.0, 12.0]


def test_the_type_and_the_names_belong_to_the_key() -> None:
    program = compiled(difference)
    for _ in range(2):
        assert program(Pair(1.0, 2.0)) == -1.0
        assert program(Reversed(1.0, 2.0)) == 1.0
        assert program(Point(1.0, 2.0)) == -1.0
        assert program(Typed(5.0, 2.0)) == 3.0
    kinds = compiled(lambda t: t[0] * (2.0 if type(t) is tuple else 1.0))
    assert [kinds(t) for t in ((1.0, 2.0), Pair(1.0, 2.0), [1.0, 2.0], (3.0, 2.0))] == [2, 1, 1, 6]
    assert compiled(lambda t: t.difference())(Typed(5.0, 2.0)) == 3.0


def test_named_tuples_within_structures() -> None:
    program = compiled(lambda d: d["p"][0].a * d["p"][1].b, argnums=0)
    given = {"p": [Pair(2.0, 3.0), Frozen(5.0, np.float64(7.0))]}
    value, gradient = program.value_and_grad(given)
    assert value == 14.0
    assert gradient == {"p": [Pair(7.0, 0.0), Frozen(0.0, 2.0)]}


def test_what_else_an_object_has_stays() -> None:
    def f(p: Any) -> Any:
        assert p.extra == "kept"
        return p.a * p.c

    assert compiled(f)(Point(1.0, 2.0)) == 2.0
    tagged = compiled(lambda t: t[0] * t.tag)
    assert tagged(Tagged(2.0, [5.0, 1.0])) == 10.0
    assert compiled(lambda t: t[0] - t[1])(Wrapped(5.0, 1.0)) == 4.0
    assert type(compiled(lambda t: t[0], argnums=0).grad(Wrapped(5.0, 1.0))) is Wrapped


def test_attributes_beside_the_elements_belong_to_the_key() -> None:
    tagged = compiled(lambda t: t[0] * t.tag)
    assert [tagged(Tagged(tag, [5.0])) for tag in (2.0, 3.0, 2.0)] == [10.0, 15.0, 10.0]
    with pytest.raises(OperandError, match="argument 0, of type Tagged, has attributes beside"):
        tagged(Tagged([2.0], [5.0]))  # type: ignore[arg-type]
    pointed, (one, other) = compiled(lambda p: p.a * p.factor), (Point(1.0, 2.0), Point(1.0, 2.0))
    one.factor, other.factor = 2.0, 3.0  # type: ignore[attr-defined]
    assert [pointed(one), pointed(other)] == [2.0, 3.0]


class Attributes(dict[str, Any]):
    def __init__(self, **entries: Any) -> None:
        super().__init__(entries)
        self.__dict__ = self


def test_a_dict_that_holds_its_attributes() -> None:
    program = compiled(lambda d: d.a * d["a"] * W, argnums=0, reduce="sum")
    assert [program(Attributes(a=a)) for a in (1.0, 2.0)] == [3.0, 12.0]
    assert program.grad(Attributes(a=2.0)) == {"a": 12.0}
    assert program.grad(Attributes(a=np.array([1.0, 2.0])))["a"].tolist() == [6.0, 12.0]


def test_dicts_of_every_kind() -> None:
    assert compiled(lambda d: d.popitem()[1] * W)(OrderedDict(a=1.0, b=2.0)) == 6.0
    assert compiled(lambda d: d["none"] + d["a"])(defaultdict(lambda: 7.0, a=1.0)) == 8.0
    one, other = {1: 1.0, "a": 2.0}, {True: 1.0, "a": 2.0}
    typed = compiled(lambda d: d["a"] * (2.0 if any(k is True for k in d) else 1.0))
    assert [typed(one), typed(other), typed(one)] == [2.0, 4.0, 2.0]
    assert compiled(lambda c: c["x"] * W)(Counter(x=2)) == 6.0
    given = {"b": 1.0, "a": 2.0}
    compiled(lambda d: d.pop("a"))(given)
    assert given == {"b": 1.0, "a": 2.0}


@pytest.mark.parametrize(
    "given",
    [
        pd.Series([1.0, 2.0, 4.0], index=[5, 6, 7]),
        pd.Series([1, 2, 4]),
        pd.Series([1, 2, 4], dtype="Int64"),
        pd.Series([1.0, 2.0, 4.0], dtype=object),
        pd.Index([1, 2, 4]),
        array("d", [1.0, 2.0, 4.0]),
        memoryview(np.array([1.0, 2.0, 4.0])),
        np.ma.array([1.0, 2.0, 4.0]),
        np.ma.array([1.0, 2.0, 4.0], mask=False),
    ],
)
def test_arrays_of_other_libraries(given: Any) -> None:
    program = compiled(lambda x: W * x * x, argnums=0, reduce="sum")
    assert program(given).tolist() == [3.0, 12.0, 48.0]
    gradient = program.grad(given)
    assert type(gradient) is np.ndarray
    assert gradient.tolist() == [6.0, 12.0, 24.0]
    assert program(np.array([1.0, 2.0, 4.0])).tolist() == [3.0, 12.0, 48.0]


def test_frames_ranges_and_matrices() -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [3, 4]})
    assert compiled(lambda x: x[0] * x[1])(frame).tolist() == [3.0, 8.0]
    assert compiled(lambda d: d["x"] * W)({"x": frame["b"]}).tolist() == [9.0, 12.0]
    assert compiled(lambda i: ag.take([W, W * W, W], i))(range(3)).tolist() == [3.0, 9.0, 3.0]
    with pytest.warns(PendingDeprecationWarning):
        matrix = np.matrix([[1.0, 2.0], [3.0, 4.0]])
    assert compiled(lambda x: x[0] * x[1])(matrix).tolist() == [2.0, 12.0]


class Tensor:
    """As those of other libraries: with `__array__`, or with `__dlpack__` only."""

    def __init__(self, numbers: Any) -> None:
        self._numbers = np.array(numbers)

    def __float__(self) -> float:
        raise RuntimeError("a tensor of several elements is no scalar")


class Arrayed(Tensor):
    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self._numbers


class Packed(Tensor):
    def __dlpack__(self, **options: Any) -> Any:
        return self._numbers.__dlpack__(**options)

    def __dlpack_device__(self) -> Any:
        return self._numbers.__dlpack_device__()


@pytest.mark.parametrize("kind", [Arrayed, Packed])
def test_tensors(kind: Any) -> None:
    program = compiled(lambda x: W * x)
    assert program(kind([1.0, 2.0])).tolist() == [3.0, 6.0]
    assert program(kind([1.0, 2.0, 3.0])).tolist() == [3.0, 6.0, 9.0]
    assert program(kind(2.0)) == 6.0
    assert program.grad(kind([1.0, 2.0])).tolist() == [1.5]


@pytest.mark.parametrize(
    "given",
    [
        np.ma.array([1.0, 2.0], mask=[False, True]),
        {"x": np.ma.array([1.0, 2.0], mask=True)},
        pd.Series(["a", "b"]),
        pd.Series(pd.to_datetime(["2020-01-01"])),
        pd.DataFrame({"a": [1.0], "b": ["x"]}),
    ],
)
def test_what_would_lose_something_is_refused(given: Any) -> None:
    with pytest.raises(OperandError, match="argument 0"):
        compiled(lambda x: W)(given)


def test_a_missing_number_is_nan() -> None:
    given = pd.Series([1.0, None])
    np.testing.assert_array_equal(compiled(lambda x: W * x)(given), [3.0, np.nan])


def test_arrays_of_objects_that_are_numbers() -> None:
    program = compiled(lambda x: x * W)
    given = np.array([1, 2.5, Fraction(1, 2), True], dtype=object)
    for _ in range(2):
        assert program(given).tolist() == [3.0, 7.5, 1.5, 3.0]
        assert program.value_and_grad(given) == (3.75, [1.25])
        assert program(given[:2].astype(float)).tolist() == [3.0, 7.5]
        for other in (None, W, "a", np.ones(2)):
            bad = np.array([1.0, 0.0], dtype=object)
            bad[1] = other
            with pytest.raises(OperandError, match="an element of argument 0 must be a"):
                program(bad)
