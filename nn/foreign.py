"""Names of PyTorch, Keras and scikit-learn that are called something else here: what errors say.

What has the same name here, or a second one, needs no line. `docs/names.md` is the whole table.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

_MASS = "nn.LayerNorm(n), which normalises the numbers of one example, not of a batch"
_IMAGES = "not offered: write the sums, or nn.Linear on flat pixels"
_LISTS = "a plain list or dict, in which parameters() finds everything"
_MEMORY = "not needed: numbers are floats; fit(…, backend='jax') computes on JAX's devices"
_BATCHES = "nn.data.batches(X, y, 32); nn.fit(model, X, y, batch_size=32) takes batches by itself"
_HOOK = "a method of your own that calls the module"
_OWN_FUNCTION = "an activation of your own: any function of one Value, activation=lambda z: …"
_CLASSES = "nn.losses.categorical_cross_entropy, of probabilities, or nn.CrossEntropyLoss()"
_CONSTANT = "an attribute that is a plain number, which is no parameter and not in state_dict()"

IN_NN: dict[str, str] = {
    "BatchNorm1d": _MASS,
    "BatchNorm2d": _MASS,
    "BatchNormalization": _MASS,
    "Conv1d": _IMAGES,
    "Conv2d": _IMAGES,
    "MaxPool2d": _IMAGES,
    "ModuleList": _LISTS,
    "ModuleDict": _LISTS,
    "ParameterList": _LISTS,
    "ParameterDict": _LISTS,
    "Dense": "nn.Linear(inputs, outputs) and nn.ReLU(), or nn.Layer(inputs, outputs)",
    "Input": "not needed: the first layer says how many inputs there are",
    "RNN": "nn.unroll(nn.RNNCell(inputs, hidden), sequence)",
    "LSTM": "nn.unroll(nn.LSTMCell(inputs, hidden), sequence)",
    "GRU": "nn.unroll(nn.GRUCell(inputs, hidden), sequence)",
    "functional": "nn.losses for losses, and autograd for relu, softmax, …",
    "utils": "nn.clip_grad_norm_ and nn.clip_grad_value_",
    "manual_seed": "random.seed(0), Python's own; fit has seed=",
    "tensor": "plain numbers and lists; autograd.Value(2.0) for what is differentiated",
    "Tensor": "plain numbers and lists; autograd.Value(2.0) for what is differentiated",
    "no_grad": "autograd.no_grad()",
    "Variable": "autograd.Value(2.0)",
    "set_seed": "random.seed(0), Python's own; fit has seed=",
    "set_random_seed": "random.seed(0), Python's own; fit has seed=",
    "orthogonal_": "nn.init.xavier_uniform_(layer.weight), or nn.init.normal_",
    "trunc_normal_": "nn.init.normal_(layer.weight, std=0.02)",
    "callbacks": "nn.EarlyStopping, or any function of the training state: callbacks= of fit",
    "ModelCheckpoint": "checkpoint='run.npz' of nn.fit",
    "Model": "nn.Module",
    "DataLoader": _BATCHES,
    "TensorDataset": _BATCHES,
    "layers": "nn.Linear, nn.Dropout, … themselves",
    "metrics": "nn.accuracy, and metrics= of fit",
    "accuracy_score": "nn.accuracy(model, X, y)",
    "to_categorical": "nn.data.one_hot(y)",
    "StandardScaler": "nn.data.standardise(X_train)",
    "train_test_split": "nn.data.train_test_split",
    "save": "model.save('model.npz')",
    "load": "model.load('model.npz')",
    "ReLU6": "a function: lambda x: [autograd.clip(v, 0.0, 6.0) for v in x]",
    "SELU": _OWN_FUNCTION,
    "Mish": _OWN_FUNCTION,
    "Hardtanh": _OWN_FUNCTION,
    "Softsign": _OWN_FUNCTION,
    "LogSigmoid": _OWN_FUNCTION,
    "MultiheadAttention": "a Module of your own, of nn.Linear, autograd.dot and autograd.softmax",
    "MeanSquaredError": "nn.MSELoss()",
    "MeanAbsoluteError": "nn.L1Loss()",
    "BinaryCrossentropy": "nn.BCELoss(), of probabilities, or nn.BCEWithLogitsLoss()",
    "CategoricalCrossentropy": _CLASSES,
    "SparseCategoricalCrossentropy": _CLASSES,
    "KLDivLoss": "nn.CrossEntropyLoss(), whose target may be probabilities: the same slopes",
    "HingeEmbeddingLoss": "nn.losses.hinge, for targets -1 and 1",
    "ExponentialLR": "nn.LambdaLR(optimizer, lambda step: 0.9 ** step)",
    "MultiStepLR": "nn.LambdaLR(optimizer, lambda step: 0.1 ** ((step >= 30) + (step >= 80)))",
    "CosineAnnealingWarmRestarts": "nn.CosineAnnealingLR, one after the other by nn.SequentialLR",
    "Adagrad": "nn.RMSprop(model.parameters())",
    "Adamax": "nn.Adam(model.parameters())",
    "RAdam": "nn.Adam(model.parameters())",
    "Adadelta": "nn.RMSprop(model.parameters())",
    "LBFGS": "scipy.optimize.minimize, on autograd.value_and_grad of a function",
    "NAdam": "nn.Adam(model.parameters())",
}
"""Of the package, and of its rooms."""

OF_MODULES: dict[str, str] = {
    "to": _MEMORY,
    "cuda": _MEMORY,
    "cpu": _MEMORY,
    "double": _MEMORY,
    "float": _MEMORY,
    "half": _MEMORY,
    "fit": "nn.fit(model, X, y)",
    "compile": "nn.fit(model, X, y, optimizer='adam', loss='mse')",
    "predict": "nn.predict(model, X)",
    "evaluate": "nn.evaluate(model, X, y, loss='mse')",
    "score": "nn.accuracy(model, X, y)",
    "save_weights": "model.save('model.npz')",
    "load_weights": "model.load('model.npz')",
    "get_weights": "model.state_dict()",
    "set_weights": "model.load_state_dict(state)",
    "trainable_variables": "model.parameters()",
    "add_module": "an attribute: model.name = module",
    "register_module": "an attribute: model.name = module",
    "register_parameter": "an attribute: model.name = nn.Parameter(0.0)",
    "register_buffer": _CONSTANT,
    "buffers": _CONSTANT,
    "named_buffers": _CONSTANT,
    "count_params": "len(model.parameters()), and model.summary()",
    "get_submodule": "an attribute, or dict(model.named_modules())['layer1']",
    "get_parameter": "dict(model.named_parameters())['layer1.neuron1.b']",
    "trainable_weights": "model.parameters()",
    "register_forward_hook": _HOOK,
    "register_full_backward_hook": _HOOK,
    "add": "model.append(module), of an nn.Sequential",
}
"""Of a model."""

OF_OPTIMIZERS: dict[str, str] = {
    "param_groups": "optimizer.lr, which may be set at any time; of groups optimizer.groups",
    "state": "optimizer.state_dict()",
    "learning_rate": "optimizer.lr",
    "minimize": "loss.backward() and optimizer.step()",
}
"""Of an optimiser."""


def elsewhere(module: str) -> Callable[[str], NoReturn]:
    """The `__getattr__` of a module of ours: an error on names that it lacks."""

    def refuse(name: str) -> NoReturn:
        raise missing(f"module {module!r}", name, IN_NN, sys.modules[module])

    return refuse


def missing(owner: str, name: str, table: Mapping[str, str], of: Any) -> AttributeError:
    """The error on an attribute that is not there: what it is here, if the table says so.

    >>> missing("module 'nn'", "Dense", IN_NN, None).args[0][:56]
    "module 'nn' has no attribute 'Dense'; here that is nn.Li"
    """
    advice = f"; here that is {table[name]}" if name in table else ""
    return AttributeError(f"{owner} has no attribute {name!r}{advice}", name=name, obj=of)
