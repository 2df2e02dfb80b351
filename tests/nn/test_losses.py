"""Losses against closed forms, mpmath, PyTorch's numbers and measured slopes."""

from __future__ import annotations

import functools
import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import AutogradError, Value, compile, exp, mean
from nn import ArgumentError, KindError, NNError, ShapeError, losses

PAIRED = [
    name
    for name in losses.LOSSES
    if name not in ("cross_entropy", "categorical_cross_entropy", "nll", "gaussian_nll")
]

# (loss, outputs, target, value, gradient): PyTorch 2.13 in float64, but for quadratic and hinge,
# which are worked out by hand.
KNOWN = [
    ("quadratic", [0.5, -1.0, 2.0], [1.0, 0.0, -0.5], 3.75, [-0.5, -1.0, 2.5]),
    ("hinge", [0.25, -0.5, 3.0], [-1, 1, 1], 2.75 / 3, [1 / 3, -1 / 3, 0.0]),
    (
        "mse", [0.5, -1.0, 2.0], [1.0, 0.0, -0.5], 2.5,
        [-0.3333333333333333, -0.6666666666666666, 1.6666666666666665],
    ),
    (
        "binary_cross_entropy", [0.2, 0.9, 0.5], [1.0, 0.0, 0.25], 1.5350567286626973,
        [-1.6666666666666663, 3.333333333333334, 0.3333333333333333],
    ),
    (
        "binary_cross_entropy_with_logits", [-3.0, 0.5, 2.0], [1.0, 0.0, 0.25],
        1.8831974489322736, [-0.3175247089408111, 0.20748644373395153, 0.2102656926592941],
    ),
    (
        "cross_entropy", [1.0, -2.0, 0.5], 2, 1.0045969023422834,
        [0.6037488961486258, 0.030058887569574023, -0.6338077837181998],
    ),
    (
        "cross_entropy", [1.0, -2.0, 0.5], [0.2, 0.3, 0.5], 1.6545969023422833,
        [0.4037488961486258, -0.26994111243042596, -0.1338077837181998],
    ),
    ("categorical_cross_entropy", [0.2, 0.5, 0.3], 1, 0.6931471805599453, [0.0, -2.0, 0.0]),
    (
        "categorical_cross_entropy", [0.5, 0.25, 0.25], [0.5, 0.5, 0.0], 1.0397207708399179,
        [-1.0, -2.0, 0.0],
    ),
    (
        "huber", [0.5, -3.0, 2.0], [1.0, 0.0, -0.5], 1.5416666666666667,
        [-0.16666666666666666, -0.3333333333333333, 0.3333333333333333],
    ),
    (
        "l1", [0.5, -1.0, 2.0], [1.0, 0.0, -0.5], 1.3333333333333333,
        [-0.3333333333333333, -0.3333333333333333, 0.3333333333333333],
    ),
    (
        "smooth_l1", [0.5, -3.0, 2.0], [1.0, 0.0, -0.5], 1.5416666666666667,
        [-0.16666666666666666, -0.3333333333333333, 0.3333333333333333],
    ),
    ("nll", [-0.5, -2.0, -1.5], 2, 1.5, [0.0, 0.0, -1.0]),
    ("gaussian_nll", [0.5, -1.0, 0.25, 2.0], [1.0, 0.5], 0.3579632048600137,
     [-1.0, -0.375, 0.0, -0.015625]),
]  # fmt: skip

# The same with a setting.
SET = [
    (
        nn.SmoothL1Loss(beta=0.25), [0.5, -1.0, 2.0], [1.0, 0.0, -0.5], 1.2083333333333333,
        [-0.3333333333333333, -0.3333333333333333, 0.3333333333333333],
    ),
    (
        nn.HuberLoss(delta=2.0), [0.5, -3.0, 2.0], [1.0, 0.0, -0.5], 2.375,
        [-0.16666666666666666, -0.6666666666666666, 0.6666666666666666],
    ),
    (
        nn.CrossEntropyLoss(label_smoothing=0.1), [1.0, -2.0, 0.5], 2, 1.07126356900895,
        [0.5704155628152925, -0.00327444576375931, -0.5671411170515331],
    ),
    (
        nn.CrossEntropyLoss(label_smoothing=0.1), [1.0, -2.0, 0.5], [0.2, 0.3, 0.5],
        1.65626356900895, [0.39041556281529244, -0.2732744457637593, -0.11714111705153313],
    ),
    (
        nn.BCEWithLogitsLoss(pos_weight=3.0), [-3.0, 0.5, 2.0], [1.0, 0.0, 0.25],
        3.936743685155264, [-0.9525741268224333, 0.20748644373395153, 0.19039853898894119],
    ),
    (
        nn.BCEWithLogitsLoss(pos_weight=[3.0, 2.0, 0.5]), [-3.0, 0.5, 2.0], [1.0, 0.0, 0.25],
        3.910300349521311, [-0.9525741268224333, 0.20748644373395153, 0.21523248107688234],
    ),
    (
        nn.GaussianNLLLoss(full=True), [0.5, -1.0, 0.25, 2.0], [1.0, 0.5], 1.2769017380646863,
        [-1.0, -0.375, 0.0, -0.015625],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "outputs", "target", "value", "gradient"), KNOWN)
