"""MLPEstimator: training by `nn.fit` behind scikit-learn's names."""

from __future__ import annotations

import functools
import math
import warnings
from collections.abc import Iterable
from typing import Any, Self

import numpy as np

from autograd import dot
from nn.activations import get as activation_of
from nn.checks import Array, as_size, finite, lookup
from nn.data.examples import checked_weights
from nn.errors import ArgumentError
from nn.estimators.sklearn import (
    BaseEstimator,
    ConvergenceWarning,
    check_is_fitted,
    check_random_state,
    train_test_split,
    validate_data,
)
from nn.models.layers import MLP
from nn.optim.base import Optimizer
from nn.optim.optimizers import SGD, Adam
from nn.training.callbacks import EarlyStopping
from nn.training.fit import fit
from nn.training.history import History
from nn.training.prediction import predict

__tracebackhide__ = True


class MLPEstimator(BaseEstimator):  # type: ignore[misc]
    """Base of both estimators: arguments, training, and the numbers inside.

    Args:
        hidden_layer_sizes: how many neurons each hidden layer has.
        activation: of the hidden layers: "relu", "tanh", "logistic", "identity", or another of
            `nn.activations`.
        solver: "adam" or "sgd".
        alpha: λ of the penalty λ/(2s) · Σ w² over all weights, without biases, in a batch of s.
        batch_size: s; "auto" is 200, or all examples if there are fewer.
        learning_rate_init: the learning rate η.
        max_iter: the most epochs; a ConvergenceWarning tells if the loss is not settled by then.
        shuffle: whether each epoch takes the examples in a new random order.
        random_state: an integer, or a `numpy.random.RandomState`, to draw everything from.
        tol, n_iter_no_change: training ends after so many epochs without an improvement by more
            than tol, of the loss, or with early_stopping of the validation.
        verbose: whether to show a progress bar.
        warm_start: whether another call of `fit` goes on with the weights of the last.
        momentum, nesterovs_momentum: of "sgd".
        early_stopping: hold out examples, and keep the weights that were best on these.
        validation_fraction: the share of the examples to hold out then.
        beta_1, beta_2, epsilon: of "adam".
    """

    def __init__(
        self,
        hidden_layer_sizes: Any = (100,),
        activation: Any = "relu",
        *,
        solver: str = "adam",
        alpha: float = 1e-4,
        batch_size: Any = "auto",
        learning_rate_init: float = 1e-3,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        verbose: bool = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: int = 10,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate_init = learning_rate_init
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train on n examples: rows X, targets y.

        Weights of their losses, if there are any, are brought to mean 1, so that in one batch
        (all examples) a weight of 2 is an example given twice, and one of 0 an example left out.
        Held-out examples count alike.
        """
        fresh, epochs = not (self.warm_start and hasattr(self, "model_")), self.max_iter
        return self._learn(X, y, sample_weight, epochs=as_size(epochs, "max_iter"), fresh=fresh)

    def _learn(
        self,
        X: Any,
        y: Any,
        sample_weight: Any,
        *,
        fresh: bool,
        epochs: int | None = None,
        classes: Any = None,
    ) -> Self:
        """Train for so many epochs at most, or for one that is not looked at further."""
        if self.early_stopping and epochs is None:
            raise ArgumentError("partial_fit cannot stop early; set early_stopping=False")
        inputs, targets = self._checked(X, y, fresh, classes)
        several = [inputs, targets]
        if sample_weight is not None:
            several.append(checked_weights(sample_weight, len(inputs)))
        if fresh:
            self._begin(inputs.shape[1], targets)
        if fresh or epochs is not None:
            make = lookup(self.solver, {"adam": self._adam, "sgd": self._sgd}, "solver")
            self._optimizer = make(self.model_.parameters())
        held_out = None
        if self.early_stopping:
            parts = train_test_split(
                *several, test_size=self.validation_fraction, random_state=self._seed,
                stratify=self._strata(targets),
            )  # fmt: skip
            several, held_out = parts[::2], (parts[1], parts[3])
        history = self._train(*several, held_out=held_out, epochs=epochs)
        self._take_in(history, len(several[0]), held_out)
        if epochs is not None and not (history.stopped_early or history.interrupted):
            warnings.warn(
                f"the loss has not settled after {epochs} epochs (max_iter)",
                ConvergenceWarning,
                stacklevel=3,
            )
        return self

    def _begin(self, n_inputs: int, targets: Array) -> None:
        """Make the network, with nothing learned yet."""
        self._seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        sizes: Any = self.hidden_layer_sizes
        hidden = list(sizes) if isinstance(sizes, Iterable) else [sizes]
        activation = activation_of(self.activation)
        self.model_: Any = MLP(
            n_inputs,
            [*hidden, self._outputs(targets)],
            activation=[*[activation] * len(hidden), "linear"],
            init="kaiming_uniform" if activation.name == "relu" else "lecun_uniform",
            seed=self._seed,
        )
        self.loss_curve_: list[float] = []
        self.t_, self.best_loss_ = 0, math.inf

    def _adam(self, parameters: Any) -> Optimizer:
        betas = self.beta_1, self.beta_2
        return Adam(parameters, self.learning_rate_init, betas=betas, eps=self.epsilon)

    def _sgd(self, parameters: Any) -> Optimizer:
        nesterov = bool(self.nesterovs_momentum and self.momentum)
        return SGD(parameters, self.learning_rate_init, momentum=self.momentum, nesterov=nesterov)

    def _train(
        self,
        inputs: Array,
        targets: Array,
        weights: Array | None = None,
        *,
        held_out: Any,
        epochs: int | None,
    ) -> History:
        size = 200 if self.batch_size == "auto" else as_size(self.batch_size, "batch_size")
        decay = finite(self.alpha, "alpha", least=0.0) / (2.0 * min(size, len(inputs)))
        if weights is not None:  # a weight of 2 is two examples: the penalty is shared by more
            unit = float(np.mean(weights))
            weights, decay = weights / unit, decay / unit
        return fit(
            self.model_,
            inputs,
            targets,
            sample_weight=weights,
            loss=self._loss(),
            optimizer=self._optimizer,
            epochs=epochs or 1,
            batch_size=size,
            shuffle=self.shuffle,
            seed=self._seed,
            validation=held_out,
            metric=self._metric if held_out else None,
            callbacks=[self._stopping(held_out)] if epochs else [],
            regularizer=functools.partial(_penalty, decay=decay) if decay else None,
            progress=bool(self.verbose),
        )

    def _stopping(self, held_out: Any) -> EarlyStopping:
        return EarlyStopping(
            as_size(self.n_iter_no_change, "n_iter_no_change"),
            min_delta=max(finite(self.tol, "tol"), 0.0) * self._unit(held_out),
            restore_best=held_out is not None,
            monitor="loss" if held_out is None else self._monitor,
        )

    def _take_in(self, history: History, n: int, held_out: Any) -> None:
        """Tell what training was like, under scikit-learn's names."""
        self.loss_curve_ += history.loss
        self.n_iter_, self.t_ = len(history.loss), self.t_ + n * len(history.loss)
        self.loss_ = self.loss_curve_[-1] if self.loss_curve_ else math.nan  # interrupted before
        self.best_loss_ = min([self.best_loss_, *history.loss])
        if held_out is not None:
            self.validation_scores_ = self._scores(history, held_out)
            self.best_validation_score_ = max(self.validation_scores_, default=math.nan)

    @property
    def coefs_(self) -> list[Array]:
        """The weights of each layer, an array of inputs × neurons."""
        return [np.array([[w.data for w in n.w] for n in one.neurons]).T for one in self._layers()]

    @property
    def intercepts_(self) -> list[Array]:
        """The biases of each layer."""
        return [np.array([n.b.data for n in one.neurons]) for one in self._layers()]

    @property
    def n_layers_(self) -> int:
        """The number of layers, that of the inputs counted."""
        return len(self._layers()) + 1

    @property
    def n_outputs_(self) -> int:
        """The number of outputs."""
        return int(self._layers()[-1].nout)

    def _layers(self) -> list[Any]:
        if "model_" not in vars(self):
            raise AttributeError(f"this {type(self).__name__} is not trained yet; call fit first")
        return list(self.model_.layers)

    def _output(self, X: Any) -> Array:
        """Outputs of the network for n rows, after checks: (n,), or (n, outputs)."""
        check_is_fitted(self, "model_")
        return predict(self.model_, validate_data(self, X, reset=False, dtype=np.float64))


def _penalty(model: MLP, decay: float) -> Any:
    weights = [w for layer in model.layers for neuron in layer.neurons for w in neuron.w]
    return decay * dot(weights, weights)
