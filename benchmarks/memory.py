"""Bytes per node of a binary graph after `backward()`, and whether they come back."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from typing import Any

from micrograd.engine import Value as MicrogradValue

from autograd import Value
from benchmarks.baseline import ListValue
from benchmarks.operators import build


def bytes_per_node(kind: Callable[[float], Any]) -> tuple[float, float]:
    """Bytes per node after `backward()`, and what is left after `del` with the collector off."""
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        root, nodes = build(kind)
        root.backward()
        held, _ = tracemalloc.get_traced_memory()
        del root
        left, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.enable()
    gc.collect()
    return held / nodes, left / nodes


def report() -> None:
    """Print the table."""
    print("\nMemory per node after backward(), and after `del loss` with gc.disable()")
    for name, kind in (
        ("chainrule", Value),
        ("lists of local gradients", ListValue),
        ("micrograd", MicrogradValue),
    ):
        held, left = bytes_per_node(kind)
        print(f"  {name:28}{held:8.0f} bytes, {left:6.1f} left")