def test_known_numbers(name, outputs, target, value, gradient) -> None:
    loss, values = losses.get(name), [Value(a) for a in outputs]
    cost = loss(values, target)
    cost.backward()
    assert cost.data == pytest.approx(value, rel=1e-14)
    assert [a.grad for a in values] == pytest.approx(gradient, rel=1e-13)
    assert loss(outputs, target) == pytest.approx(value, rel=1e-14)
    assert loss(np.array(outputs), np.array(target)) == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize(("name", "outputs", "target", "value", "gradient"), KNOWN)
def test_against_differences(name, outputs, target, value, gradient, assert_slopes) -> None:
    values = [Value(a) for a in outputs]
    assert_slopes(lambda: losses.get(name)(values, target), values)


@pytest.mark.parametrize(("loss", "outputs", "target", "value", "gradient"), SET)
def test_known_numbers_with_a_setting(loss, outputs, target, value, gradient) -> None:
    values = [Value(a) for a in outputs]
    cost = loss(values, target)
    cost.backward()
    assert cost.data == pytest.approx(value, rel=1e-14)
    assert [a.grad for a in values] == pytest.approx(gradient, rel=1e-12)
    program = compile(lambda o: loss(o, target))
    assert program(np.array([outputs, outputs])) == pytest.approx([value, value], rel=1e-13)


@pytest.mark.parametrize("name", PAIRED)
def test_a_single_output_needs_no_list(name: str) -> None:
    loss = losses.get(name)
    assert loss(Value(0.25), 1).data == loss([Value(0.25)], [1]).data == loss(0.25, 1)
    assert loss(0.25, np.array([1.0])) == loss(0.25, np.float64(1.0)) == loss(0.25, True)


@pytest.mark.parametrize("name", PAIRED)
def test_targets_may_be_values(name: str, assert_slopes) -> None:
    y = Value(0.625)
    assert_slopes(lambda: losses.get(name)(Value(0.25), y), [y])


def test_cross_entropy_takes_one_hot_values() -> None:
    ys = [Value(0.0), Value(1.0)]
    assert losses.cross_entropy([0.5, -1.0], ys).data == pytest.approx(
        losses.cross_entropy([0.5, -1.0], 1), rel=1e-15
    )


def test_document_004_cost() -> None:
    """½(1 − σ(1))², 0.0362: the document leaves out the ½."""
    assert losses.quadratic(1.0 / (1.0 + math.exp(-1.0)), 1.0) == pytest.approx(0.0362, abs=5e-5)


finite = st.floats(-700.0, 700.0)


@given(finite, st.floats(0.0, 1.0))
def test_logits_against_mpmath(z: float, y: float) -> None:
    with mpmath.workdps(400):
        p = 1 / (1 + mpmath.exp(-mpmath.mpf(z)))
        exact = -(y * mpmath.log(p) + (1 - mpmath.mpf(y)) * mpmath.log(1 - p))
    value = Value(z)
    cost = losses.binary_cross_entropy_with_logits(value, y)
    cost.backward()
    assert cost.data == pytest.approx(float(exact), rel=1e-14, abs=1e-300)
    assert value.grad == pytest.approx(float(p - y), rel=1e-12, abs=1e-15)


@given(st.lists(finite, min_size=2, max_size=5), st.data())
def test_cross_entropy_against_mpmath(zs: list[float], data: st.DataObject) -> None:
    y = data.draw(st.integers(0, len(zs) - 1))
    with mpmath.workdps(700):
        exact = mpmath.log(mpmath.fsum(mpmath.exp(z) for z in zs)) - mpmath.mpf(zs[y])
    values = [Value(z) for z in zs]
    cost = losses.cross_entropy(values, y)
    cost.backward()
    assert cost.data == pytest.approx(float(exact), rel=1e-12, abs=1e-12)
    assert sum(v.grad for v in values) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("name", ["binary_cross_entropy_with_logits", "hinge"])
