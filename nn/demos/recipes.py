"""The two demonstrations behind `python -m nn`."""

from __future__ import annotations

import tempfile
import time
from argparse import Namespace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from nn import data
from nn.checks import as_size, finite
from nn.demos.pictures import confusion_picture, curves_picture, decision_picture, need_matplotlib
from nn.errors import ArgumentError
from nn.models.layers import MLP
from nn.optim.schedules import LambdaLR
from nn.training.fit import fit
from nn.training.history import History, TrainingState
from nn.training.prediction import accuracy, predict, predict_classes

__tracebackhide__ = True


RECIPE, AT_MOST = 100, 500
"""micrograd's number of epochs, and how many there may be until every point is right."""


def moons(flags: Namespace) -> History:
    """micrograd's demo: 2-16-16-1, hinge loss plus 1e-4 · Σ p², learning rate falling from 1.

    Where micrograd's 100 epochs leave a point on the wrong side, it goes on with Adam's small steps
    until every point is right, unless --epochs says how many there are to be.
    """
    folder = _prepared(flags)
    X, y = data.moons(100, noise=0.1, seed=flags.seed, labels=(-1, 1))
    model = MLP(2, [16, 16, 1], seed=flags.seed)
    _say(flags, f"Two moons: {len(X)} points, {model.describe()}, {_size(model)} parameters.")
    started = time.perf_counter()
    history = _learn_moons(flags, model, X, y)
    seconds = time.perf_counter() - started
    share = accuracy(model, X, y)
    print(f"Training accuracy {share:.1%}{_after(history, seconds)}.")
    title = f"{model.describe()}, hinge loss + L2"
    _draw_curves(history, folder / "moons_loss.png", title)
    path = folder / "moons_boundary.png"
    grid = _outputs_on_a_grid(model, X)
    _told(decision_picture(X, y, grid, path, f"Two moons: {share:.1%} of {len(X)} points right"))
    return history


def _learn_moons(flags: Namespace, model: Any, X: Any, y: Any) -> History:
    settings = {
        "loss": "hinge",
        "l2": 1e-4,
        "batch_size": flags.batch_size,
        "seed": flags.seed,
        "progress": not flags.quiet,
    }
    epochs = flags.epochs or RECIPE
    schedule = partial(LambdaLR, lr_lambda=lambda k: 1.0 - 0.9 * k / epochs)
    history = fit(model, X, y, lr=flags.lr, schedule=schedule, epochs=epochs, **settings)
    share = accuracy(model, X, y)
    if share < 1.0 and flags.epochs is None and not history.interrupted:
        _say(flags, f"{share:.1%} after {epochs} epochs; on with Adam until every point is right.")
        history = _until_all_right(model, X, y, history, lr=0.01 * flags.lr, **settings)
    return history


def _until_all_right(model: Any, X: Any, y: Any, before: History, **settings: Any) -> History:
    """Train on, and give the history of both runs."""

    def stop(state: TrainingState) -> None:
        state.stop_training = accuracy(model, X, y) == 1.0

    more = AT_MOST - len(before)
    after = fit(model, X, y, optimizer="adam", epochs=more, callbacks=stop, **settings)
    return before.followed_by(after)


def digits(flags: Namespace) -> History:
    """64-32-10 on scikit-learn's digits, in mini-batches, with cross-entropy and Adam."""
    folder = _prepared(flags)
    X, y = data.digits()
    X_train, X_test, y_train, y_test = data.train_test_split(
        X / 16.0, y, test_size=0.2, seed=flags.seed
    )
    model = MLP(64, [32, 10], init="kaiming_uniform", seed=flags.seed)
    _say(
        flags,
        f"Digits: {len(X_train)} to learn from, {len(X_test)} to test with, {model.describe()}, "
        f"{_size(model)} parameters. Each is a Value of its own; a program that was traced from "
        "them does the work, so an epoch takes a fraction of a second.",
    )
    started = time.perf_counter()
    history = fit(
        model,
        X_train,
        y_train,
        loss="cross_entropy",
        optimizer="adam",
        lr=flags.lr,
        epochs=flags.epochs,
        batch_size=flags.batch_size,
        seed=flags.seed,
        validation=(X_test, y_test),
        progress=not flags.quiet,
    )
    seconds = time.perf_counter() - started
    predicted = predict_classes(model, X_test)
    share = float((predicted == y_test).mean())
    print(f"Test accuracy {share:.1%}{_after(history, seconds)}.")
    title = f"{model.describe()} on 8 × 8 digits, cross-entropy, Adam"
    _draw_curves(history, folder / "digits_curves.png", title)
    path = folder / "digits_confusion.png"
    title = f"{share:.1%} of {len(X_test)} test digits right"
    _told(confusion_picture(X_test, y_test, predicted, path, title))
    return history


def _prepared(flags: Namespace) -> Path:
    """Everything that can be checked is checked before the work begins; the folder exists."""
    if flags.epochs is not None:
        as_size(flags.epochs, "--epochs")
    if flags.batch_size is not None:
        as_size(flags.batch_size, "--batch-size")
    if flags.seed < 0:
        raise ArgumentError(f"--seed must be 0 or more, not {flags.seed}")
    finite(flags.lr, "--lr", above=0.0)
    need_matplotlib()
    folder = Path(flags.out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ArgumentError(
            f"cannot write pictures to {folder} ({error.strerror}); choose a folder with --out"
        ) from error
    return folder


def _outputs_on_a_grid(model: Any, X: Any, steps: int = 70) -> tuple[Any, Any, Any]:
    low, high = X.min(axis=0) - 0.4, X.max(axis=0) + 0.4
    h, v = np.linspace(low[0], high[0], steps), np.linspace(low[1], high[1], steps)
    points = np.stack(np.meshgrid(h, v), axis=-1).reshape(-1, 2)
    return h, v, predict(model, points).reshape(steps, steps)


def _draw_curves(history: History, path: Path, title: str) -> None:
    if len(history):
        _told(curves_picture(history, path, title))


def _after(history: History, seconds: float) -> str:
    epochs = f" after {len(history)} epoch{'s' * (len(history) != 1)} in {seconds:.1f} s"
    return epochs + (" (interrupted)" if history.interrupted else "")


def _size(model: Any) -> int:
    return len(model.parameters())


def _say(flags: Namespace, line: str) -> None:
    if not flags.quiet:
        print(line, flush=True)


def _told(path: Path) -> None:
    print(f"wrote {path}")
