"""Training: `fit` runs the introduction's steps over mini-batches (Nielsen, Lei).

1. The model comes with initial parameters Θ. For every epoch, for every mini-batch I:
2. outputs o = model(xᵢ);
3. loss ℓ(o, yᵢ), averaged over I;
4. gradient ∇_Θ of that average, by backpropagation;
5. Θ ← Θ − η∇_Θ, or what else the optimiser makes of the gradient;
6. and again.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from autograd import compile
from nn.checks import as_size, random_numbers
from nn.data.examples import checked_examples, split_off, weighted
from nn.decision import remember
from nn.errors import ArgumentError, KindError
from nn.objective.objective import Objective
from nn.text import short
from nn.training.callbacks import checked_callbacks
from nn.training.checkpoint import Checkpoint
from nn.training.history import History
from nn.training.keywords import refuse
from nn.training.parameters import Parameters
from nn.training.resuming import (
    earlier_optimizer,
    forget_optimizer,
    generators,
    keep_optimizer,
    orders,
)
from nn.training.run import Run
from nn.training.steps import Steps, bound, chosen, optimizer_for

__tracebackhide__ = True


def fit(
    model: Any,
    X: Any,
    y: Any,
    *,
    loss: str | Callable[[Any, Any], Any] = "quadratic",
    optimizer: Any = "sgd",
    lr: float | None = None, weight_decay: float | None = None, momentum: float | None = None,
    epochs: int = 100, initial_epoch: int = 0,
    batch_size: int | None = 32,
    shuffle: bool = True, seed: int | None = 0,
    validation: Any = None, validation_split: float | None = None,
    sample_weight: Any = None, class_weight: Any = None,
    metric: Any = "auto", metrics: Any = None,
    l2: float = 0.0, regularizer: Callable[[Any], Any] | None = None,
    schedule: Any = None, schedule_every: str | None = None,
    clip_value: float | None = None, clip_norm: float | None = None,
    callbacks: Any = (),
    checkpoint: Any = None,
    progress: bool = True,
    compiled: bool | None = None,
    backend: str = "auto", mesh: Any = None,
    **unknown: Any,
) -> History:  # fmt: skip
    """Train a model on n examples by (mini-batch) gradient descent.

        Θ ← Θ − η · (1/s) Σ ∇_Θ ℓ(model(xᵢ), yᵢ) over the s examples i of a batch

    One seed reproduces the run bit for bit; Python's and NumPy's global random states are neither
    read nor changed. Ctrl-C ends the run: parameters and optimiser are those after the last whole
    batch, and the history is returned.

    A run in pieces equals one in a whole, bit for bit: the order of the examples in an epoch
    depends on the seed and on how many epochs the optimiser has been through
    (`optimizer.epochs_done`, a part of its `state_dict`), and so does a schedule that a function
    makes. An optimiser of your own, or one by name, goes on where the last call left it; one by
    name does if the call says the same optimizer, lr, seed and batch_size on as many examples, and
    finds the parameters as they were left. (A `seed` that is a NumPy generator travels by itself.)

    Model and loss are scalar code, and by default a program that was traced from it
    (`autograd.compile`) does the work, which is many times faster and gives the same numbers up to
    rounding. While it runs, parameters, gradients and the optimiser's averages are in arrays;
    callbacks, and you at the end, find them in the Values and the optimiser. The program is kept
    with the model for later calls; one that has changed since, or a loss that has, is traced anew
    (`autograd.compile` says what is watched).

    After the first step (Value by Value: the first epoch) a warning names parameters that the loss
    does not depend on, and Values that it depends on and `model.parameters()` does not list.

    Args:
        model: a callable with `parameters()`, such as an `nn.MLP`; it is changed in place.
        X: n inputs, one row each; they go into the model as plain floats.
        y: n targets: numbers, class numbers, or rows of numbers.
        loss: of one example, by name (`nn.losses`) or as a function of (output, target).
        optimizer: "sgd", "rmsprop", "adam" or "adamw", or an optimiser of `nn.optim` over
            parameters of the model.
        lr: the learning rate η, for an optimiser given by name; None is that optimiser's own,
            which is small: SGD's 0.001 needs many epochs, so choose one.
        weight_decay, momentum: further settings of an optimiser given by name that has them.
        epochs: how often to go through all examples.
        initial_epoch: how many of these epochs were done before: the run begins as one does that
            has been through them, with their order of examples and its schedule, and counts on.
        batch_size: s; 1 is stochastic gradient descent, None (or n and more) the full batch. The
            last batch of an epoch may be smaller, and is averaged over its own size.
        shuffle: whether each epoch takes the examples in a new random order.
        seed: what to shuffle (and split off validation examples) with; None is never the same.
        validation: a pair (X_val, y_val), or the share of the examples to hold out, such as 0.2;
            validation_split: that share, by Keras' name.
        sample_weight: a weight wᵢ for each example's loss: the cost is (1/s) Σ wᵢ ℓᵢ.
        class_weight: the weights of classes, {0: 1.0, 1: 5.0} (1 where none is said), or
            "balanced", n / (classes · how many are of the class). Both weights are multiplied; the
            validation has none.
        metric: "auto" (accuracy for classification, where the model gives one number or one for
            each class; else none), "accuracy", None, the name of a loss, or a function of (output,
            target), plain numbers in the structure of what the model returns; or several of these
            in a list. Random numbers of the model are off when it is measured. `metrics` is the
            same.
        l2: adds l2 · Σ p² over all parameters to the loss (micrograd's alpha).
        regularizer: a function of the model whose Value is added to the loss.
        schedule: an `LRScheduler` of the given optimiser; or a function that makes one, such as
            `lambda optimizer: nn.StepLR(optimizer, 10)`; or "cosine", "step", "plateau" or
            "onecycle", the usual ones over all epochs (`nn.schedules.SCHEDULES`).
        schedule_every: "epoch" or "batch", after which the schedule makes its steps; by default
            the epoch, and the batch for "onecycle".
        clip_value, clip_norm: bounds for each gradient, or for the length of the whole gradient.
        callbacks: functions of a `TrainingState`, called after each epoch, or objects with any of
            `on_train_begin`, `on_epoch_begin`, `on_batch_begin`, `on_batch_end`, `on_epoch_end`,
            `on_train_end`. What they change, parameters or anything else, is taken over.
        checkpoint: the path of a file that is written after each epoch. If it is there already, the
            run goes on from it, exactly, until `epochs` are done in all; the seed is an integer,
            and model, data and settings are the same. What callbacks remember is not in it.
        progress: whether to show a progress bar.
        compiled: False computes everything Value by Value, where all that happens is visible and
            everything is allowed. True has a program do it, or raises what stands in the way. None
            takes a program where model, loss and regularizer can be traced, as soon as 200
            examples are through or in the next epoch (fewer are done by the time of a trace); if
            they cannot, a warning and `history.why_not_compiled` say why. One thing
            differs: a parameter that some batch does not use (the row of a table, with
            `autograd.take`) has gradient 0 for a program, as in PyTorch, where the scalar way does
            not move it.
        backend: what computes the programs, as for `autograd.compile`; one that is named must, as
            with compiled=True. With "jax" the whole step, the optimiser's too, is computed on its
            devices, as long as callbacks do not look.
        mesh: a `jax.sharding.Mesh`: each batch is spread over its first axis. In several processes
            (`jax.distributed`), each gives its own examples, equally many, and the same model;
            `batch_size` counts those of one process.

    Returns:
        The `History`: plain lists, an entry for each epoch.

    Raises:
        DataError: X or y are empty, of different lengths, or hold nan; nothing has changed.
        ArgumentError, KindError, ShapeError: another argument makes no sense; likewise.
        TrainingError: loss, gradient or a parameter became nan or infinite. The parameters are
            those before that batch (or what a callback makes of them); its `history` holds the
            epochs before.
        autograd.TraceError: with compiled=True, model or loss look at numbers, or remember them.

    >>> import nn
    >>> X, y = nn.data.xor()
    >>> model = nn.MLP(2, [4, 1], activation="tanh", seed=1)
    >>> history = nn.fit(model, X, y, lr=0.5, epochs=200, batch_size=None, progress=False)
    >>> history.loss[-1] < 0.01 < history.loss[0], history.metric[-1]
    (True, 1.0)
    """
    refuse("fit", unknown, fit.__kwdefaults__ or ())
    compiled = _by_programs(compiled, backend, mesh)
    rng, epochs = random_numbers(seed), as_size(epochs, "epochs")
    examples = weighted(checked_examples(X, y), sample_weight, class_weight)
    train, held_out = split_off(examples, _one_of(validation, validation_split), rng)
    objective = Objective(model, loss, l2=l2, regularizer=regularizer, backend=backend, mesh=mesh)
    names = objective.prepare(metric if metrics is None else metrics, train, held_out)
    n = len(train.inputs)
    size = min(n if batch_size is None else as_size(batch_size, "batch_size"), n)
    settings = chosen(lr=lr, weight_decay=weight_decay, momentum=momentum)
    said = (optimizer, settings, seed, n, size)
    mover = earlier_optimizer(model, said) or optimizer_for(model, optimizer, settings)
    clipping = bound(clip_value, "clip_value"), bound(clip_norm, "clip_norm")
    steps = Steps(Parameters(objective), mover, *clipping)
    callbacks, file = checked_callbacks(callbacks), _checkpoint(checkpoint, mover, said)
    initial_epoch = _begun(mover, initial_epoch, epochs)
    total = epochs if initial_epoch or file else getattr(mover, "epochs_done", 0) + epochs
    steps.follow(schedule, schedule_every, epochs=total, batches=math.ceil(n / size))
    remember(model, loss, train.targets)
    history = (file and file.read(model, mover, steps.schedule)) or History()
    if history.stopped_early or (file and len(history) >= epochs):
        return history
    done = getattr(mover, "epochs_done", 0) if hasattr(seed, "__index__") else 0
    run = Run(
        steps, train, held_out, compiled, max([initial_epoch, *history.epochs]), epochs, size,
        orders(rng if shuffle else None, n, done if size < n else 0), generators(seed, rng, done),
        callbacks, names, file, history,
    )  # fmt: skip
    forget_optimizer(model)
    history = run.to_the_end(progress)
    if not history.stopped_early:
        keep_optimizer(model, said, mover)
    return history


def _one_of(validation: Any, share: Any) -> Any:
    if validation is not None and share is not None:
        raise ArgumentError(
            "validation= and validation_split= say the same; give one of them, a pair (X_val, "
            "y_val) as validation="
        )
    return validation if share is None else share


def _begun(mover: Any, initial_epoch: Any, epochs: int) -> int:
    """The epochs that the user says are done, which the optimiser then has been through."""
    if not isinstance(initial_epoch, int) or not 0 <= initial_epoch < epochs:
        raise ArgumentError(
            f"initial_epoch counts those of the {epochs} epochs that are done, from 0 and fewer "
            f"than all, not {short(initial_epoch)}; epochs= is the number of the last one"
        )
    if initial_epoch:
        mover.epochs_done = initial_epoch
    return initial_epoch


def _checkpoint(path: Any, mover: Any, said: tuple[Any, ...]) -> Checkpoint | None:
    """The file of a run that may go on."""
    _, settings, seed, n, size = said
    if path is None:
        return None
    if not hasattr(seed, "__index__"):
        raise ArgumentError(
            f"checkpoint= needs a seed that is an integer, not {short(seed)}: the order of the "
            "examples depends on it when the run goes on"
        )
    kind = type(mover).__name__
    told = {"optimizer": kind, "settings": settings, "seed": int(seed), "examples": n}
    return Checkpoint(path, told | {"batch_size": size})


def _by_programs(compiled: Any, backend: str, mesh: Any) -> bool | None:
    """True if programs must do it, False if none may; None: if they can."""
    if compiled not in (None, True, False):
        raise KindError(f"compiled= is None, True or False, not {short(compiled)}")
    named = backend != "auto" or mesh is not None
    if named and compiled is False:
        raise ArgumentError(
            f"backend={backend!r} and mesh= are for programs, and compiled=False asks for none; "
            "leave that out"
        )
    if named:
        compile(lambda: 0.0, backend=backend, mesh=mesh)  # refuses what is not there, at once
    return True if named else compiled