@pytest.mark.parametrize(("z", "y", "value", "slope"), [(-1000.0, 1, 1000.0, -1.0),
                                                        (1000.0, 1, 0.0, 0.0)])  # fmt: skip
def test_extreme_scores(name, z, y, value, slope) -> None:
    output = Value(z)
    cost = losses.get(name)(output, y)
    cost.backward()
    assert (cost.data, output.grad) == (value + (name == "hinge" and value > 0.0), slope)


def test_extreme_logits() -> None:
    zs = [Value(1000.0), Value(-1000.0)]
    cost = losses.cross_entropy(zs, 1)
    cost.backward()
    assert cost.data == 2000.0 and [z.grad for z in zs] == [1.0, -1.0]
    assert losses.cross_entropy([1000.0, -1000.0], 0) == 0.0


@pytest.mark.parametrize(
    ("p", "y", "value"),
    [(0.0, 1, 100.0), (1.0, 0, 100.0), (0.0, 0, 0.0), (1.0, 1, 0.0), (1e-300, 1, 100.0),
     (0.0, 0.5, 50.0)],
)  # fmt: skip
def test_probabilities_at_the_ends_are_cut_off_like_pytorchs(p, y, value) -> None:
    output = Value(p)
    cost = losses.binary_cross_entropy(output, y)
    cost.backward()
    assert cost.data == pytest.approx(value, rel=1e-14)
    assert math.isfinite(output.grad)


@given(st.floats(0.001, 0.999), st.floats(0.0, 1.0))
def test_binary_cross_entropy_against_mpmath(p: float, y: float) -> None:
    exact = -(y * mpmath.log(p) + (1 - mpmath.mpf(y)) * mpmath.log(1 - mpmath.mpf(p)))
    assert losses.binary_cross_entropy(p, y) == pytest.approx(float(exact), rel=1e-12)


@given(st.floats(-1e6, 1e6), st.floats(0.01, 100.0))
def test_huber_against_its_two_branches(d: float, delta: float) -> None:
    expected = 0.5 * d * d if abs(d) <= delta else delta * (abs(d) - 0.5 * delta)
    value = Value(d)
    cost = losses.huber(value, 0.0, delta=delta)
    cost.backward()
    assert cost.data == pytest.approx(expected, rel=1e-12)
    assert value.grad == pytest.approx(max(-delta, min(delta, d)), rel=1e-12)


def test_an_average_over_a_batch_is_one_node() -> None:
    costs = [losses.mse(Value(a), 0.0) for a in (1.0, 2.0, 3.0)]
    cost = mean(costs)
    assert cost.data == pytest.approx(14.0 / 3.0) and cost.primitive.name == "mean"


@pytest.mark.parametrize(
    ("name", "loss"),
    [
        ("mse", losses.mse), ("MSE", losses.mse), ("MSELoss", losses.mse),
        ("mse_loss", losses.mse), ("mean squared error", losses.mse),
        ("squared_error", losses.mse), ("bce", losses.binary_cross_entropy),
        ("BCEWithLogitsLoss", losses.binary_cross_entropy_with_logits),
        ("CrossEntropyLoss", losses.cross_entropy), ("cross-entropy", losses.cross_entropy),
        ("hinge", losses.hinge), ("HuberLoss", losses.huber), ("quadratic", losses.quadratic),
        ("log_loss", losses.binary_cross_entropy), ("mae", losses.l1), ("L1Loss", losses.l1),
        ("SmoothL1Loss", losses.smooth_l1), ("nll_loss", losses.nll), ("NLLLoss", losses.nll),
        ("GaussianNLLLoss", losses.gaussian_nll),
        ("binary_crossentropy", losses.binary_cross_entropy),
        ("sparse_categorical_crossentropy", losses.categorical_cross_entropy),
    ],
)  # fmt: skip
def test_names(name: str, loss) -> None:
    assert losses.get(name) is loss
    assert losses.get(loss) is loss


def test_unknown_names() -> None:
    with pytest.raises(ArgumentError, match=r"did you mean 'hinge'\? there are: quadratic, mse"):
        losses.get("hing")
    with pytest.raises(KindError, match="loss= must be a name such as 'mse'"):
        losses.get(3)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", PAIRED)
