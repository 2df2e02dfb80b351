"""Packages that only some features need, installed as extras such as `chainrule[plot]`."""

from __future__ import annotations

import importlib
from typing import Any

from nn.errors import MissingExtraError


def need(module: str, *, package: str, extra: str, what: str) -> Any:
    """Import a module of an optional package.

    Args:
        module: what to import, such as `"sklearn.datasets"`.
        package: how the package is called when one installs it.
        extra: the extra of chainrule that brings it.
        what: the feature that asks for it, for the message.

    Raises:
        MissingExtraError: (an ImportError) the package is not installed.

    >>> need("json", package="json", extra="data", what="this line").dumps([1])
    '[1]'
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            f'{what} needs {package}, which is not installed: pip install "chainrule[{extra}]"'
        ) from error
