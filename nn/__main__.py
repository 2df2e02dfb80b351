"""`python -m nn moons` and `python -m nn digits`: two demonstrations that end in pictures.

A program on top of the house, so that it may use `viz` for its plots. Needs matplotlib.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from autograd import write_file
from nn import MLP, accuracy, data, fit, predict, predict_classes
from nn.checks import as_size, finite
from nn.errors import ArgumentError, NNError, TrainingError
from nn.extras import need
from nn.optim.schedules import LambdaLR
from nn.text import counted
from nn.training.history import History, TrainingState
from viz import plot_decision, plot_history

__tracebackhide__ = True

RECIPE, AT_MOST = 100, 500
"""micrograd's number of epochs, and how many there may be until every point is right."""
PLOT = {"package": "matplotlib", "extra": "plot", "what": "drawing pictures"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run a demonstration.

    Returns:
        0 if it went well, 2 after one line about what did not, 130 after Ctrl-C.
    """
    flags = _parser().parse_args(argv)
    demo = {"moons": moons, "digits": digits}[flags.demo]
    try:
        history = demo(flags)
    except TrainingError as error:
        what, _, _ = str(error).partition("\n")
        return _failed(flags, f"{what}; choose a smaller --lr")
    except (NNError, OSError) as error:
        return _failed(flags, "; ".join(part.strip() for part in str(error).splitlines()))
    except KeyboardInterrupt:
        return _failed(flags, "interrupted", code=130)
    return 130 if history.interrupted else 0


def _failed(flags: argparse.Namespace, line: str, code: int = 2) -> int:
    print(f"python -m nn {flags.demo}: {line}", file=sys.stderr)
    return code


def moons(flags: argparse.Namespace) -> History:
    """micrograd's demo: 2-16-16-1, hinge loss plus 1e-4 · Σ p², learning rate falling from 1.

    Where micrograd's 100 epochs leave a point on the wrong side, it goes on with Adam's small steps
    until every point is right, unless --epochs says how many there are to be.
    """
    folder = _prepared(flags)
    X, y = data.moons(100, noise=0.1, seed=flags.seed, labels=(-1, 1))
    model = MLP(2, [16, 16, 1], seed=flags.seed)
    _say(flags, f"Two moons: {len(X)} points, {_size(model)}.")
    started = time.perf_counter()
    history = _learn_moons(flags, model, X, y)
    after = _after(history, started)
    if not np.isfinite(predict(model, X)).all():
        raise TrainingError(f"outputs are nan or infinite{after}")
    share = accuracy(model, X, y)
    print(f"Training accuracy {share:.1%}{after}.")
    if len(history):
        title = f"{model.describe()}, hinge loss + L2"
        _save(plot_history(history).figure, folder / "moons_loss.png", title)
    axes = plot_decision(
        partial(predict, model), X, y, batched=True, threshold=model.decision_threshold
    )
    title = f"Two moons: {share:.1%} of {len(X)} points right"
    _save(axes.figure, folder / "moons_boundary.png", title)
    return history


def _learn_moons(flags: argparse.Namespace, model: Any, X: Any, y: Any) -> History:
    settings = {"loss": "hinge", "l2": 1e-4, **_settings(flags)}
    epochs = flags.epochs or RECIPE
    schedule = partial(LambdaLR, lr_lambda=lambda k: 1.0 - 0.9 * k / epochs)
    history = fit(model, X, y, lr=flags.lr, schedule=schedule, epochs=epochs, **settings)
    share = accuracy(model, X, y)
    if share == 1.0 or flags.epochs is not None or history.interrupted:
        return history
    _say(flags, f"{share:.1%} after {epochs} epochs; on with Adam until every point is right.")

    def stop(state: TrainingState) -> None:
        state.stop_training = accuracy(model, X, y) == 1.0

    settings |= {"optimizer": "adam", "lr": 0.01 * flags.lr, "callbacks": stop}
    return history.followed_by(fit(model, X, y, epochs=AT_MOST - epochs, **settings))


def digits(flags: argparse.Namespace) -> History:
    """64-32-10 on scikit-learn's digits, in mini-batches, with cross-entropy and Adam."""
    folder = _prepared(flags)
    X, y = data.digits()
    X_train, X_test, y_train, y_test = data.train_test_split(
        X / 16.0, y, test_size=0.2, seed=flags.seed
    )
    model = MLP(64, [32, 10], init="kaiming_uniform", seed=flags.seed)
    _say(
        flags,
        f"Digits: {len(X_train)} to learn from, {len(X_test)} to test with, {_size(model)}. "
        "Each is a Value of its own; a program that was traced from them does the work, so an "
        "epoch takes a fraction of a second.",
    )
    started = time.perf_counter()
    settings = {"loss": "cross_entropy", "optimizer": "adam", **_settings(flags)}
    settings |= {"lr": flags.lr, "epochs": flags.epochs, "validation": (X_test, y_test)}
    history = fit(model, X_train, y_train, **settings)
    after = _after(history, started)
    predicted = predict_classes(model, X_test)
    share = float((predicted == y_test).mean())
    print(f"Test accuracy {share:.1%}{after}.")
    if len(history):
        title = f"{model.describe()} on 8 × 8 digits, cross-entropy, Adam"
        _save(plot_history(history).figure, folder / "digits_curves.png", title)
    title = f"{share:.1%} of {len(y_test)} test digits right"
    _save(_confusion(X_test, y_test, predicted), folder / "digits_confusion.png", title)
    return history


def _settings(flags: argparse.Namespace) -> dict[str, Any]:
    return {"batch_size": flags.batch_size, "seed": flags.seed, "progress": not flags.quiet}


def _prepared(flags: argparse.Namespace) -> Path:
    """Everything that can be checked is checked before the work begins; the folder exists."""
    if flags.epochs is not None:
        as_size(flags.epochs, "--epochs")
    if flags.batch_size is not None:
        as_size(flags.batch_size, "--batch-size")
    if flags.seed < 0:
        raise ArgumentError(f"--seed must be 0 or more, not {flags.seed}")
    finite(flags.lr, "--lr", above=0.0)
    need("matplotlib", **PLOT).use("Agg")  # which needs no screen
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


def _confusion(images: Any, y: Any, predicted: Any) -> Any:
    """A figure of the digits taken for which, and of up to twelve that were mistaken."""
    metrics = need("sklearn.metrics", package="scikit-learn", extra="data", what="this demo")
    figure = need("matplotlib.pyplot", **PLOT).figure(figsize=(9.6, 5.0), layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=[1.25, 1.0])
    metrics.ConfusionMatrixDisplay.from_predictions(
        y, predicted, ax=left.subplots(), cmap="Blues", colorbar=False
    )
    wrong = np.flatnonzero(y != predicted)
    for axes, i in zip(right.subplots(3, 4).flat, [*wrong[:12], *[None] * 12], strict=False):
        axes.axis("off")
        if i is not None:
            axes.imshow(images[i].reshape(8, 8), cmap="gray_r")
            axes.set_title(f"{y[i]} as {predicted[i]}", fontsize=9)
    shown = f"first 12 of {len(wrong)}" if len(wrong) > 12 else f"all {len(wrong)}"
    right.suptitle(f"Mistakes ({shown})")
    return figure


def _save(figure: Any, path: Path, title: str) -> None:
    figure.suptitle(title, x=0.01, ha="left", fontsize=10)
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=150)
    need("matplotlib.pyplot", **PLOT).close(figure)
    print(f"wrote {write_file(path, content.getvalue())}")