def test_lengths_must_agree(name: str) -> None:
    loss = losses.get(name)
    with pytest.raises(ShapeError, match=r"not 2 outputs and 1 target$") as caught:
        loss([0.5, 0.5], [1.0])
    assert isinstance(caught.value, NNError)
    with pytest.raises(ShapeError, match="not 1 output and 3 targets"):
        loss(Value(0.5), [1, 1, 1])
    with pytest.raises(ShapeError, match="not 0 outputs and 0 targets"):
        loss([], [])
    with pytest.raises(KindError, match="the target must be a sequence of numbers"):
        loss(0.5, None)
    with pytest.raises(ShapeError, match=r"one example, not an array of shape \(2, 2\)"):
        loss(np.zeros((2, 2)), np.zeros((2, 2)))


def _raises(error: type[Exception], message: str, call) -> None:
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize(
    ("target", "error", "message"),
    [
        (3, ArgumentError, r"a class from 0 to 2 \(there are 3 outputs\), not 3"),
        (-1, ArgumentError, "not -1"),
        (1.5, KindError, "the number of a class, such as 2"),
        ("1", KindError, "the number of a class"),
        (Value(1.0), KindError, "or a list with a probability for each class"),
        ([0.5, 0.5], ShapeError, "not 3 outputs and 2 targets"),
        ([0.5, 0.5, 0.5], ArgumentError, "sum to 1, not to 1.5"),
        ([1.5, -0.5, 0.0], ArgumentError, "must be 0 or more"),
        ([0.0, 0.0, 0.0], ArgumentError, "not to 0"),
        ([math.nan, 1.0, 0.0], ArgumentError, "not to nan"),
        (None, KindError, "the target must be a sequence"),
        (math.nan, KindError, "the number of a class"),
        (math.inf, KindError, "the number of a class"),
    ],
)
def test_targets_of_cross_entropy(target, error, message) -> None:
    _raises(error, message, lambda: losses.cross_entropy([0.0, 1.0, 2.0], target))


def test_cross_entropy_needs_two_logits() -> None:
    _raises(ShapeError, "binary_cross_entropy_with_logits",
            lambda: losses.cross_entropy(Value(0.0), 0))  # fmt: skip


@pytest.mark.parametrize(
    "target", [2, np.int64(2), 2.0, np.float64(2.0), np.array(2), np.array([2]), [2]]
)
def test_class_numbers_of_every_kind(target) -> None:
    assert losses.cross_entropy([0.0, 1.0, 2.0], target) == losses.cross_entropy([0.0, 1.0, 2.0], 2)


def test_targets_out_of_range() -> None:
    _raises(ArgumentError, r"-1 and 1, not 0.0; for targets 0 and 1 write 2 \* y - 1",
            lambda: losses.hinge(0.5, 0))  # fmt: skip
    _raises(ArgumentError, "not 2.0$", lambda: losses.hinge(0.5, 2))
    for name in ("bce", "bce_with_logits"):
        _raises(ArgumentError, r"write \(y \+ 1\) / 2", lambda n=name: losses.get(n)(0.5, -1))
        _raises(ArgumentError, "not nan", lambda n=name: losses.get(n)(0.5, math.nan))


@pytest.mark.parametrize("p", [1.5, -0.1, math.nan, Value(3.0)])
def test_probabilities_out_of_range(p) -> None:
    _raises(ArgumentError, "output_activation='sigmoid'",
            lambda: losses.binary_cross_entropy(p, 1))  # fmt: skip


@pytest.mark.parametrize("delta", [0.0, -1.0, math.nan, math.inf])
def test_delta_of_huber(delta: float) -> None:
    _raises(ArgumentError, "delta of huber must be a finite number > 0",
            lambda: losses.huber(1.0, 0.0, delta=delta))  # fmt: skip


def test_cross_entropy_of_probabilities_is_cut_off_and_checked() -> None:
    loss = losses.categorical_cross_entropy
    assert loss([0.0, 1.0], 0) == pytest.approx(100.0, rel=1e-15)
    with pytest.raises(ArgumentError, match="output_activation='softmax', or use cross_entropy"):
        loss([2.0, -1.0], 0)
    with pytest.raises(ShapeError, match="write binary_cross_entropy"):
        loss(0.5, 0)
    with pytest.raises(ArgumentError, match="a class from 0 to 1"):
        loss([0.5, 0.5], 2)


