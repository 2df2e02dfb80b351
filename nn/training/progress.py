"""The progress bar of a training run: one line, in a terminal or in Jupyter.

It is tqdm's, which comes with the extra `chainrule[train]`; training works without it.
"""

from __future__ import annotations

import sys
import warnings
from typing import Any

from nn.errors import MissingExtraError
from nn.extras import need


class ProgressBar:
    """A tqdm bar that counts batches and shows epoch, loss and metric; silent when off."""

    def __init__(
        self, on: bool, epochs: int, batches: int, metric: str | None, done: int = 0
    ) -> None:
        self.epochs, self.metric, self.is_on = epochs, metric, on
        self._bar: Any = _tqdm(total=(epochs - done) * batches, unit="batch") if on else None

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def begin_epoch(self, epoch: int) -> None:
        """Show that this epoch begins."""
        if self._bar is not None:
            self._bar.set_description(f"epoch {epoch}/{self.epochs}", refresh=False)

    def advance(self) -> None:
        """Count one more batch."""
        if self._bar is not None:
            self._bar.update()

    def show(self, **numbers: float | None) -> None:
        """Show loss and metric of the epoch so far, and of the validation examples."""
        if self._bar is not None:
            known = {name: number for name, number in numbers.items() if number is not None}
            texts = dict(self._text(name, number) for name, number in known.items())
            self._bar.set_postfix(texts, refresh=False)

    def _text(self, name: str, number: float) -> tuple[str, str]:
        is_first = name in ("metric", "val_metric")
        called = name.replace("metric", self.metric or "metric") if is_first else name
        share = called.removeprefix("val_") == "accuracy"
        return called, f"{number:.1%}" if share else f"{number:.4g}"

    def say(self, line: str) -> None:
        """Write a line to stderr, below the bar."""
        self.__exit__()
        print(line, file=sys.stderr)


def _tqdm(**settings: Any) -> Any:
    """A bar for where we are (terminal or Jupyter), or None, with a hint, without tqdm."""
    try:
        with warnings.catch_warnings():
            # In Jupyter without ipywidgets tqdm warns and draws its plain bar, which will do.
            warnings.simplefilter("ignore")
            auto = need("tqdm.auto", package="tqdm", extra="train", what="the progress bar")
            return auto.tqdm(**settings)
    except MissingExtraError as error:
        print(error, file=sys.stderr)
        return None