def _after(history: History, started: float) -> str:
    seconds = time.perf_counter() - started
    epochs = f" after {counted(len(history), 'epoch')} in {seconds:.1f} s"
    return epochs + (" (interrupted)" if history.interrupted else "")


def _size(model: Any) -> str:
    return f"{model.describe()}, {len(model.parameters())} parameters"


def _say(flags: argparse.Namespace, line: str) -> None:
    if not flags.quiet:
        print(line, flush=True)


class _Parser(argparse.ArgumentParser):
    """Errors take one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m nn", description="Train a small network, scalar by scalar, and draw it."
    )
    demos = parser.add_subparsers(
        dest="demo", required=True, metavar="{moons,digits}", parser_class=_Parser
    )
    until = f"{RECIPE}, and on until every point is right"
    told = "micrograd's demo: tell two moons apart (about a second)"
    add = demos.add_parser("moons", help=told, description=told).add_argument
    add("--epochs", metavar="N", type=int, help=f"default {until}")
    add("--batch-size", metavar="N", type=int, help="default all")
    add("--lr", metavar="X", type=float, default=1.0, help="learning rate; default 1.0")
    told = "learn to read handwritten digits (a few seconds)"
    add = demos.add_parser("digits", help=told, description=told).add_argument
    add("--epochs", metavar="N", type=int, default=15, help="default 15")
    add("--batch-size", metavar="N", type=int, default=32, help="default 32")
    add("--lr", metavar="X", type=float, default=0.01, help="learning rate; default 0.01")
    for demo in demos.choices.values():
        add = demo.add_argument
        told = "of data, weights and order; default 0"
        add("--seed", metavar="N", type=int, default=0, help=told)
        add("--out", metavar="DIR", default="out", help="folder for the pictures; default out")
        add("--quiet", action="store_true", help="no progress bar, only the result")
    return parser


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # an old console cannot write →
            stream.reconfigure(errors="replace")
    sys.exit(main())
