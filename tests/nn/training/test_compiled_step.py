"""A training loop of one's own, by a compiled step."""

from __future__ import annotations

import numpy as np
import pytest

import nn
from autograd import TeachingWarning, Value
from nn import noise
from nn.errors import ArgumentError, DataError, KindError, ShapeError, TrainingError

X, Y = nn.data.moons(90, seed=0)


def loop(step, epochs=3, size=32):
    """The loop of `fit`: its order of examples for seed 0."""
    rng, losses = np.random.default_rng(0), []
    for _ in range(epochs):
        losses += [step(*batch) for batch in nn.data.batches(X, Y, size, seed=rng)]
    return losses


@pytest.mark.parametrize("backend", ["auto", "jax"])
@pytest.mark.parametrize(
    "settings", [{}, {"l2": 0.01}, {"clip_norm": 0.1}, {"clip_value": 0.01}], ids=str
)
def test_the_numbers_are_those_of_fit(settings, backend):
    if backend == "jax":
        pytest.importorskip("jax")
    by_fit, own = (nn.MLP(2, [6, 1], seed=1) for _ in range(2))
    nn.fit(
        by_fit, X, Y, loss="bce_with_logits", optimizer="adam", lr=0.05, epochs=3, metric=None,
        progress=False, compiled=True, backend=backend, **settings,
    )  # fmt: skip
    step = nn.compiled_step(own, "bce_with_logits", "adam", lr=0.05, backend=backend, **settings)
    with step:
        loop(step)
    assert own.state_dict() == by_fit.state_dict()
    assert [p.grad for p in own.parameters()] == [p.grad for p in by_fit.parameters()]


def test_values_have_the_numbers_after_each_step_or_at_the_end_of_a_block():
    model = nn.MLP(2, [3, 1], seed=0)
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    step = nn.compiled_step(model, "bce_with_logits", optimizer)
    before = model.state_dict()
    step(X[:8], Y[:8])
    first = model.state_dict()
    assert first != before
    with step:
        step(X[8:16], Y[8:16])
        assert model.state_dict() == first
        step.write()
        second = model.state_dict()
        assert second != first
        step(X[:8], Y[:8])
    assert model.state_dict() not in (first, second)
    again = nn.MLP(2, [3, 1], seed=0)
    step = nn.compiled_step(again, "bce_with_logits", nn.SGD(again.parameters(), lr=0.1))
    for part in (slice(0, 8), slice(8, 16), slice(0, 8)):
        step(X[part], Y[part])
    assert again.state_dict() == model.state_dict()


def test_the_loss_is_that_before_the_step_and_rates_may_change():
    w = Value(1.0)
    model = type("Line", (nn.Module,), {"__call__": lambda self, x: self.w * x[0]})()
    model.w = w
    optimizer = nn.SGD([w], lr=0.5)
    step = nn.compiled_step(model, "mse", optimizer)
    assert step([[1.0]], [3.0]) == 4.0
    assert w.data == 3.0
    optimizer.lr = 0.25
    assert step([[1.0]], [1.0]) == 4.0
    assert w.data == 2.0
    w.data = 5.0  # between steps the Values count
    assert step([[1.0]], [5.0]) == 0.0


def test_weights_count_each_example():
    found, expected = (nn.MLP(2, [1], seed=0) for _ in range(2))
    weighted = nn.compiled_step(found, "bce_with_logits", "sgd", lr=1.0)
    weighted(X[:2], Y[:2])  # without weights, then with: another program
    weighted(X[:4], Y[:4], sample_weight=[2.0, 0.0, 2.0, 0.0])
    plain = nn.compiled_step(expected, "bce_with_logits", "sgd", lr=1.0)
    plain(X[:2], Y[:2])
    plain(X[:4:2], Y[:4:2])
    np.testing.assert_allclose(*([*m.state_dict().values()] for m in (found, expected)), rtol=1e-12)


def test_noise_is_drawn_by_a_seed():
    class Noisy(nn.Module):
        def __init__(self):
            self.inner = nn.MLP(2, [1], seed=0)

        def __call__(self, x):
            return self.inner([a + noise.normal() for a in x])

    first, second, other = (
        loop(nn.compiled_step(Noisy(), "bce_with_logits", "sgd", lr=0.1, seed=seed))
        for seed in (1, 1, 2)
    )
    assert first == second
    assert first != other


