"""Learning-rate schedules against PyTorch's numbers and their closed forms."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from autograd import Value
from nn import SGD, ArgumentError, KindError, StateError, schedules
from nn.optim.schedules import (
    ConstantLR,
    CosineAnnealingLR,
    LambdaLR,
    LinearLR,
    LRScheduler,
    OneCycleLR,
    ReduceLROnPlateau,
    SequentialLR,
    StepLR,
    warmup_cosine,
)

ONE = [0.040000000000000036, 0.6513582352345999, 0.9944154354509117, 0.8985666593464469,
       0.7056447289910996, 0.46263710266697505, 0.22872995315964806, 0.060892969758032406,
       4e-06]  # fmt: skip
TWO = [0.09999999999999998, 0.26942958916356985, 0.6501344202803414, 0.9554359905560885,
       0.9698764640825612, 0.75025, 0.41376273525536833, 0.11786080066207054,
       0.001]  # fmt: skip

# Rates of the first nine epochs from 0.2, from PyTorch 2.13.
PYTORCH: list[tuple[Callable, list[float]]] = [
    (ConstantLR, [0.06666666666666667] * 5 + [0.2] * 4),
    (lambda o: ConstantLR(o, factor=0.5, total_iters=3), [0.1] * 3 + [0.2] * 6),
    (lambda o: StepLR(o, step_size=3), [0.2] * 3 + [0.02] * 3 + [0.002] * 3),
    (lambda o: StepLR(o, step_size=2, gamma=0.5),
     [0.2, 0.2, 0.1, 0.1, 0.05, 0.05, 0.025, 0.025, 0.0125]),
    (LinearLR,
     [0.06666666666666667, 0.09333333333333334, 0.12, 0.1466666666666667, 0.17333333333333337,
      0.2, 0.2, 0.2, 0.2]),
    (lambda o: LinearLR(o, start_factor=0.1, end_factor=0.8, total_iters=4),
     [0.02, 0.055, 0.09, 0.125, 0.16, 0.16, 0.16, 0.16, 0.16]),
    (lambda o: CosineAnnealingLR(o, T_max=6),
     [0.2, 0.1866025403784439, 0.15, 0.1, 0.05, 0.01339745962155613, 0.0, 0.01339745962155613,
      0.05]),
    (lambda o: CosineAnnealingLR(o, T_max=4, eta_min=0.05),
     [0.2, 0.17803300858899107, 0.125, 0.07196699141100894, 0.05, 0.07196699141100894, 0.125,
      0.17803300858899118, 0.2]),
    (lambda o: LambdaLR(o, lambda n: 0.9**n),
     [0.2, 0.18, 0.162, 0.1458, 0.13122, 0.118098, 0.1062882, 0.09565938, 0.086093442]),
    (lambda o: SequentialLR(o, [LinearLR(o, total_iters=3), CosineAnnealingLR(o, T_max=6)], [3]),
     [0.06666666666666667, 0.11111111111111112, 0.15555555555555556, 0.2, 0.1866025403784439,
      0.15, 0.1, 0.05, 0.01339745962155613]),
    (lambda o: OneCycleLR(o, max_lr=1.0, total_steps=9), ONE),
    (lambda o: OneCycleLR(o, max_lr=1.0, epochs=3, steps_per_epoch=3, pct_start=0.5,
                          div_factor=10.0, final_div_factor=100.0), TWO),
]  # fmt: skip


def _optimizer(lr: float = 0.2) -> SGD:
    return SGD([Value(0.0)], lr=lr)


@pytest.mark.parametrize(("make", "rates"), PYTORCH)
def test_rates_of_pytorch(make: Callable[..., LRScheduler], rates: list[float]) -> None:
    optimizer = _optimizer()
    schedule = make(optimizer)
    found = []
    for _ in rates:
        found.append(optimizer.lr)
        schedule.step()
    assert found == pytest.approx(rates, rel=1e-12, abs=1e-15)
    assert [schedule.lr_at(n) for n in range(len(rates))] == found


def test_every_schedule_is_compared() -> None:
    ours = {
        n
        for n, c in vars(schedules).items()
        if isinstance(c, type) and c.__module__.startswith(schedules.__name__)
    }
    compared = {type(make(_optimizer())).__name__ for make, _ in PYTORCH}
    assert compared | {"LRScheduler", "ReduceLROnPlateau"} == ours


def test_a_schedule_begins_exactly_at_its_milestone() -> None:
    optimizer = _optimizer(1.0)
    parts = [ConstantLR(optimizer, factor=0.5, total_iters=9), StepLR(optimizer, 1, gamma=0.25)]
    schedule = SequentialLR(optimizer, parts, milestones=[2])
    assert [schedule.lr_at(n) for n in range(5)] == [0.5, 0.5, 1.0, 0.25, 0.0625]


def test_a_constant_rate() -> None:
    schedule = ConstantLR(_optimizer(), factor=1.0)
    assert {schedule.lr_at(n) for n in range(20)} == {0.2}


def test_warm_up_and_cosine() -> None:
    optimizer = _optimizer(1.0)
    schedule = warmup_cosine(optimizer, warmup=4, total=10, eta_min=0.1)
    expected = [0.2, 0.4, 0.6, 0.8]
    expected += [0.1 + 0.45 * (1.0 + math.cos(math.pi * n / 6)) for n in range(7)]
    assert [schedule.lr_at(n) for n in range(11)] == pytest.approx(expected, rel=1e-12)
    assert optimizer.lr == pytest.approx(0.2)


def test_the_rate_set_before_the_first_schedule_is_the_base() -> None:
    optimizer = _optimizer()
    optimizer.lr = 0.5
    assert StepLR(optimizer, step_size=1).base_lr == 0.5


def test_the_schedule_drives_the_steps() -> None:
    p = Value(1.0)
    optimizer = SGD([p], lr=1.0)
    schedule = StepLR(optimizer, step_size=1, gamma=0.5)
    for expected in (0.0, -0.5, -0.75):
        p.grad = 1.0
        optimizer.step()
        schedule.step()
        assert p.data == expected
    assert schedule.get_last_lr() == [0.125] and optimizer.lr == 0.125


def test_state_continues() -> None:
    schedule = CosineAnnealingLR(_optimizer(), T_max=5)
    for _ in range(3):
        schedule.step()
    optimizer = _optimizer(7.0)
    again = CosineAnnealingLR(optimizer, T_max=5)
    again.load_state_dict(schedule.state_dict())
    assert optimizer.lr == schedule.optimizer.lr and again.last_epoch == 3


@pytest.mark.parametrize(
    "state", [{}, {"last_epoch": 1}, {"last_epoch": -1, "base_lr": 1.0}, 3,
              {"last_epoch": 1, "base_lr": math.nan}, {"last_epoch": "x", "base_lr": 1.0}],
)  # fmt: skip
def test_states_that_do_not_fit(state) -> None:
    with pytest.raises(StateError, match="not the state of a schedule"):
        StepLR(_optimizer(), step_size=1).load_state_dict(state)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda o: StepLR(o, step_size=0), ArgumentError, "step_size must be at least 1"),
        (lambda o: StepLR(o, step_size=1.5), KindError, "step_size must be a positive integer"),
        (lambda o: StepLR(o, 1, gamma=math.nan), ArgumentError, "gamma must be a finite"),
        (lambda o: ConstantLR(o, factor=1.5), ArgumentError, "between 0 and 1, not 1.5"),
        (lambda o: LinearLR(o, start_factor=0.0), ArgumentError, "start_factor .* > 0"),
        (lambda o: LinearLR(o, start_factor=2.0), ArgumentError, "at most 1, not 2.0"),
        (lambda o: LinearLR(o, end_factor=-1.0), ArgumentError, "end_factor .* >= 0"),
        (lambda o: CosineAnnealingLR(o, T_max=-1), ArgumentError, "T_max must be at least 1"),
        (lambda o: CosineAnnealingLR(o, 3, eta_min=-1), ArgumentError, "eta_min"),
        (lambda o: LambdaLR(o, 0.9), KindError, "a function step -> factor"),
        (lambda o: LambdaLR(o, lambda n: -1.0), ArgumentError, r"lr_lambda\(0\) must be"),
        (lambda o: StepLR(3, 1), KindError, "needs an optimiser first"),
        (lambda o: SequentialLR(o, [StepLR(o, 1)], [2]), ArgumentError, "need 0 milestones"),
        (
            lambda o: SequentialLR(o, [StepLR(o, 1)] * 3, [4, 2]),
            ArgumentError, "must increase",
        ),
        (
            lambda o: SequentialLR(o, [StepLR(o, 1), StepLR(_optimizer(), 1)], [2]),
            ArgumentError, "for the optimiser that is given",
        ),
        (lambda o: warmup_cosine(o, 5, 5), ArgumentError, "warmup must be below total = 5"),
    ],
)  # fmt: skip
def test_arguments_that_make_no_sense(make: Callable, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        make(_optimizer())


def test_the_base_class_has_no_rate() -> None:
    with pytest.raises(NotImplementedError):
        LRScheduler(_optimizer())


def test_the_state_of_schedules_in_a_row_carries_the_base_rate_of_all() -> None:
    schedule = warmup_cosine(_optimizer(0.5), warmup=2, total=10)
    for _ in range(4):
        schedule.step()
    optimizer = _optimizer(0.1)
    again = warmup_cosine(optimizer, warmup=2, total=10)
    again.load_state_dict(schedule.state_dict())
    assert optimizer.lr == schedule.optimizer.lr
    again.step()
    schedule.step()
    assert optimizer.lr == schedule.optimizer.lr


def test_of_two_schedules_on_one_optimiser_the_last_to_step_decides() -> None:
    optimizer = _optimizer(0.2)
    LinearLR(optimizer, start_factor=0.5)
    StepLR(optimizer, step_size=3)
    assert optimizer.lr == 0.2


# Rates after each of these losses, from PyTorch 2.13.
LOSSES = [1.0, 0.9, 0.95, 0.93, 0.92, 0.5, 0.6, 0.55, 0.56, 0.57, 0.58, 0.3, 0.3, 0.3, 0.3]
PLATEAUS = [
    ({}, [0.1] * 15),
    (
        {"factor": 0.5, "patience": 1, "cooldown": 1, "min_lr": 0.01},
        [0.1] * 3 + [0.05] * 4 + [0.025] * 3 + [0.0125] * 3 + [0.01] * 2,
    ),
    (
        {"mode": "max", "threshold": 0.1, "threshold_mode": "abs", "patience": 0},
        [0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7] + [1e-8] * 8,
    ),
    ({"patience": 0, "threshold": 0.5}, [0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7] + [1e-8] * 8),
]


@pytest.mark.parametrize(("settings", "rates"), PLATEAUS)
def test_plateaus_of_pytorch(settings: dict, rates: list[float]) -> None:
    optimizer = _optimizer(0.1)
    schedule = ReduceLROnPlateau(optimizer, **settings)
    found = []
    for loss in LOSSES:
        schedule.step(loss)
        found.append(optimizer.lr)
        assert schedule.lr_at(0) == optimizer.lr == schedule.get_last_lr()[0]
    assert found == pytest.approx(rates, rel=1e-12)


def test_a_plateau_goes_on_from_its_state() -> None:
    whole, part = ({"factor": 0.5, "patience": 1, "cooldown": 1},) * 2
    optimizer, again = _optimizer(0.1), _optimizer(0.3)
    schedule, other = ReduceLROnPlateau(optimizer, **whole), ReduceLROnPlateau(again, **part)
    for loss in LOSSES[:4]:
        schedule.step(loss)
    other.load_state_dict(schedule.state_dict())
    assert again.lr == optimizer.lr == 0.05 and other.last_epoch == 4
    for loss in LOSSES[4:]:
        schedule.step(loss)
        other.step(loss)
        assert again.lr == optimizer.lr
    for wrong in ({}, {**schedule.state_dict(), "lr": math.nan}, {"lr": 1.0, "best": "a"}):
        with pytest.raises(StateError, match="not the state of a"):
            other.load_state_dict(wrong)


def test_nan_is_no_improvement() -> None:
    schedule = ReduceLROnPlateau(_optimizer(), patience=0)
    for loss in (math.nan, 1.0, math.nan):
        schedule.step(loss)
    assert schedule.best == 1.0 and schedule.num_bad_epochs == 0
    assert schedule.optimizer.lr == pytest.approx(0.002)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda o: ReduceLROnPlateau(o).step(), ArgumentError, r"scheduler.step\(val_loss\)"),
        (lambda o: ReduceLROnPlateau(o).step("a"), KindError, "goes by must be a number"),
        (lambda o: ReduceLROnPlateau(o, mode="least"), ArgumentError, "mode is 'min' or 'max'"),
        (lambda o: ReduceLROnPlateau(o, factor=1.0), ArgumentError, "factor must be"),
        (lambda o: ReduceLROnPlateau(o, patience=-1), ArgumentError, "patience must be"),
        (lambda o: OneCycleLR(o, max_lr=1.0), ArgumentError, "needs total_steps="),
        (lambda o: OneCycleLR(o, max_lr=1.0, epochs=3), ArgumentError, "needs total_steps="),
        (lambda o: OneCycleLR(o, max_lr=-1.0, total_steps=3), ArgumentError, "max_lr must be"),
        (lambda o: OneCycleLR(o, max_lr=1.0, total_steps=3, pct_start=2.0), ArgumentError,
         "pct_start must be between 0 and 1"),
    ],
)  # fmt: skip
def test_arguments_of_the_newer_schedules(make: Callable, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        make(_optimizer())


def test_one_cycle_of_a_few_steps_and_beyond_its_end() -> None:
    for steps in (1, 2, 3, 4):
        schedule = OneCycleLR(_optimizer(), max_lr=1.0, total_steps=steps)
        rates = [schedule.lr_at(n) for n in range(steps + 3)]
        assert rates[steps:] == pytest.approx([4e-6] * 3) and max(rates) <= 1.0


@pytest.mark.parametrize("name", schedules.SCHEDULES)
def test_schedules_by_name_begin_and_end_within_the_rate(name: str) -> None:
    optimizer = _optimizer(0.5)
    schedule = schedules.SCHEDULES[name](optimizer, 9)
    rates = []
    for _ in range(9):
        rates.append(optimizer.lr)
        schedule.step(1.0)
    assert min(rates) >= 0.0 and max(rates) <= 0.5
    assert (rates[-1] < 0.05) == (name != "plateau")
