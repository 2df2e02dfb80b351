"""Programs as methods: self is bound, and every object has a program of its own."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref
from typing import Any

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Value
from autograd import compile as compiled


class Line:
    """A model with programs among its methods."""

    def __init__(self, w: float) -> None:
        self.w = Value(w)

    @compiled
    def __call__(self, x: Any) -> Any:
        return self.w * x

    @compiled(argnums=1, reduce="sum")
    def by_argument(self, x: Any, y: Any = 2.0) -> Any:
        """By x."""
        return self.w * x * y

    @compiled(static_argnums=(0, 2), batched=(None, False, None))
    def repeated(self, x: Any, n: int) -> Any:
        return sum(self.w * v for _ in range(n) for v in x)

    @staticmethod
    @compiled
    def twice(x: Any) -> Any:
        return 2.0 * x

    later = compiled(lambda self, x: self.w + x)


class Steeper(Line):
    """Overrides a program, and calls the one it overrides."""

    @compiled(argnums=1, reduce="sum")
    def by_argument(self, x: Any, y: Any = 2.0) -> Any:
        return 10.0 * x * self.w

    def both(self, x: Any) -> Any:
        return super().by_argument(x), self.by_argument(x)


def test_self_is_bound() -> None:
    one, other = Line(3.0), Line(5.0)
    for _ in range(2):
        assert one(2.0) == 6.0
        assert other(2.0) == 10.0
        assert one.by_argument(1.0) == 6.0
        assert one.by_argument.grad(np.ones(2), 4.0).tolist() == [12.0, 12.0]
        assert other.by_argument(1.0, y=3.0) == 15.0
        assert one.later(1.0) == 4.0
        assert one.repeated(np.array([1.0, 2.0]), 2) == 18.0
        assert one.twice(4.0) == Line.twice(4.0) == 8.0
    assert other.later.value_and_grad(np.ones(3)) == (6.0, [1.0])
    assert [p is one.w for p in one.later.parameters] == [True]
    assert one.by_argument is one.by_argument
    assert one.by_argument.__doc__ == "By x."


def test_a_method_that_overrides_another() -> None:
    assert Steeper(3.0).both(1.0) == (6.0, 30.0)
    assert Steeper(3.0).both(1.0) == (6.0, 30.0)


def test_an_object_is_not_kept_alive() -> None:
    one = Line(3.0)
    one.by_argument(1.0), one.later(1.0), one.later.grad(np.ones(2))
    dead = weakref.ref(one)
    del one
    gc.collect()
    assert dead() is None


def test_copies_of_an_object_have_programs_of_their_own() -> None:
    one = Line(3.0)
    assert one.later(1.0) == 4.0
    shallow, deep, sent = copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))
    shallow.w = Value(7.0)
    for twin, w in ((shallow, 7.0), (deep, 3.0), (sent, 3.0)):
        assert twin.later.function.__self__ is twin
        assert twin.later(1.0) == w + 1.0
    assert pickle.loads(pickle.dumps(one.later))(1.0) == 4.0
    steeper = Steeper(3.0)
    steeper.both(1.0)
    assert pickle.loads(pickle.dumps(steeper)).both(1.0) == (6.0, 30.0)
    base = pickle.loads(pickle.dumps(super(Steeper, steeper).by_argument))
    assert base(1.0) == 6.0
    deep.w.data = 9.0
    assert (deep.later(1.0), one.later(1.0)) == (10.0, 4.0)


def test_an_object_without_a_place_for_its_programs() -> None:
    class Slotted:
        __slots__ = ("w",)

        @compiled
        def times(self, x: Any) -> Any:
            return self.w * x

    thing = Slotted()
    thing.w = Value(4.0)
    assert [thing.times(2.0), thing.times.grad(3.0).tolist()] == [8.0, [3.0]]


def test_objects_and_bound_methods_stay_what_they_are() -> None:
    """Only what is a method anyway is bound."""
    net = nn.MLP(1, [1])

    class Holder:
        model = compiled(net)
        bound = compiled(Line(3.0).later.function)

    holder = Holder()
    assert holder.model([0.5]) == pytest.approx(float(net([0.5])))
    assert holder.model is Holder.model
    assert holder.bound(1.0) == 4.0


def test_a_method_of_a_module() -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            self.layer = nn.Layer(2, 1)

        @compiled
        def loss(self, x: Any, y: Any) -> Any:
            return (self.layer(list(x)) - y) ** 2

    net = Net()
    before = list(net.state_dict())
    X, Y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.ones(2)
    value = net.loss.backward(X, Y)
    want = sum(float((net.layer(x.tolist()) - 1.0) ** 2) for x in X) / 2.0
    assert value == pytest.approx(want)
    assert all(p.has_grad for p in net.parameters())
    assert list(net.state_dict()) == before
    assert len(net.parameters()) == 3


def test_a_method_within_a_trace_and_a_transform() -> None:
    one = Line(3.0)
    assert compiled(lambda x: one.later(x) * x, argnums=0).grad(2.0) == 7.0
    assert float(ag.grad(one.later)(2.0)) == 1.0
    for _ in range(2):
        assert one.later(1.0) == 4.0
        assert compiled(lambda x: one.later(x) * x, argnums=0).grad(2.0) == 7.0
