"""Neural networks on scalars: from a neuron to a trained network, and in matrix form.

>>> from nn import MLP, data, fit, predict_classes
>>> X, y = data.moons(60, seed=0)
>>> model = MLP(2, [8, 8, 1], seed=0)
>>> settings = {"optimizer": "adam", "lr": 0.1, "epochs": 40, "progress": False}
>>> history = fit(model, X, y, loss="bce_with_logits", **settings)
>>> history.metric_name, history.metric[-1], predict_classes(model, X[:4]).tolist()
('accuracy', 1.0, [1, 1, 0, 0])

Rooms, in the order to read them:

- `models`: neurons, layers, recurrent cells, and the Module that they all are; with `init` (first
  weights) and `activations`
- `losses`, with `loss_checks`: the loss of one example; with `decision`, what a single
  output means
- `noise`: random numbers that a model draws, as dropout does
- `data`: sets to learn from, and their preparation
- `optim`: optimisers, schedules of the learning rate, clipping of gradients
- `objective`: the loss over a batch, outputs and metrics
- `training`: `fit`, a step for loops of your own, and prediction
- `diagnosis`: reasons why a network does not learn
- `matrix`: the documents' matrix form, an independent witness
- `estimators`: MLPClassifier and MLPRegressor, as scikit-learn has them
- `errors`, `foreign`, `text`, `checks`, `extras`: errors, other libraries' names, words, checks of
  arguments, optional packages
- `__main__`: the demonstrations of `python -m nn`
"""

import importlib
from typing import Any

import autograd

# Looked at before anything of nn is imported, which would fail with a puzzling message.
if not hasattr(autograd, "TeachingWarning"):
    raise ImportError(
        "the package `autograd` that Python found is not the one nn is made for, but "
        f"{autograd.__file__ or list(autograd.__path__)}. If that is a file or folder of your own, "
        "give it another name. If it is HIPS autograd from PyPI, which has the same name, "
        "uninstall it (`pip uninstall autograd`) and install chainrule again "
        "(`pip install --force-reinstall chainrule`)."
    )

from nn import activations, data, init, losses, matrix, noise, optim
from nn.diagnosis.diagnose import Diagnosis, diagnose
from nn.errors import (
    ArgumentError,
    DataError,
    FileFormatError,
    KindError,
    MissingExtraError,
    NNError,
    ShapeError,
    StateError,
    TrainingError,
)
from nn.foreign import elsewhere
from nn.losses import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    GaussianNLLLoss,
    HuberLoss,
    L1Loss,
    MSELoss,
    NLLLoss,
    SmoothL1Loss,
)
from nn.models.blocks import Dropout, Embedding, Flatten, LayerNorm, Linear
from nn.models.elementwise import (
    ELU,
    GELU,
    Identity,
    LeakyReLU,
    LogSoftmax,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from nn.models.layers import MLP, Layer, Neuron
from nn.models.module import Module, Parameter
from nn.models.recurrent import GRUCell, LSTMCell, RNNCell, unroll
from nn.models.sequential import Sequential
from nn.optim import schedules
from nn.optim.base import Optimizer
from nn.optim.clipping import clip_grad_norm_, clip_grad_value_
from nn.optim.optimizers import SGD, Adam, AdamW, RMSProp, RMSprop
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
from nn.training.callbacks import EarlyStopping
from nn.training.compiled_step import compiled_step
from nn.training.fit import fit
from nn.training.history import History, TrainingState
from nn.training.prediction import accuracy, evaluate, predict, predict_classes

lr_scheduler = schedules
"""PyTorch's name for them."""


def _later(name: str) -> Any:
    """The estimators, for which scikit-learn is imported only when they are asked for."""
    if name in ("MLPClassifier", "MLPRegressor"):
        return getattr(importlib.import_module("nn.estimators"), name)
    return elsewhere(__name__)(name)


globals()["__getattr__"] = _later  # by this way, or every name would exist for type checkers

__all__ = [
    "Adam",
    "AdamW",
    "ArgumentError",
    "BCELoss",
    "BCEWithLogitsLoss",
    "ConstantLR",
    "CosineAnnealingLR",
    "CrossEntropyLoss",
    "DataError",
    "Diagnosis",
    "Dropout",
    "ELU",
    "EarlyStopping",
    "Embedding",
    "FileFormatError",
    "Flatten",
    "GELU",
    "GRUCell",
    "GaussianNLLLoss",
    "History",
    "HuberLoss",
    "Identity",
    "KindError",
    "L1Loss",
    "LRScheduler",
    "LSTMCell",
    "LambdaLR",
    "Layer",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LinearLR",
    "LogSoftmax",
    "MLP",
    "MSELoss",
    "MissingExtraError",
    "Module",
    "NLLLoss",
    "NNError",
    "Neuron",
    "OneCycleLR",
    "Optimizer",
    "Parameter",
    "RMSProp",
    "RMSprop",
    "RNNCell",
    "ReLU",
    "ReduceLROnPlateau",
    "SGD",
    "Sequential",
    "SequentialLR",
    "ShapeError",
    "SiLU",
    "Sigmoid",
    "SmoothL1Loss",
    "Softmax",
    "Softplus",
    "StateError",
    "StepLR",
    "Tanh",
    "TrainingError",
    "TrainingState",
    "accuracy",
    "activations",
    "clip_grad_norm_",
    "clip_grad_value_",
    "compiled_step",
    "data",
    "diagnose",
    "evaluate",
    "fit",
    "init",
    "losses",
    "lr_scheduler",
    "matrix",
    "noise",
    "optim",
    "predict",
    "predict_classes",
    "schedules",
    "unroll",
    "warmup_cosine",
]
