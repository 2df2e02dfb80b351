"""Teaching lints: they warn once, and never at a program that is right."""

from __future__ import annotations

import math
import random
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from autograd_support import no_warnings

import autograd as ag
from autograd import TeachingWarning, Value

# Numbers that changed since


@contextmanager
def exactly_one_warning(match: str) -> Iterator[None]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    assert len(caught) == 1, [str(w.message) for w in caught]
    assert issubclass(caught[0].category, TeachingWarning)
    assert match in str(caught[0].message)
    assert caught[0].filename == __file__, "the warning should point at the user's line"


def test_stale_data_warns_once_and_uses_the_recorded_numbers() -> None:
    x, y = Value(3.0, label="x"), Value(5.0, label="y")
    out = x * y + ag.exp(x) * y + ag.sum([x, y, x])
    before = Value(3.0), Value(5.0)
    other = before[0] * before[1] + ag.exp(before[0]) * before[1]
    (other + ag.sum([before[0], before[1], before[0]])).backward()
    x.data, y.data = 100.0, 200.0
    with exactly_one_warning("'x' was 3.0 when this graph was built and is 100.0 now"):
        out.backward()
    assert (x.grad, y.grad) == (before[0].grad, before[1].grad)


def test_stale_data_warns_with_create_graph_too() -> None:
    x, y = Value(3.0), Value(5.0)
    out = x * x * y
    x.data = 10.0
    with exactly_one_warning("a leaf was 3.0 when this graph was built"):
        out.backward(create_graph=True)
    assert (float(x.grad), float(y.grad)) == (30.0, 9.0)
    second = y.grad
    x.zero_grad()
    y.zero_grad()
    with ag.lints(False):
        second.backward()
    assert x.grad == 6.0


@pytest.mark.parametrize("f", [ag.exp, lambda x: x * 2.0, lambda x: 2.0 - x, lambda x: x**2,
                               lambda x: ag.sum([1.0, x]), lambda x: ag.dot([x], [3.0], 1.0),
                               lambda x: ag.where(True, x, 0.0),
                               lambda x: ag.maximum(1.0, x)])  # fmt: skip
def test_stale_data_is_noticed_whatever_the_operation(f: Any) -> None:
    x = Value(3.0)
    out = f(x)
    x.data = 4.0
    with exactly_one_warning("was 3.0 when this graph was built and is 4.0 now"):
        out.backward()


@pytest.mark.parametrize("number", [3.0, math.nan, math.inf, -0.0])
@pytest.mark.parametrize("f", [ag.exp, lambda x: x * 2.0, lambda x: x * x,
                               lambda x: ag.sum([1.0, x]),
                               lambda x: ag.where(True, x, 0.0)])  # fmt: skip
def test_the_same_number_assigned_again_is_no_reason_to_warn(f: Any, number: float) -> None:
    x, y = Value(1.0), Value(2.0)
    x.data = number
    y.data = 7.0
    out = f(x) + y
    x.data = float(repr(number))
    y.data = float("7.0")
    with no_warnings():
        out.backward()
    assert x.has_grad


def test_lints_can_be_switched_off_and_nest() -> None:
    x = Value(3.0)
    out = x * x
    x.data = 4.0
    with no_warnings():
        with ag.lints(False):
            out.backward()
            with ag.lints(False):
                out.backward()
            out.backward()
        ag.lints(False)
        out.backward()
        ag.lints(True)
    x.zero_grad()
    with pytest.warns(TeachingWarning):
        out.backward()
    x.zero_grad()
    with ag.lints(False), ag.lints(True), pytest.warns(TeachingWarning):
        out.backward()


def test_lints_come_back_after_an_exception() -> None:
    with pytest.raises(KeyError), ag.lints(False):
        raise KeyError
    x = Value(3.0)
    out = x * x
    x.data = 4.0
    with pytest.warns(TeachingWarning):
        out.backward()


def test_a_forgotten_zero_grad_is_noticed() -> None:
    w, b = Value(1.0, label="w"), Value(0.0, label="b")

    def step() -> None:
        loss = (w * 2.0 + b - 7.0) ** 2
        loss.backward()
        for p in (w, b):
            p.data -= 0.01 * p.grad

    with no_warnings():
        step()
    with exactly_one_warning("'w' still holds the gradient of an earlier graph"):
        step()


def train(steps: int, zero: Callable[[Value], None], *, inputs: list[Value]) -> None:
    rng = random.Random(0)
    w, b = Value(0.1, label="w"), Value(0.0, label="b")
    x, y = inputs
    for _ in range(steps):
        x.data, y.data = rng.random(), rng.random()
        loss = (ag.tanh(w * x + b) - y) ** 2
        for p in (w, b):
            zero(p)
        loss.backward()
        for p in (w, b):
            p.data -= 0.1 * p.grad


