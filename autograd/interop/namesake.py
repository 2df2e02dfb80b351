"""Another package of the same import name: PyPI's `autograd` (HIPS)."""

from __future__ import annotations

import os
import sys
import warnings
from contextlib import suppress


class NamesakeWarning(ImportWarning, UserWarning):
    """chainrule and the PyPI package `autograd` are installed in the same environment."""


def warn_about_namesake() -> None:
    """Say so if PyPI's package `autograd` is installed beside this one."""
    found = _installed_namesake()
    if found:
        warnings.warn(
            f"this environment also holds the PyPI package {found}, which has the same import "
            "name as chainrule's engine; which of the two 'import autograd' finds depends on how "
            "they were installed. Use a separate environment, or run: pip uninstall autograd && "
            "pip install --force-reinstall --no-deps chainrule",
            NamesakeWarning,
            stacklevel=3,
        )


def _installed_namesake() -> str:
    """Name and version from its metadata folder. (importlib.metadata takes 10 ms to load.)"""
    for folder in sys.path:
        with suppress(OSError):
            for name in os.listdir(folder or "."):
                if name.startswith("autograd-") and name.endswith((".dist-info", ".egg-info")):
                    return name.rpartition(".")[0].replace("-", " ")
    return ""
