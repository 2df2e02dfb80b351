"""History, which a training run gives at the end, and TrainingState, which callbacks are given."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from nn.text import counted

_LISTS = ("epochs", "loss", "metric", "val_loss", "val_metric", "lr", "seconds")


@dataclass
class History:
    """The course of one `fit`, as plain lists with an entry for each completed epoch.

    Attributes:
        epochs: the numbers of the epochs, 1, 2, ….
        loss: mean over the epoch's examples, each measured in its batch, before that batch's step
            (with the full batch: the loss at the start of the epoch). Penalties are included.
        metric: the same for the metric; empty if there is none.
        val_loss: loss on the validation examples after the epoch, without penalties; empty if
            there are none.
        val_metric: the same for the metric.
        lr: the learning rate of the epoch's last step.
        seconds: how long the epoch took.
        metric_name: what `metric` measures, such as "accuracy"; of several metrics the first.
        others: further metrics by name, and "val_" and the name.
        interrupted: Ctrl-C ended the run.
        stopped_early: a callback ended the run.
        compiled: the run was (at its end) computed by a program (`autograd.compile`), not Value by
            Value.
        why_not_compiled: why a program that was looked for could not be had, or None.

    >>> history = History(metric_name="accuracy", epochs=[1], loss=[0.5], metric=[0.9])
    >>> history.as_dict()["loss"]
    [0.5]
    """

    epochs: list[int] = field(default_factory=list)
    loss: list[float] = field(default_factory=list)
    metric: list[float] = field(default_factory=list)
    val_loss: list[float] = field(default_factory=list)
    val_metric: list[float] = field(default_factory=list)
    lr: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    metric_name: str | None = None
    others: dict[str, list[float]] = field(default_factory=dict)
    interrupted: bool = False
    stopped_early: bool = False
    compiled: bool = False
    why_not_compiled: str | None = None

    def add(self, **entries: float) -> None:
        """Enter a completed epoch, by column."""
        for name, entry in entries.items():
            place = getattr(self, name) if name in _LISTS else self.others.setdefault(name, [])
            place.append(entry)

    @property
    def metrics(self) -> dict[str, list[float]]:
        """All metrics by name; of the validation examples by "val_" and the name.

        >>> History(metric_name="accuracy", metric=[0.9], val_metric=[0.8]).metrics
        {'accuracy': [0.9], 'val_accuracy': [0.8]}
        """
        first = {f"{self.metric_name}": self.metric, f"val_{self.metric_name}": self.val_metric}
        return {name: entries for name, entries in first.items() if entries} | self.others

    def as_dict(self) -> dict[str, list[Any]]:
        """The lists that are not empty, by name; `pandas.DataFrame(history.as_dict())` works."""
        return {name: getattr(self, name) for name in _LISTS if getattr(self, name)} | self.others

    def followed_by(self, later: History) -> History:
        """One history of two runs of the same kind; the later one's epochs are counted on.

        >>> first, second = History(epochs=[1, 2], loss=[0.5, 0.4]), History([1], [0.3])
        >>> first.followed_by(second).as_dict()
        {'epochs': [1, 2, 3], 'loss': [0.5, 0.4, 0.3]}
        """
        done = self.epochs[-1] if self.epochs else 0
        both = {name: getattr(self, name) + getattr(later, name) for name in _LISTS}
        both["epochs"] = self.epochs + [done + epoch for epoch in later.epochs]
        names = dict.fromkeys([*self.others, *later.others])
        others = {name: self.others.get(name, []) + later.others.get(name, []) for name in names}
        return replace(later, **both, others=others)

    def __len__(self) -> int:
        return len(self.epochs)

    def __repr__(self) -> str:
        if not self.epochs:
            return "History(no epochs)"
        last = [counted(len(self), "epoch"), f"loss={self.loss[-1]:.4g}"]
        last += [f"{self.metric_name}={self.metric[-1]:.4g}"] if self.metric else []
        last += [f"val_loss={self.val_loss[-1]:.4g}"] if self.val_loss else []
        return f"History({', '.join(last)})"


@dataclass
class TrainingState:
    """State of a run, for callbacks; one ends the run with `state.stop_training = True`.

    Attributes:
        model, optimizer: what is being trained, and by what.
        epoch: the number of the current epoch, from 1; `epochs`: how many were asked for.
        batch: the number of the current batch in it, from 1; `batches`: how many it has.
        batch_loss: the mean loss of the current batch, before its step; None before it is known.
        history: everything measured so far; the last entries are this epoch's.
        stop_training: set it to end the run after this epoch.
    """

    model: Any
    optimizer: Any
    epochs: int
    history: History
    epoch: int = 0
    batch: int = 0
    batches: int = 0
    batch_loss: float | None = None
    stop_training: bool = False

    @property
    def loss(self) -> float | None:
        """This epoch's training loss."""
        return _last(self.history.loss)

    @property
    def metric(self) -> float | None:
        """This epoch's training metric."""
        return _last(self.history.metric)

    @property
    def val_loss(self) -> float | None:
        """The loss on the validation examples after this epoch."""
        return _last(self.history.val_loss)

    @property
    def val_metric(self) -> float | None:
        """The metric on the validation examples after this epoch."""
        return _last(self.history.val_metric)


def _last(entries: list[float]) -> float | None:
    return entries[-1] if entries else None
