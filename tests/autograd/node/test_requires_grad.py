"""requires_grad = False: a leaf that receives no gradient, as in PyTorch."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
from autograd_support import no_warnings
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import Plan, graphs

import autograd as ag
from autograd import Value


def frozen(x: float) -> Value:
    leaf = Value(x)
    leaf.requires_grad = False
    return leaf


def test_true_by_default_and_settable() -> None:
    x = Value(2.0)
    assert x.requires_grad is True
    x.requires_grad = False
    assert x.requires_grad is False
    assert x.__dict__ == {"_frozen": True}
    x.requires_grad = np.bool_(True)
    assert x.requires_grad is True
    assert (x * 2.0).requires_grad is True
    assert (frozen(1.0) * 2.0).requires_grad is False
    assert (frozen(1.0) * x).requires_grad is True
    y = frozen(1.0) * 2.0
    y.requires_grad = True  # changes nothing


@pytest.mark.parametrize("create_graph", [False, True])
def test_a_frozen_leaf_receives_nothing(create_graph: bool) -> None:
    w, b = Value(2.0), frozen(3.0)
    z = w * b + b
    z.backward(create_graph=create_graph)
    assert (float(w.grad), b.has_grad, b.grad) == (3.0, False, 0.0)
    b.requires_grad = True
    w.zero_grad()
    z.backward(create_graph=create_graph)
    assert (float(w.grad), float(b.grad)) == (3.0, 3.0)


@pytest.mark.parametrize("create_graph", [False, True])
def test_a_gradient_from_before_stays(create_graph: bool) -> None:
    w, b = Value(2.0), Value(3.0)
    b.grad = 7.0
    b.requires_grad = False
    with no_warnings():
        (w * b).backward(create_graph=create_graph)
        w.data = 5.0
    assert (float(w.grad), b.grad) == (3.0, 7.0)


def test_in_the_middle_of_everything() -> None:
    """A chain that leads through computed values of frozen leaves."""
    a, b = frozen(2.0), Value(3.0)
    c = ag.exp(a) * 0.0 + a
    (c * b + ag.sum([a, b, a]) + ag.dot([a], [b])).backward()
    assert (b.grad, a.has_grad) == (2.0 + 1.0 + 2.0, False)


def test_an_infinite_gradient_of_a_frozen_leaf_is_no_anomaly() -> None:
    x, w = frozen(0.0), Value(1.0)
    with ag.detect_anomaly():
        (ag.sqrt(x) + w).backward()
    assert (w.grad, x.has_grad) == (1.0, False)


def test_copies_and_pickles_stay_frozen() -> None:
    for twin in (copy.copy(frozen(1.0)), copy.deepcopy(frozen(1.0)),
                 pickle.loads(pickle.dumps(frozen(1.0)))):  # fmt: skip
        assert twin.requires_grad is False


def test_a_transform_differentiates_what_it_is_asked_to() -> None:
    out = ag.grad(lambda x: x**3)(frozen(2.0))
    assert out.data == 12.0
    assert type(ag.grad(lambda x: frozen(3.0) * x)(2.0)) is float


def test_a_program_takes_frozen_leaves_as_constants() -> None:
    w, b = Value(2.0), frozen(3.0)
    program = ag.compile(lambda x: (w * x + b) ** 2)
    value, gradient = program.value_and_grad(1.0)
    assert (value, gradient.tolist()) == (25.0, [10.0])
    assert program.parameters == [w]
    program.backward(1.0)
    assert (w.grad, b.has_grad) == (10.0, False)


def test_a_program_follows_what_is_frozen_and_freed() -> None:
    X = np.ones(4)

    def gradient(x: Any) -> Any:
        return program.value_and_grad(x)[1].tolist()

    for x in (X, 1.0):
        w, b = Value(2.0), Value(3.0)
        program = ag.compile(lambda x, w=w, b=b: (w * x + b) ** 2)
        assert gradient(x) == [10.0, 10.0]
        b.requires_grad = False
        assert gradient(x) == [10.0]
        b.data = 1.0
        assert gradient(x) == [6.0]
        assert program(X).tolist() == [9.0] * 4
        b.requires_grad, b.data = True, 3.0
        assert gradient(x) == [10.0, 10.0]


@settings(max_examples=25, deadline=None)
@given(graphs(max_steps=10), st.integers(0, 15))
def test_freezing_changes_nothing_for_the_others(
    graph: tuple[Plan, list[float]], which: int
) -> None:
    plan, xs = graph
    free, some = [Value(x) for x in xs], [Value(x) for x in xs]
    for i, leaf in enumerate(some):
        leaf.requires_grad = not which >> i & 1
    plan.run(free).backward()
    plan.run(some).backward()
    for want, leaf in zip(free, some, strict=True):
        assert repr(leaf.grad) == (repr(want.grad) if leaf.requires_grad else "0.0")
        assert leaf.has_grad == (want.has_grad and leaf.requires_grad)


def test_pytorchs_method() -> None:
    x = Value(1.0)
    assert x.requires_grad_(False) is x
    assert not x.requires_grad
    assert x.requires_grad_().requires_grad