@pytest.mark.parametrize(
    ("name", "output", "good", "bad"),
    [
        ("hinge", 0.3, [1.0, -1.0], [0.0, 2.0, -1.5, math.nan]),
        ("bce", 0.3, [0.0, 1.0, 0.25], [2.0, -1.0, 1.0000001, math.nan]),
        ("bce_with_logits", 0.3, [0.0, 1.0, 0.25], [2.0, -1.0, math.nan]),
        ("cross_entropy", [0.1, 0.2], [[0.5, 0.5], [0.0, 1.0]], [[1.0, 1.0], [1.5, -0.5], [0, 0]]),
        ("categorical_cross_entropy", [0.5, 0.5], [[0.5, 0.5]], [[1.0, 1.0], [1.5, -0.5]]),
    ],
)
@pytest.mark.parametrize("several", [False, True])
def test_targets_in_programs(name, output, good, bad, several) -> None:
    """A target that is refused eagerly gives nan in a program, which cannot raise, never a cost."""
    loss = losses.get(name)
    program = compile(lambda o, y: loss(o, y))
    if several and np.ndim(output) == 0:
        output, good, bad = [output] * 2, [[y, y] for y in good], [[good[0], y] for y in bad]
    for y in good:
        o, t = np.array([output] * 2), np.array([y] * 2, dtype=float)
        assert program(o, t) == pytest.approx([float(loss(output, y))] * 2, rel=1e-12)
    for y in bad:
        o, t = np.array([output] * 2), np.array([good[0], y], dtype=float)
        assert np.isnan(program(o, t)).tolist() == [False, True]
        with pytest.raises(ArgumentError):
            loss(output, y)


@pytest.mark.parametrize("name", sorted(losses.LOSSES))
def test_facts_of_a_loss_and_of_its_twin_agree(name) -> None:
    facts = losses.facts_of(name)
    assert facts.name == name
    assert facts == losses.facts_of(losses.LOSSES[name])
    assert (facts.twin is None) == (facts.activation is None)
    assert facts.targets == "two classes" or facts.threshold is None
    if facts.twin:
        twin = losses.facts_of(facts.twin)
        assert (twin.twin, twin.targets, twin.activation) == (name, facts.targets, facts.activation)
        assert twin.on_logits is not facts.on_logits


def test_of_a_users_own_loss_nothing_is_known() -> None:
    own = losses.facts_of(functools.partial(losses.huber, delta=2.0))
    assert (own.name, own.targets, own.threshold, own.activation) == (None, "numbers", None, None)


@pytest.mark.parametrize("name", sorted(losses.LOSSES))
@pytest.mark.parametrize("wrong", [None, "a", {"a": 1.0}, {1.0}, [[1.0, 2.0], [3.0, 4.0]], [None]])
def test_outputs_and_targets_of_other_kinds_are_named(name, wrong) -> None:
    good = [0.25, 0.75] if "cross_entropy" in name else [1.0, -1.0]
    for output, target in ((wrong, good), (good, wrong)):
        with pytest.raises((TypeError, ValueError)) as found:
            losses.get(name)(output, target)
        assert isinstance(found.value, (NNError, AutogradError)), repr(found.value)


@pytest.mark.parametrize("name", ["quadratic", "mse", "hinge", "huber", "bce", "bce_with_logits"])
def test_brackets_around_one_number(name) -> None:
    loss = losses.get(name)
    expected = loss(0.25, 1.0)
    for output in (
        [0.25],
        (0.25,),
        [[0.25]],
        np.array(0.25),
        np.array([[0.25]]),
        [np.array([0.25])],
    ):
        for target in (1.0, [1.0], np.array([[1.0]])):
            assert loss(output, target) == expected


def test_every_name_is_a_function_too_and_every_class() -> None:
    functions = {name.lower(): getattr(losses, name) for name in losses.__all__}
    for name, loss in losses.BY_NAME.items():
        assert getattr(functions[name], "loss", functions[name]) is losses.get(name) is loss
    classes = [name for name in losses.__all__ if name.endswith("Loss")]
    assert len(classes) == 9
    for name in classes:
        assert getattr(nn, name) is getattr(losses, name)
        assert getattr(nn, name)() is losses.get(name) is getattr(nn, name)(reduction="mean")


def test_a_loss_with_a_setting_has_the_facts_of_the_loss() -> None:
    weighted = nn.BCEWithLogitsLoss(pos_weight=2.0)
    assert losses.facts_of(weighted) == losses.facts_of("bce_with_logits")
    assert nn.evaluate(lambda x: Value(x[0]), [[0.25], [-1.0]], [1, 0], loss=weighted).metric == 1.0


