"""Remainders, whole parts, clip and round of Values, and the names that microgpt gives a node."""

from __future__ import annotations

import copy
import math
import pickle
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Value

PAIRS = [
    (7.0, 3.0),
    (-7.0, 3.0),
    (7.0, -3.0),
    (0.3, 0.1),
    (1e20, 3.0),
    (-0.5, math.inf),
    (5.0, 2.0),
]


@pytest.mark.parametrize(("x", "y"), PAIRS)
def test_remainders_and_whole_quotients_are_pythons(x: float, y: float) -> None:
    a, b = Value(x), Value(y)
    for left, right in ((a, b), (a, y), (x, b)):
        quotient, rest = divmod(left, right)
        for got, want in ((left % right, x % y), (left // right, x // y), (quotient, x // y),
                          (rest, x % y), (np.mod(left, right), x % y),
                          (np.floor_divide(left, right), x // y)):  # fmt: skip
            assert type(got) is Value
            assert got.data == want
    (a % b).backward()
    assert (a.grad, b.grad) == (1.0, -(x // y))
    a.zero_grad()
    (a // b).backward()
    assert a.grad == 0.0


@pytest.mark.parametrize(("x", "y"), [(7.0, 3.0), (-7.0, 3.0), (0.3, 0.1)])
def test_remainders_in_programs_and_transforms(x: float, y: float) -> None:
    for f in (lambda a, b: a % b * a, lambda a, b: a // b + b, lambda a, b: 7.5 % b + a // 2.0):
        want = ag.value_and_grad(f, argnums=(0, 1))(x, y)
        program = ag.compile(f, argnums=(0, 1), reduce="sum")
        assert program.value_and_grad(x, y) == want
        value, slopes = program.value_and_grad(np.full(4, x), np.full(4, y))
        assert value == pytest.approx(4.0 * want[0])
        assert [s[0] for s in slopes] == pytest.approx(want[1])


def test_remainder_by_zero_follows_ieee() -> None:
    assert math.isnan((Value(1.0) % 0.0).data)
    assert (Value(1.0) // 0.0).data == math.inf
    assert (-1.0 // Value(0.0)).data == -math.inf


@pytest.mark.parametrize("x", [2.7, -2.7, 2.0, -0.3, 0.0])
def test_whole_parts(x: float) -> None:
    v = Value(x)
    for f in (math.trunc, math.floor, math.ceil, int, round):
        assert type(f(v)) is type(f(x))
        assert f(v) == f(x)
    for g in (np.floor, np.ceil, np.trunc):
        out = g(v)
        assert type(out) is Value
        assert out.data == g(x)
        out.backward()
        assert v.grad == 0.0
    assert np.round(v, 1) == round(v, 1) == round(x, 1)
    assert np.round(v) == np.round(x)
    assert np.round(np.array([v, v]), 1).tolist() == [round(x, 1)] * 2
    assert np.round(np.array([v])).tolist() == [np.round(x)]


def test_np_clip_gives_a_value() -> None:
    for x, want, slope in ((3.0, 2.0, 0.0), (1.5, 1.5, 1.0), (0.0, 1.0, 0.0), (2.0, 2.0, 1.0)):
        v = Value(x)
        out: Any = np.clip(v, 1, 2)
        out.backward()
        assert (type(out), out.data, v.grad) == (Value, want, slope)
    assert np.clip(Value(3.0), None, 2).data == 2.0
    assert np.clip(Value(3.0), 4, None).data == 4.0
    assert Value(3.0).clip(high=2).data == ag.clip(3.0, None, 2.0) == 2.0


def test_a_node_by_microgpts_names() -> None:
    x = Value(2.0)
    for node in (Value(4.0, children=(x,), local_grads=(4.0,)), Value(4.0, (x,), (4.0,)),
                 Value(4.0, (x,), local_grads=(4.0,))):  # fmt: skip
        x.zero_grad()
        node.backward()
        assert (node.parents, x.grad) == ((x,), 4.0)
        assert node._local_grads == (4.0,)
    assert Value(1.0, children=(), local_grads=()).is_leaf
    with pytest.raises(ag.ArgumentError, match="1 children need as many local gradients, not 2"):
        Value(4.0, children=(x,), local_grads=(1.0, 2.0))


def test_no_label() -> None:
    v = Value(1.0, label="v")
    v.label = None
    assert v.label == Value(1.0, label=None).label == Value(1.0).label == ""
    assert "label" not in repr(v)
    v.label = "w"
    for twin in (copy.copy(v), copy.deepcopy(v), pickle.loads(pickle.dumps(v))):
        assert twin.label == "w"
