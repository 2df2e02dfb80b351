"""Targets that a loss refuses, in every way of training."""

import numpy as np
import pytest

import nn
from nn import losses
from nn.data.examples import a_few_targets
from nn.errors import ArgumentError, KindError


def rows(k, wrong):
    table = np.full((500, k), 1.0 / k)
    table[333] = wrong
    return table.tolist()


def labels(wrong):
    found = np.resize([1.0, 1.0, 0.0], 500)
    found[333] = wrong
    return found.tolist()


BAD = [
    ("hinge", 1, [1.0, -1.0] * 250 + [0.0], ArgumentError, "hinge are -1 and 1, not 0.0"),
    ("hinge", 2, [[1.0, -1.0]] * 250 + [[1.0, 0.0]], ArgumentError, "hinge are -1 and 1"),
    ("bce_with_logits", 1, labels(2.0), ArgumentError, "0, 1 or a probability, not 2.0"),
    ("bce_with_logits", 1, labels(-1.0), ArgumentError, "not -1.0; for targets -1 and 1"),
    ("cross_entropy", 2, labels(2), ArgumentError, "class from 0 to 1"),
    ("cross_entropy", 2, labels(-1), ArgumentError, "class from 0 to 1"),
    ("cross_entropy", 2, labels(0.5), KindError, "number of a class"),
    ("cross_entropy", 3, rows(3, [0.5, 0.5, 0.5]), ArgumentError, "not to 1.5"),
    ("cross_entropy", 3, rows(3, [1.5, -0.5, 0.0]), ArgumentError, "0 or more"),
    ("cross_entropy", 3, rows(3, [0.0, 0.0, 0.0]), ArgumentError, "not to 0"),
]


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize(("loss", "outputs", "y", "error", "text"), BAD)
def test_a_bad_target_is_named_before_anything_changes(
    loss, outputs, y, error, text, compiled
) -> None:
    model, X = nn.MLP(2, [outputs], seed=0), np.random.default_rng(0).normal(size=(len(y), 2))
    before = model.state_dict()
    with pytest.raises(error, match=text):
        nn.fit(model, X, y, loss=loss, lr=0.1, progress=False, compiled=compiled)
    assert model.state_dict() == before
    with pytest.raises(error, match=text):
        nn.evaluate(model, X, y, loss=loss)


@pytest.mark.parametrize(("loss", "outputs", "y", "error", "text"), BAD)
def test_a_loss_within_a_function_names_a_bad_target_in_its_batch(
    loss, outputs, y, error, text
) -> None:
    """A program of the user's loss cannot be tried out on all targets; the batch says it then."""
    known, X = losses.get(loss), np.random.default_rng(0).normal(size=(len(y), 2))
    with pytest.raises(error, match=text):
        nn.fit(
            nn.MLP(2, [outputs], seed=0), X, y, loss=lambda o, t: 1.0 * known(o, t), lr=1e-9,
            epochs=1, batch_size=64, progress=False, compiled=True,
        )  # fmt: skip


def test_a_few_targets_are_tried_however_many_there_are() -> None:
    y = np.random.default_rng(0).normal(size=100_000)
    assert a_few_targets(y) == [y[0], y.min(), y.max()]  # the first is no whole number
    assert a_few_targets(np.array([1, 1, 1])) == [1]
    assert a_few_targets(np.array([[1, -1], [-1, 1], [1, 0]]))[-1] == [1, 0]
