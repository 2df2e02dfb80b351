"""check_grads, itself checked: right derivatives pass, planted wrong ones are named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import PRIMITIVES, GradientCheckError, Value


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize(
    ("f", "args"),
    [
        (ag.sin, (0.7,)),
        (lambda x, y: ag.exp(x) * y**2 / (1 + x * x), (0.3, -2.0)),
        (lambda x: [x[0] * x[1], ag.hypot(x[0], x[1])], ([2.0, 3.0],)),
        (lambda W, x: ag.sum(ag.tanh(W @ x)), (np.ones((2, 2)) * 0.3, np.array([1.0, -2.0]))),
        (lambda p: ag.softmax([p["a"], p["b"], 0.0]), ({"a": 0.1, "b": -1.0},)),
        (lambda x: ag.maximum(x, 0.5) * x, (2.0,)),
        (lambda x: 3.0, (1.0,)),
    ],
)
def test_right_derivatives_pass(f: Callable[..., Any], args: Any, order: int) -> None:
    ag.check_grads(f, args, order=order)


@pytest.mark.parametrize("x", [1e-3, 1.0, 50.0, 1e3])
def test_scale_of_the_point_does_not_matter(x: float) -> None:
    ag.check_grads(lambda v: ag.log(v + 1.0) * v, (x,), order=2)


def wrong(name: str, factor: float) -> Any:
    """A primitive whose local gradient is off by a factor; not registered."""
    right = PRIMITIVES[name]
    rule = right._block.local
    block = right._block._replace(local=lambda *xs: rule(*xs) * factor)
    return type(right)(right._body, block, {})


@pytest.mark.parametrize("name", ["sin", "exp", "tanh", "sigmoid", "sqrt", "softplus", "log"])
@pytest.mark.parametrize("factor", [1.001, -1.0, 0.0, 2.0])
def test_a_planted_wrong_derivative_is_found_and_named(name: str, factor: float) -> None:
    mutant = wrong(name, factor)

    def f(x: Any, y: Any) -> Any:
        return ag.cos(y) * mutant(x * y) + x

    with pytest.raises(GradientCheckError) as caught:
        ag.check_grads(f, (0.8, 1.3))
    text = str(caught.value)
    for part in ("with respect to args[0]", "by backward()", "measured", "args[0] = 0.8",
                 "args[1] = 1.3", "likely culprit", name):  # fmt: skip
        assert part in text, f"{part!r} is not in {text!r}"


def test_only_the_second_derivative_is_wrong() -> None:
    right = PRIMITIVES["sin"]
    flat = type(right)(
        right._body,
        right._block._replace(local=lambda out, x: ag.cos(x.data if isinstance(x, Value) else x)),
        {},
    )
    ag.check_grads(lambda x: flat(x), (0.7,))
    with pytest.raises(GradientCheckError, match="derivative of order 1"):
        ag.check_grads(lambda x: flat(x), (0.7,), order=2)


def test_the_argument_is_named_by_its_path() -> None:
    mutant = wrong("sin", 1.01)
    with pytest.raises(GradientCheckError, match=r"args\[1\]\['w'\]\[1, 0\]"):
        ag.check_grads(
            lambda x, p: x + mutant(p["w"][1, 0]), (1.0, {"b": 2.0, "w": np.full((2, 2), 0.5)})
        )
    with pytest.raises(GradientCheckError, match="of output 1 with respect to"):
        ag.check_grads(lambda x: [x, mutant(x)], (1.0,))


def test_nan_and_infinite_derivatives_do_not_pass_unseen() -> None:
    with pytest.raises(GradientCheckError):
        ag.check_grads(lambda x: Value(x.data, (x,), (float("nan"),)), (1.0,))
    with pytest.raises(GradientCheckError):
        ag.check_grads(lambda x: Value(x.data, (x,), (float("inf"),)), (1.0,))


def test_a_detached_function_does_not_pass() -> None:
    with pytest.raises(GradientCheckError):
        ag.check_grads(lambda x: x * x.detach(), (2.0,))
    with pytest.raises(GradientCheckError):
        ag.check_grads(lambda x: ag.sin(x.data), (2.0,))


def test_checking_leaves_no_gradients() -> None:
    w = Value(2.0)
    ag.check_grads(lambda x: w * x**2, (3.0,), order=2)
    assert not w.has_grad
    with ag.no_grad():
        ag.check_grads(lambda x: x**2, (3.0,))
        with pytest.raises(GradientCheckError):
            ag.check_grads(wrong("sin", 1.1), (3.0,))


def test_tolerances() -> None:
    mutant = wrong("sin", 1.0 + 1e-7)
    ag.check_grads(mutant, (0.7,))
    with pytest.raises(GradientCheckError):
        ag.check_grads(mutant, (0.7,), rtol=1e-9)
    ag.check_grads(wrong("sin", 1.01), (0.7,), rtol=0.1)
    ag.check_grads(wrong("sin", 1.01), (0.7,), atol=0.1)
