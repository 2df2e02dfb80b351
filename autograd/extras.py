"""Packages that only some features need, installed as extras such as `chainrule[native]`."""

from __future__ import annotations

import importlib
from typing import Any

from autograd.errors import MissingExtraError


def need(module: str, *, extra: str, what: str) -> Any:
    """A module of a package that the `extra` of chainrule brings, for the feature `what`.

    Raises:
        MissingExtraError: (an ImportError) it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError:
        package = module.partition(".")[0]
        raise MissingExtraError(
            f'{what} needs {package}, which is not installed: pip install "chainrule[{extra}]"'
        ) from None
