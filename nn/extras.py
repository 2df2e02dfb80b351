"""Packages that only some features need, installed as extras such as `chainrule[plot]`."""

from __future__ import annotations

import importlib
from typing import Any

from nn.errors import MissingExtraError


def need(module: str, *, package: str, extra: str, what: str) -> Any:
    """A module of a package that the `extra` of chainrule brings, for the feature `what`."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            f'{what} needs {package}, which is not installed: pip install "chainrule[{extra}]"'
        ) from error