def test_two_losses_with_the_same_setting_share_a_program() -> None:
    X, y = nn.data.moons(80)
    model = nn.MLP(2, [2, 1], seed=0)
    for _ in range(2):
        nn.evaluate(model, X, y, loss=nn.BCEWithLogitsLoss(pos_weight=2.0))
    assert len(model._programs.programs) == 1


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (lambda: nn.MSELoss(1.0, 2.0), KindError, r"write nn.MSELoss\(\)\(output, target\)"),
        (lambda: nn.L1Loss(reduction="sum"), ArgumentError, "'mean', over the outputs of one exam"),
        (lambda: nn.CrossEntropyLoss(weight=[1, 2]), ArgumentError,
         "no setting 'weight'; there are: label_smoothing; fit has class_weight="),
        (lambda: nn.MSELoss(delta=1.0), ArgumentError, "no setting 'delta'; there are none"),
        (lambda: nn.CrossEntropyLoss(label_smoothing=2.0)([0.0, 1.0], 0), ArgumentError,
         "a share from 0 to 1, not 2.0"),
        (lambda: nn.BCEWithLogitsLoss(pos_weight=[1.0])([0.0, 1.0], [0, 1]), ShapeError,
         "not 1 number for 2 outputs"),
        (lambda: nn.BCEWithLogitsLoss(pos_weight=-1.0)(0.0, 1), ArgumentError, "pos_weight must"),
        (lambda: losses.nll(0.5, 0), ShapeError, "nll needs ln p for each class"),
        (lambda: losses.gaussian_nll([0.0, 1.0, 2.0], 1.0), ShapeError, "not 3 outputs for 1 targ"),
        (lambda: losses.gaussian_nll([0.0, -1.0], 1.0), ArgumentError, "not -1.0; have the model"),
        (lambda: losses.gaussian_nll((Value(0.0), Value(-1.0)), 1.0), ArgumentError, "softplus"),
        (lambda: losses.smooth_l1(0.0, 1.0, beta=0.0), ArgumentError, "beta of smooth_l1"),
    ],
)  # fmt: skip
def test_settings_and_outputs_that_make_no_sense(wrong, error, message) -> None:
    _raises(error, message, wrong)


def test_a_negative_variance_is_nan_in_a_program() -> None:
    program = compile(lambda o: losses.gaussian_nll(o, 1.0))
    assert np.isnan(program(np.array([[0.0, 1.0], [0.0, -1.0]]))).tolist() == [False, True]


def test_means_and_variances_may_come_as_a_pair() -> None:
    flat = losses.gaussian_nll([0.5, -1.0, 0.25, 2.0], [1.0, 0.5])
    assert losses.gaussian_nll(([0.5, -1.0], [0.25, 2.0]), [1.0, 0.5]) == flat
    assert losses.gaussian_nll((0.5, 0.25), 1.0) == losses.gaussian_nll([0.5, 0.25], 1.0)


def test_nll_of_log_softmax_trains_as_cross_entropy() -> None:
    X, y = nn.data.iris()
    histories = []
    for loss, last in (("nll", [nn.LogSoftmax(dim=1)]), (nn.CrossEntropyLoss(), [])):
        model = nn.Sequential(nn.Linear(4, 8, seed=0), nn.Tanh(), nn.Linear(8, 3, seed=1), *last)
        histories.append(nn.fit(model, X, y, loss=loss, lr=0.1, epochs=5, progress=False))
    first, second = histories
    assert first.loss == pytest.approx(second.loss, rel=1e-12)
    assert first.metric == second.metric and first.compiled


def test_gaussian_nll_learns_mean_and_variance() -> None:
    class Normal(nn.Module):
        def __init__(self) -> None:
            self.mean, self.spread = nn.Parameter(0.0), nn.Parameter(0.0)

        def __call__(self, x):
            return self.mean, exp(self.spread)

    rng = np.random.default_rng(0)
    y = rng.normal(3.0, 0.5, 400)
    model = Normal()
    history = nn.fit(model, np.zeros((400, 1)), y, loss="gaussian_nll", optimizer="adam", lr=0.05,
                     epochs=60, progress=False)  # fmt: skip
    assert history.compiled and model.mean.data == pytest.approx(y.mean(), abs=0.05)
    assert math.exp(model.spread.data) == pytest.approx(y.var(), rel=0.2)
