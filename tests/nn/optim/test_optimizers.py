"""Optimisers: five steps against PyTorch's numbers and against recurrences in plain floats."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import nn
from autograd import TeachingWarning, Value, softplus
from nn import MLP, SGD, Adam, AdamW, ArgumentError, KindError, NNError, Optimizer, RMSProp, RMSprop

K, TARGET, START = [1.0, 10.0, 0.1], [0.5, -1.0, 3.0], [1.0, 2.0, -1.5]

# Parameters after five steps on Σ k (p − t)², from PyTorch 2.13 in float64.
PYTORCH: list[tuple[type[Optimizer], dict[str, Any], list[float]]] = [
    (SGD, {"lr": 0.01}, [0.9519603984, -0.016960000000000055, -1.455179640359856]),
    (SGD, {"lr": 0.01, "momentum": 0.9}, [0.8746582463999999, -2.74126, -1.382260284859056]),
    (
        SGD,
        {"lr": 0.01, "momentum": 0.9, "nesterov": True},
        [0.8449530069152159, -2.2471527424000004, -1.349762024062618],
    ),
    (
        SGD,
        {"lr": 0.01, "momentum": 0.9, "dampening": 0.5},
        [0.9161908709, -1.8553600000000001, -1.4226402182828912],
    ),
    (
        SGD,
        {"lr": 0.01, "weight_decay": 0.1},
        [0.947261997215709, -0.01973361995220196, -1.4478140564166493],
    ),
    (
        SGD,
        {"lr": 0.01, "momentum": 0.5, "weight_decay": 0.1, "nesterov": True, "maximize": True},
        [1.0863024569396884, 11.927734449896564, -1.5679489061527132],
    ),
    (SGD, {}, [0.9950199600399839, 1.7117623904, -1.495501799640036]),
    (RMSprop, {}, [0.7215710000520894, 1.6820538385033788, -1.1798323754092352]),
    (
        RMSprop,
        {"lr": 0.05, "alpha": 0.9},
        [0.5998975834677164, 1.4844772674094808, -0.9786675265542124],
    ),
    (
        RMSprop,
        {"lr": 0.05, "momentum": 0.9, "weight_decay": 0.1},
        [0.5286252106018863, -1.8769820639476238, 2.533928357718757],
    ),
    (
        RMSprop,
        {"lr": 0.05, "centered": True},
        [0.4999999998088882, 0.5483391050687862, 0.022452363372305884],
    ),
    (Adam, {}, [0.9950008776688372, 1.9950001447277705, -1.495000096471939]),
    (Adam, {"lr": 0.1}, [0.5278144513706096, 1.5017794554574695, -1.0011074030471911]),
    (
        Adam,
        {"lr": 0.1, "betas": (0.5, 0.9), "eps": 1e-3, "weight_decay": 0.1},
        [0.5664009694770493, 1.507586904042319, -1.0068832808073989],
    ),
    (
        Adam,
        {"lr": 0.5, "amsgrad": True},
        [0.4456960509874063, -0.4030925470479569, 0.9528017466748198],
    ),
    (AdamW, {}, [0.9949509875402243, 1.9949002496247485, -1.4949251994173731]),
    (
        AdamW,
        {"lr": 0.1, "weight_decay": 0.2},
        [0.4623734167859567, 1.3300341399382027, -0.8769241333290839],
    ),
    (
        AdamW,
        {"lr": 0.1, "amsgrad": True, "maximize": True},
        [1.495780607702908, 2.490163643640964, -1.9923379410075217],
    ),
]


def _run(optimizer: Optimizer, steps: int) -> None:
    for _ in range(steps):
        optimizer.zero_grad()
        cost = sum(k * (p - t) ** 2 for k, p, t in zip(K, optimizer.params, TARGET, strict=True))
        cost.backward()
        optimizer.step()


@pytest.mark.parametrize(("kind", "settings", "expected"), PYTORCH)
def test_five_steps_of_pytorch(kind: type, settings: dict, expected: list[float]) -> None:
    params = [Value(p) for p in START]
    _run(kind(params, **settings), 5)
    assert [p.data for p in params] == pytest.approx(expected, rel=1e-12)


# The same rules in plain floats: (numbers) -> numbers, one generator per optimiser.


def _plain_sgd(lr: float, mu: float, dampening: float, decay: float, nesterov: bool):
    def rule(p: float, grads: Iterator[float]) -> Iterator[float]:
        v = None
        while True:
            g = next(grads)(p) + decay * p
            v = g if v is None else mu * v + (1 - dampening) * g
            p -= lr * ((g + mu * v if nesterov else v) if mu else g)
            yield p

    return rule


def _plain_rmsprop(lr: float, alpha: float, eps: float, mu: float):
    def rule(p: float, grads: Iterator[float]) -> Iterator[float]:
        s = v = 0.0
        while True:
            g = next(grads)(p)
            s = alpha * s + (1 - alpha) * g * g
            v = mu * v + g / (math.sqrt(s) + eps)
            p -= lr * v
            yield p

    return rule


def _plain_adam(lr: float, b1: float, b2: float, eps: float, decay: float, decoupled: bool):
    def rule(p: float, grads: Iterator[float]) -> Iterator[float]:
        m = v = 0.0
        t = 0
        while True:
            t += 1
            g = next(grads)(p) + (0.0 if decoupled else decay * p)
            p *= 1 - lr * decay if decoupled else 1.0
            m = b1 * m + (1 - b1) * g
            v = b2 * v + (1 - b2) * g * g
            p -= lr * (m / (1 - b1**t)) / (math.sqrt(v / (1 - b2**t)) + eps)
            yield p

    return rule


@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (lambda p: SGD(p, 0.05), _plain_sgd(0.05, 0, 0, 0, False)),
        (lambda p: SGD(p, 0.05, 0.8, 0.1), _plain_sgd(0.05, 0.8, 0.1, 0, False)),
        (lambda p: SGD(p, 0.05, 0.8, 0.0, 0.3, True), _plain_sgd(0.05, 0.8, 0, 0.3, True)),
        (lambda p: RMSprop(p, 0.1, 0.8, 1e-4), _plain_rmsprop(0.1, 0.8, 1e-4, 0.0)),
        (lambda p: RMSprop(p, 0.1, momentum=0.5), _plain_rmsprop(0.1, 0.99, 1e-8, 0.5)),
        (lambda p: Adam(p, 0.2), _plain_adam(0.2, 0.9, 0.999, 1e-8, 0.0, False)),
        (
            lambda p: Adam(p, 0.2, (0.7, 0.8), 1e-5, 0.3),
            _plain_adam(0.2, 0.7, 0.8, 1e-5, 0.3, False),
        ),
        (lambda p: AdamW(p, 0.2), _plain_adam(0.2, 0.9, 0.999, 1e-8, 0.01, True)),
    ],
)
def test_five_steps_of_the_plain_recurrence(make: Callable, rule: Callable) -> None:
    params = [Value(p) for p in START]
    optimizer = make(params)
    plain = []
    for k, t, p in zip(K, TARGET, START, strict=True):
        slope = iter(lambda k=k, t=t: lambda x: 2.0 * k * (x - t), None)
        plain.append(rule(p, slope))
    for _ in range(5):
        _run(optimizer, 1)
        assert [p.data for p in params] == pytest.approx([next(r) for r in plain], rel=1e-12)


@pytest.mark.parametrize(
    ("kind", "lr"), [(SGD, 1e-3), (RMSprop, 1e-2), (Adam, 1e-3), (AdamW, 1e-3)]
)
def test_defaults_are_pytorchs(kind: type, lr: float) -> None:
    optimizer = kind([Value(1.0)])
    assert optimizer.lr == lr and optimizer.weight_decay == (0.01 if kind is AdamW else 0.0)
    assert RMSProp is RMSprop


def test_the_rate_can_be_set_at_any_time() -> None:
    p = Value(1.0)
    optimizer = SGD([p], lr=1.0)
    p.grad = 2.0
    optimizer.lr = 0.25
    optimizer.step()
    assert p.data == 0.5
    with pytest.raises(ArgumentError, match=r"lr must be a finite number >= 0, not -1.0"):
        optimizer.lr = -1.0
    assert optimizer.lr == 0.25


@pytest.mark.parametrize("make", [lambda p: SGD(p, 0.1, 0.9, weight_decay=0.1), Adam, RMSprop])
def test_parameters_without_a_gradient_stay(make: Callable) -> None:
    still, moved = Value(1.0), Value(1.0)
    twin = Value(1.0)
    optimizer, alone = make([still, moved]), make([twin])
    for g in (1.0, -3.0):
        moved.grad = twin.grad = g
        optimizer.step()
        alone.step()
        assert still.data == 1.0 and moved.data == twin.data
    still.grad, moved.grad = 1.0, None
    optimizer.step()
    fresh = Value(1.0)
    first = make([fresh])
    fresh.grad = 1.0
    first.step()
    assert still.data == fresh.data and moved.data == twin.data


@pytest.mark.parametrize("kind", [SGD, Adam, AdamW, RMSprop])
def test_a_step_without_any_gradient_moves_nothing(kind: Any) -> None:
    p, q = Value(1.0), Value(2.0)
    optimizer = kind([p, q])
    optimizer.step()
    assert (p.data, q.data) == (1.0, 2.0)
    (p * p).backward()
    optimizer.step()
    assert p.data < 1.0
    assert q.data == 2.0


def test_gradients_of_gradients_are_taken_as_numbers() -> None:
    p = Value(3.0)
    (p**2).backward(create_graph=True)
    SGD([p], lr=0.5).step()
    assert p.data == 0.0


def test_zero_grad() -> None:
    p = Value(1.0)
    p.grad = 5.0
    SGD([p]).zero_grad()
    assert not p.has_grad


def test_training_a_network_lowers_the_loss() -> None:
    model = MLP(2, [4, 1], activation="tanh", seed=0)
    optimizer = Adam(model.parameters(), lr=0.05)
    costs = []
    for _ in range(60):
        optimizer.zero_grad()
        cost = sum((model([a, b]) - (a != b)) ** 2 for a in (0.0, 1.0) for b in (0.0, 1.0))
        cost.backward()
        optimizer.step()
        costs.append(cost.data)
    assert costs[-1] < 0.2 * costs[0]


@pytest.mark.parametrize(("kind", "settings"), [case[:2] for case in PYTORCH])
def test_state_continues_exactly(kind: type, settings: dict) -> None:
    params, others = [Value(p) for p in START], [Value(p) for p in START]
    whole, first = kind(params, **settings), kind(others, **settings)
    _run(whole, 5)
    _run(first, 2)
    second = kind(others)
    second.load_state_dict(first.state_dict())
    assert repr(second) == repr(first)
    _run(second, 3)
    assert [p.data for p in others] == [p.data for p in params]


ZEROS = {name: [0.0] * 3 for name in ("exp_avg", "exp_avg_sq", "max_exp_avg_sq")}


@pytest.mark.parametrize(
    "change",
    [
        {"optimizer": "SGD"}, {"steps": [1.0]}, {"averages": {}}, {"averages": 3},
        {"settings": {"lr": 0.1}}, {"settings": None}, {"steps": "x"},
        {"averages": {"exp_avg": [0.0], "exp_avg_sq": [0.0], "max_exp_avg_sq": [0.0]}},
        {"steps": [1.0, -1.0, 1.0]}, {"steps": [1.0, math.nan, 1.0]}, {"steps": [0.5] * 3},
        {"averages": {**ZEROS, "exp_avg": [0.0, math.nan, 0.0]}},
        {"averages": {**ZEROS, "exp_avg_sq": [0.0, math.inf, 0.0]}},
        {"averages": {**ZEROS, "exp_avg_sq": [0.0, -1.0, 0.0]}},
    ],
)  # fmt: skip
def test_states_that_do_not_fit_change_nothing(change: dict) -> None:
    optimizer = Adam([Value(p) for p in START])
    before = optimizer.state_dict()
    with pytest.raises(nn.StateError):
        optimizer.load_state_dict(before | change)
    with pytest.raises(nn.StateError, match="eps must be"):
        optimizer.load_state_dict(before | {"settings": before["settings"] | {"eps": -1.0}})
    assert optimizer.state_dict() == before


def test_repr() -> None:
    assert repr(SGD([Value(1.0)], lr=0.1)) == (
        "SGD(1 parameter, lr=0.1, momentum=0.0, dampening=0.0, weight_decay=0.0, "
        "nesterov=False, maximize=False)"
    )


BAD = [math.nan, math.inf, -0.1]


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, name) for kind, names in (
        (SGD, ("lr", "momentum", "weight_decay")),
        (RMSprop, ("lr", "alpha", "eps", "weight_decay", "momentum")),
        (Adam, ("lr", "eps", "weight_decay")),
        (AdamW, ("lr", "eps", "weight_decay")),
    ) for name in names],
)  # fmt: skip
def test_settings_must_be_finite_and_not_negative(kind: type, name: str, bad: float) -> None:
    with pytest.raises(ArgumentError, match=rf"{name} must be a finite number >= 0, not") as caught:
        kind([Value(1.0)], **{name: bad})
    assert isinstance(caught.value, NNError) and isinstance(caught.value, ValueError)
    with pytest.raises(KindError, match=f"{name} must be a number, not str"):
        kind([Value(1.0)], **{name: "0.1"})


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Adam([Value(1.0)], betas=(0.9, 1.0)), ArgumentError, r"betas\[1\] .* < 1, not"),
        (lambda: Adam([Value(1.0)], betas=(-0.1, 0.9)), ArgumentError, r"betas\[0\] .* >= 0"),
        (lambda: Adam([Value(1.0)], betas=0.9), KindError, r"such as \(0.9, 0.999\)"),
        (lambda: SGD([Value(1.0)], dampening=math.nan), ArgumentError, "dampening must be"),
        (lambda: SGD([Value(1.0)], nesterov=True), ArgumentError, "a momentum above 0"),
        (
            lambda: SGD([Value(1.0)], momentum=0.9, dampening=0.1, nesterov=True),
            ArgumentError, "dampening=0",
        ),
        (lambda: SGD([]), ArgumentError, "no parameters to optimise"),
        (lambda: SGD(MLP(1, [1])), KindError, r"write model\.parameters\(\)"),
        (lambda: SGD(Value(1.0)), KindError, "a list of Values, not Value"),
        (lambda: SGD(3), KindError, "a list of Values, not int"),
        (lambda: SGD([Value(1.0), 2.0]), KindError, r"params\[1\] must be a Value, not float"),
        (lambda: SGD([{"params": [Value(1.0)]}, Value(2.0)]), KindError, "all of them; group 1"),
        (lambda: SGD([{"lr": 0.1}]), KindError, r"group 0 is none"),
        (lambda: SGD([{"params": 3}]), KindError, r"group 0 is none"),
        (lambda: SGD([{"params": [Value(1.0)], "beta": 1.0}]), ArgumentError, "no 'beta'; it has"),
        (lambda: SGD([{"params": [Value(1.0)], "lr": -1.0}]), ArgumentError, "lr must be"),
        (lambda: SGD([{"params": Value(1.0), "lr": 1.0}], lr=0.0), ArgumentError, "which is 0"),
        (lambda: SGD([Value(1.0) * 2.0]), ArgumentError, "was computed from others"),
        (lambda: SGD([Value(1.0, label="w")] * 2), ArgumentError, "parameter 'w' is given twice"),
    ],
)  # fmt: skip
def test_arguments_that_make_no_sense(make: Callable, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        make()


def test_infinite_gradients_follow_ieee() -> None:
    p = Value(1.0)
    p.grad = math.inf
    SGD([p]).step()
    assert p.data == -math.inf


@pytest.mark.parametrize("kind", [nn.SGD, nn.Adam])
@pytest.mark.parametrize("zero_first", [True, False])
def test_alternating_training_is_no_forgotten_zero_grad(kind: type, zero_first: bool) -> None:
    """A generator against a discriminator, with an optimiser for each, as PyTorch's tutorial."""
    generator, judge = nn.MLP(1, [3, 1], seed=0), nn.MLP(1, [3, 1], seed=1)
    of_generator = kind(generator.parameters(), lr=0.05)
    of_judge = kind(judge.parameters(), lr=0.05)
    for i in range(4):
        noise = [0.3 * i]
        if zero_first:
            of_judge.zero_grad()
        softplus(-judge([1.0])).backward()
        softplus(judge([generator(noise).data])).backward()
        of_judge.step()
        of_generator.zero_grad()
        softplus(-judge([generator(noise)])).backward()
        of_generator.step()
        if not zero_first:
            of_judge.zero_grad()


