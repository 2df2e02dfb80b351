"""MLPClassifier and MLPRegressor."""

from __future__ import annotations

import math
from typing import Any, Self

import numpy as np

from autograd import log_softmax
from nn.checks import Array
from nn.errors import ArgumentError
from nn.estimators.base import MLPEstimator
from nn.estimators.sklearn import (
    ClassifierMixin,
    RegressorMixin,
    check_classification_targets,
    column_or_1d,
    validate_data,
)
from nn.losses import bce_with_logits, cross_entropy, quadratic
from nn.training.history import History

__tracebackhide__ = True


class MLPClassifier(ClassifierMixin, MLPEstimator):  # type: ignore[misc]
    """Classifier by a multi-layer perceptron, as scikit-learn's of that name: log loss.

    Attributes:
        classes_: the labels, sorted; any that `numpy.unique` takes.
        model_: the `nn.MLP`, with one logit for two classes, and else one for each.
        loss_, best_loss_, loss_curve_, n_iter_, t_: of the training.
        validation_scores_, best_validation_score_: accuracies, with early_stopping.
        coefs_, intercepts_, n_layers_, n_outputs_, out_activation_, n_features_in_: of the network.

    Raises:
        ValueError: data that scikit-learn refuses, or an argument that makes no sense.

    >>> X = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    >>> xor = MLPClassifier((8,), "tanh", learning_rate_init=0.1, random_state=0)
    >>> xor.fit(X, ["no", "yes", "yes", "no"]).predict(X).tolist()
    ['no', 'yes', 'yes', 'no']
    >>> xor.predict_proba(X).shape, xor.classes_.tolist()
    ((4, 2), ['no', 'yes'])
    """

    _monitor, _metric = "val_metric", "accuracy"

    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """Go through the examples once; the first call says which `classes` there will be."""
        fresh = not hasattr(self, "model_")
        return self._learn(X, y, sample_weight, fresh=fresh, classes=classes)

    def predict(self, X: Any) -> Array:
        """The likeliest class of each of n rows."""
        best = self._logits(X).argmax(axis=1)
        return np.asarray(self.classes_[best])

    def predict_proba(self, X: Any) -> Array:
        """The probability of each class for each of n rows, an array n × classes."""
        return np.exp(self.predict_log_proba(X))

    def predict_log_proba(self, X: Any) -> Array:
        """The logarithm of `predict_proba`, exact where a probability rounds to 0 or 1."""
        return np.asarray(log_softmax(self._logits(X), axis=1))

    def _logits(self, X: Any) -> Array:
        """A logit for each class; of two classes the first one's is 0."""
        out = self._output(X)
        return out if out.ndim == 2 else np.column_stack([np.zeros(len(out)), out])

    @property
    def out_activation_(self) -> str:
        """The activation that makes probabilities of the network's outputs."""
        return "softmax" if self.n_outputs_ > 1 else "logistic"

    def _checked(self, X: Any, y: Any, fresh: bool, classes: Any) -> tuple[Array, Array]:
        X, y = validate_data(self, X, y, reset=fresh, dtype=np.float64)
        check_classification_targets(y)
        given = np.unique(y if classes is None else classes)
        if fresh:
            self.classes_ = given
        known = self.classes_
        if len(known) < 2:
            raise ArgumentError(f"y has one class only, {known[0]!r}; give examples of another")
        if not np.isin(np.append(given, y), known).all():
            raise ArgumentError(
                f"y has classes {np.unique(np.append(given, y)).tolist()}, and the first call of "
                f"fit or partial_fit (classes=) had {known.tolist()}"
            )
        return X, np.searchsorted(known, y)

    def _outputs(self, targets: Array) -> int:
        return len(self.classes_) if len(self.classes_) > 2 else 1

    def _loss(self) -> Any:
        return cross_entropy if len(self.classes_) > 2 else bce_with_logits

    def _strata(self, targets: Array) -> Array:
        return targets

    def _unit(self, held_out: Any) -> float:
        return 1.0

    def _scores(self, history: History, held_out: Any) -> list[float]:
        return list(history.val_metric)


class MLPRegressor(RegressorMixin, MLPEstimator):  # type: ignore[misc]
    """Regressor by a multi-layer perceptron, as scikit-learn's of that name: squared error.

    The loss is ½ Σⱼ (yⱼ − aⱼ)², down which scikit-learn's steps go too (as `loss_` it tells a
    mean over j). Attributes and errors as for `MLPClassifier`; the validation scores are R², of
    several targets weighted by variance.

    >>> X = np.linspace(0.0, 1.0, 20)[:, np.newaxis]
    >>> line = MLPRegressor((8,), learning_rate_init=0.05, random_state=0).fit(X, 2.0 * X[:, 0])
    >>> line.score(X, 2.0 * X[:, 0]) > 0.99
    True
    """

    _monitor, _metric = "val_loss", None
    out_activation_ = "identity"

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Go through the examples once, from the weights that there are."""
        return self._learn(X, y, sample_weight, fresh=not hasattr(self, "model_"))

    def predict(self, X: Any) -> Array:
        """The target of each of n rows: (n,), or (n, targets)."""
        return self._output(X)

    def _checked(self, X: Any, y: Any, fresh: bool, classes: Any) -> tuple[Array, Array]:
        X, y = validate_data(
            self, X, y, reset=fresh, dtype=np.float64, multi_output=True, y_numeric=True
        )
        return X, column_or_1d(y, warn=True) if y.ndim == 2 and y.shape[1] == 1 else y

    def _outputs(self, targets: Array) -> int:
        return 1 if targets.ndim == 1 else targets.shape[1]

    def _loss(self) -> Any:
        return quadratic

    def _strata(self, targets: Array) -> None:
        return None

    def _unit(self, held_out: Any) -> float:
        """The loss of predicting the mean of the held-out targets, for R² = 1 − loss / unit."""
        return 1.0 if held_out is None else 0.5 * float(np.sum(np.var(held_out[1], axis=0)))

    def _scores(self, history: History, held_out: Any) -> list[float]:
        unit = self._unit(held_out)
        return [1.0 - loss / unit if unit else math.nan for loss in history.val_loss]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