@pytest.mark.parametrize(
    "zero",
    [Value.zero_grad, lambda p: setattr(p, "grad", 0), lambda p: setattr(p, "grad", 0.0),
     lambda p: setattr(p, "grad", None)],
    ids=["zero_grad", "0", "0.0", "None"],
)  # fmt: skip
def test_no_false_alarm_in_training_loops_that_reuse_inputs(zero: Any) -> None:
    with no_warnings():
        train(5, zero, inputs=[Value(0.0), Value(0.0)])


def test_no_false_alarm_when_zero_grad_comes_after_the_step() -> None:
    w = Value(0.5)
    with no_warnings():
        for i in range(5):
            ((w * float(i) - 1.0) ** 2).backward()
            w.data -= 0.1 * w.grad
            w.zero_grad()


def test_no_false_alarm_when_gradients_accumulate_over_mini_batches() -> None:
    w, b, x = Value(0.5), Value(0.1), Value(0.0)
    with no_warnings():
        for _ in range(3):
            for p in (w, b):
                p.zero_grad()
            for sample in (1.0, 2.0, 3.0):
                x.data = sample
                ((w * x + b - 1.0) ** 2).backward()
            for p in (w, b):
                p.data -= 0.01 * p.grad


def test_no_false_alarm_when_one_parameter_happens_to_have_a_zero_gradient() -> None:
    """Accumulating in w while only the input moves, the bias being off (gradient exactly 0)."""
    w, b, x = Value(0.5), Value(-100.0), Value(1.0)
    with no_warnings():
        for sample in (1.0, 2.0, 3.0):
            x.data = sample
            ((w * x) ** 2 + ag.relu(b)).backward()
    assert w.grad != 0.0


def test_no_false_alarm_when_only_the_input_of_a_loss_is_followed() -> None:
    """A graph whose only leaf is an input that is given number after number, zeroed each time."""
    x = Value(0.0)
    with no_warnings():
        for sample in (1.0, 2.0, 3.0):
            x.data = sample
            x.zero_grad()
            ag.sin(x).backward()
            assert x.grad == math.cos(sample)


def test_no_false_alarm_for_momentum_kept_in_grad() -> None:
    p = Value(1.0)
    with no_warnings():
        for _ in range(4):
            p.grad = 0.9 * p.grad
            ((p - 3.0) ** 2).backward()
            p.data -= 0.01 * p.grad


def test_no_false_alarm_for_two_losses_before_one_step() -> None:
    w = Value(0.5)
    with no_warnings():
        for _ in range(3):
            w.zero_grad()
            first, second = w * 2.0, w**2
            first.backward()
            second.backward()
            w.data -= 0.1 * w.grad


# Alternating training: what one step leaves in the other's parameters


class Player:
    """w·x + b, and a step of its own."""

    def __init__(self, w: float) -> None:
        self.w, self.b = Value(w, label="w"), Value(0.1, label="b")

    def __call__(self, x: Any) -> Value:
        return self.w * x + self.b

    def zero_grad(self) -> None:
        self.w.zero_grad()
        self.b.zero_grad()

    def step(self) -> None:
        for p in (self.w, self.b):
            p.data -= 0.1 * p.grad


def alternate(*, zeroed: bool = True, clipped: bool = False, rounds: int = 3) -> None:
    """A generator against a discriminator, as everyone writes it."""
    generator, judge = Player(0.3), Player(-0.7)
    for _ in range(rounds):
        if clipped:  # Wasserstein: before the gradients are forgotten
            judge.w.data = min(max(judge.w.data, -0.5), 0.5)
        if zeroed:
            judge.zero_grad()
        fake = generator(0.4).data
        ag.softplus(-judge(1.0)).backward()
        ag.softplus(judge(fake)).backward()
        judge.step()
        generator.zero_grad()
        ag.softplus(-judge(generator(0.4))).backward()
        generator.step()


@pytest.mark.parametrize("clipped", [False, True])
def test_no_false_alarm_in_alternating_training(clipped: bool) -> None:
    with no_warnings():
        alternate(clipped=clipped)


def test_a_step_that_takes_the_other_ones_leftover_along_is_noticed() -> None:
    with exactly_one_warning("'w' still holds the gradient of an earlier graph"):
        alternate(zeroed=False, rounds=2)


def test_a_leftover_is_noticed_with_create_graph_too() -> None:
    w = Value(1.0, label="w")
    with no_warnings():
        (w**2).backward(create_graph=True)
        w.data -= 0.1 * float(w.grad)
        (w**2).backward(create_graph=True)
    with exactly_one_warning("'w' still holds"):
        w.data -= 0.1 * float(w.grad)


def test_a_leftover_is_no_matter_where_no_step_follows_it() -> None:
    w = Value(1.0)
    with no_warnings():
        for number in (1.0, 2.0, 3.0):
            w.data = number
            (w**2).backward()
        assert w.grad == 12.0
        w.zero_grad()
        w.data = 5.0
        with ag.lints(False):
            (w**2).backward()
            w.data = 6.0
            (w**2).backward()
            w.data -= w.grad
