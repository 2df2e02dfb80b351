"""Packages that only some features need, installed as extras such as `chainrule[plot]`."""

from __future__ import annotations

import importlib
from typing import Any

from viz.errors import VizError


class MissingExtraError(VizError, ImportError):
    """A feature needs a package that is not installed; the message says what to install."""


def matplotlib(module: str = "") -> Any:
    """Matplotlib, or one of its modules."""
    return _need(f"matplotlib{module and '.'}{module}", "plotting", '"chainrule[plot]"')


def reportlab(module: str) -> Any:
    """A module of reportlab."""
    return _need(f"reportlab.{module}", "a PDF", '"chainrule[pdf]"')


def pillow(module: str) -> Any:
    """A module of Pillow."""
    return _need(f"PIL.{module}", "a video or a GIF", '"chainrule[gif]"')


def pandas() -> Any:
    """Pandas."""
    return _need("pandas", "to_pandas()", "pandas")


def _need(module: str, what: str, install: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise MissingExtraError(
            f"{what} needs {package}, which is not installed: pip install {install}"
        ) from error
