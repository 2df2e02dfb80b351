"""Another package of the same import name: PyPI's `autograd` (HIPS)."""

from __future__ import annotations

import warnings
from importlib import metadata

__all__ = ["NamesakeWarning", "warn_about_namesake"]


class NamesakeWarning(ImportWarning, UserWarning):
    """chainrule and the PyPI package `autograd` are installed in the same environment."""


def warn_about_namesake() -> None:
    """Say so if PyPI's package `autograd` is installed beside this one."""
    try:
        version = metadata.version("autograd")
    except metadata.PackageNotFoundError:
        return
    warnings.warn(
        f"this environment also holds the PyPI package 'autograd' {version}, which has the same "
        "import name as chainrule's engine; which of the two 'import autograd' finds depends on "
        "the order of installation. Use a separate environment, or run: pip uninstall autograd "
        "&& pip install --force-reinstall --no-deps chainrule",
        NamesakeWarning,
        stacklevel=3,
    )
