"""Clipping gradients, against PyTorch's numbers."""

from __future__ import annotations

import math

import pytest

from autograd import Value
from nn import MLP, ArgumentError, KindError, clip_grad_norm_, clip_grad_value_


def _with(gradients: list[float]) -> list[Value]:
    params = [Value(1.0) for _ in gradients]
    for p, g in zip(params, gradients, strict=True):
        p.grad = g
    return params


def _of(params: list[Value]) -> list[float]:
    return [p.grad for p in params]


def test_values_within_document_004s_bounds() -> None:
    params = _with([-12.0, -5.0, 0.25, 5.0, 7.0, math.inf, -math.inf])
    assert clip_grad_value_(params, 5) is None
    assert _of(params) == [-5.0, -5.0, 0.25, 5.0, 5.0, 5.0, -5.0]


def test_a_gradient_that_is_nan_stays_nan() -> None:
    (p,) = _with([math.nan])
    clip_grad_value_([p], 5)
    assert math.isnan(p.grad)


def test_parameters_without_gradient_keep_none() -> None:
    p = Value(1.0)
    clip_grad_value_(p, 1.0)
    assert clip_grad_norm_(p, 1.0) == 0.0 and not p.has_grad
    assert clip_grad_norm_([], 1.0) == 0.0


@pytest.mark.parametrize(
    ("gradients", "kind", "norm", "expected"),
    [  # from PyTorch 2.13, max_norm = 5
        ([3.0, -4.0, 12.0], 2.0, 13.0,
         [1.1538460650887643, -1.5384614201183524, 4.615384260355057]),
        ([3.0, -4.0, 12.0], math.inf, 12.0,
         [1.249999895833342, -1.6666665277777895, 4.999999583333368]),
        ([3.0, -4.0, 12.0], 1.0, 19.0,
         [0.789473642659282, -1.0526315235457093, 3.157894570637128]),
        ([3.0, -4.0, 12.0], 3.0, 12.207054953820636,
         [1.2287975132370235, -1.6383966843160314, 4.915190052948094]),
        ([0.3, 0.4], 2.0, 0.5, [0.3, 0.4]),
        ([0.0, 0.0], 3.0, 0.0, [0.0, 0.0]),
    ],
)  # fmt: skip
def test_norms(gradients, kind, norm, expected) -> None:
    params = _with(gradients)
    assert clip_grad_norm_(params, 5.0, kind) == pytest.approx(norm, rel=1e-14)
    assert _of(params) == pytest.approx(expected, rel=1e-13)


def test_a_norm_beyond_the_square_of_floats() -> None:
    params = _with([3e200, -4e200])
    assert clip_grad_norm_(params, 1.0) == pytest.approx(5e200, rel=1e-14)
    assert _of(params) == pytest.approx([0.6, -0.8], rel=1e-14)


def test_norms_that_are_not_finite_do_as_in_pytorch() -> None:
    params = _with([1.0, math.nan])
    assert math.isnan(clip_grad_norm_(params, 1.0))
    assert all(math.isnan(g) for g in _of(params))
    params = _with([1.0, math.inf])
    assert clip_grad_norm_(params, 1.0) == math.inf
    assert params[0].grad == 0.0 and math.isnan(params[1].grad)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_error_if_nonfinite_changes_nothing(bad: float) -> None:
    params = _with([1.0, bad])
    with pytest.raises(ArgumentError, match="detect_anomaly"):
        clip_grad_norm_(params, 0.1, error_if_nonfinite=True)
    assert params[0].grad == 1.0


@pytest.mark.parametrize("bad", [0.0, -1.0, math.nan, math.inf])
def test_bounds_must_be_positive(bad: float) -> None:
    with pytest.raises(ArgumentError, match="clip_value must be a finite number > 0"):
        clip_grad_value_(_with([1.0]), bad)
    if bad != math.inf:
        with pytest.raises(ArgumentError, match="max_norm must be a finite number > 0"):
            clip_grad_norm_(_with([1.0]), bad)


@pytest.mark.parametrize("kind", [0.0, -2.0, math.nan])
def test_norm_types(kind: float) -> None:
    with pytest.raises(ArgumentError, match="norm_type must be a positive number"):
        clip_grad_norm_(_with([1.0]), 1.0, kind)


def test_a_model_in_place_of_its_parameters() -> None:
    with pytest.raises(KindError, match=r"write model\.parameters\(\)"):
        clip_grad_norm_(MLP(1, [1]), 1.0)  # type: ignore[arg-type]


def test_nan_outweighs_infinity_in_a_norm():
    v, w = Value(0.0), Value(0.0)
    v.grad, w.grad = math.nan, math.inf
    assert math.isnan(clip_grad_norm_([v, w], math.inf))


def test_an_infinite_bound_measures_and_leaves_the_gradients_alone():
    v, w = Value(0.0), Value(0.0)
    v.grad, w.grad = 3.0, -4.0
    assert clip_grad_norm_([v, w], math.inf) == 5.0
    assert clip_grad_norm_([v, w], math.inf, norm_type="inf") == 4.0
    w.grad = math.inf
    assert clip_grad_norm_([v, w], math.inf) == math.inf
    assert (v.grad, w.grad) == (3.0, math.inf)