def test_wrong_batches():
    model = nn.MLP(2, [4, 3], seed=0)
    step = nn.compiled_step(model, "cross_entropy", "sgd", lr=0.1)
    step(X[:3], [0, 1, 2])
    before = model.state_dict()
    with pytest.raises(ArgumentError, match="class from 0 to 2"):
        step(X[:3], [0, 1, 3])
    with pytest.raises(DataError, match="has 3 examples and y has 2"):
        step(X[:3], [0, 1])
    with pytest.raises(ShapeError, match="expects 2 inputs"):
        nn.compiled_step(model, "cross_entropy", "sgd")([[1.0, 2.0, 3.0]], [0])
    with pytest.raises(DataError, match="sample_weight needs a number for each of 3"):
        step(X[:3], [0, 1, 2], sample_weight=[1.0])
    for wrong in ([-1.0, 1.0, 1.0], [0.0, 0.0, 0.0]):
        with pytest.raises(DataError, match="must be 0 or more"):
            step(X[:3], [0, 1, 2], sample_weight=wrong)
    assert model.state_dict() == before


def test_nan_ends_it_with_the_parameters_before():
    model = nn.MLP(2, [3, 1], seed=0)
    step = nn.compiled_step(model, "mse", "sgd", lr=0.1)
    step(X[:4], Y[:4])
    before = model.state_dict()
    bad = X[:4].copy()
    bad[1, 0] = np.nan
    for block in (True, False):
        with pytest.raises(TrainingError, match=r"the loss became nan in step"):
            if block:
                with step:
                    step(bad, Y[:4] * 1.0)
            else:
                step(bad, Y[:4] * 1.0)
        assert model.state_dict() == before
    step(X[:4], Y[:4])  # and on
    assert model.state_dict() != before


def test_a_loss_that_forgets_a_parameter_is_told_of():
    class Forgetful(nn.Module):
        def __init__(self):
            self.w, self.lost = Value(1.0), Value(2.0)

        def __call__(self, x):
            return self.w * x[0]

    step = nn.compiled_step(Forgetful(), "mse", "sgd")
    with pytest.warns(TeachingWarning, match="no gradient reaches lost"):
        step([[1.0]], [2.0])


def test_batches_go_through_all_examples_once():
    pairs = [*nn.data.batches([[1.0], [2.0], [3.0]], [*"abc"], 2, seed=3)]
    assert [len(x) for x, _ in pairs] == [2, 1]
    assert sorted(y for _, part in pairs for y in part) == ["a", "b", "c"]
    for x, y in pairs:
        assert ["abc"[int(a[0]) - 1] for a in x] == [*y]
    in_order = nn.data.batches(range(3), range(3), 5, shuffle=False)
    assert [y.tolist() for _, y in in_order] == [[0, 1, 2]]
    with pytest.raises(DataError, match="as many entries"):
        nn.data.batches([1, 2], [1])


def test_batches_are_gone_through_again_in_another_order():
    loader = nn.data.batches(range(10), range(10), 4, seed=0)
    first, second = ([y.tolist() for _, y in loader] for _ in range(2))
    assert first != second
    for parts in (first, second):
        assert sorted(i for part in parts for i in part) == [*range(10)]
    assert [len(part) for part in second] == [4, 4, 2] and len(loader) == 3
    assert [y.tolist() for _, y in nn.data.batches(range(10), range(10), 4, seed=0)] == first
    assert next(iter(loader))[0].shape == (4,)
    assert repr(loader) == "<3 batches of 10 examples, 4 at a time>"
    assert len(nn.data.batches([], [])) == 0 and [*nn.data.batches([], [])] == []


@pytest.mark.parametrize(
    ("keyword", "advice"),
    [
        ("learning_rate", "compiled_step has no learning_rate=; write lr="),
        ("criterion", "compiled_step has no criterion=; write loss="),
        ("n_epochs", "compiled_step has no n_epochs=; it takes loss, optimizer, lr"),
    ],
)
def test_a_keyword_of_another_library_gets_an_error_that_says_ours(keyword, advice):
    with pytest.raises(KindError, match=advice):
        nn.compiled_step(nn.MLP(2, [1]), **{keyword: 1})