def test_a_forgotten_zero_grad_is_told_before_anything_moves() -> None:
    model = nn.MLP(1, [3, 1], seed=0)
    optimizer = nn.Adam(model.parameters(), lr=0.05)
    model([1.0]).backward()
    optimizer.step()
    model([1.0]).backward()
    before = model.state_dict(), optimizer.state_dict()
    with pytest.raises(TeachingWarning, match="still holds the gradient of an earlier graph"):
        optimizer.step()
    assert (model.state_dict(), optimizer.state_dict()) == before
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for _ in range(2):
            model([1.0]).backward()
            optimizer.step()
    assert [w.filename for w in told] == [__file__] * 2


def test_frozen_parameters_do_not_move() -> None:
    a, b = Value(1.0), Value(1.0)
    optimizer = nn.SGD([a, b], lr=0.1)
    (a * a + b * b).backward()
    b.requires_grad = False
    optimizer.step()
    assert (a.data, b.data) == (0.8, 1.0)


@pytest.mark.parametrize("name", ["lr", "momentum", "weight_decay"])
def test_settings_are_checked_whenever_they_are_set(name: str) -> None:
    optimizer = nn.SGD([Value(1.0)], lr=0.1)
    with pytest.raises(ArgumentError, match=f"{name} must be a finite number >= 0, not nan"):
        setattr(optimizer, name, math.nan)
    optimizer.dampening = -0.5
    assert repr(optimizer).startswith("SGD(1 parameter, lr=0.1, momentum=0.0, dampening=-0.5,")


@pytest.mark.parametrize("live", [np.array([True, False, True]), [0, 2], slice(None, None, 2)])
def test_some_parameters_move_in_an_array(live: Any) -> None:
    mine, theirs = Adam([Value(p) for p in START]), Adam([Value(p) for p in START])
    for g in (1.0, -3.0):
        theta = mine.updated(np.array(START)[live], np.array([g, 2.0 * g]), live)
        theirs.params[0].grad, theirs.params[2].grad = g, 2.0 * g
        theirs.step()
        assert mine.state_dict() == theirs.state_dict()
    assert theta[0] != START[0]
