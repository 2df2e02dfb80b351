"""Bytes per node of a binary graph after `backward()`, and whether they come back."""

from __future__ import annotations

import gc
import tracemalloc

from benchmarks.baseline import KINDS
from benchmarks.contest import COMPILED, LISTS, PURE, Row, in_both_builds, verdict
from benchmarks.measure import Numbers, Rival, in_own_processes
from benchmarks.operators import build

LIMIT = 130.0
RIVALS = {
    **in_both_builds("benchmarks.memory:Bytes:chainrule", 1),
    LISTS: Rival("benchmarks.memory:Bytes:lists", 1),
    "micrograd": Rival("benchmarks.memory:Bytes:micrograd", 1),
}


class Bytes:
    """A task: a graph, weighed after `backward()` and again after it is gone."""

    def __init__(self, kind: str) -> None:
        self.kind = KINDS[kind]
        self.held = self.left = 0.0

    def __call__(self) -> None:
        """Weigh, with the collector off."""
        gc.collect()
        gc.disable()
        tracemalloc.start()
        try:
            root, nodes = build(self.kind)
            root.backward()
            held, _ = tracemalloc.get_traced_memory()
            del root
            left, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
            gc.enable()
        gc.collect()
        self.held, self.left = held / nodes, left / nodes

    def numbers(self) -> Numbers:
        """Bytes per node, and how many are left after `del`."""
        return {"held": self.held, "left": self.left}


def report() -> None:
    """Print the table."""
    print("\nMemory per node after backward(), and after `del loss` with gc.disable()")
    with in_own_processes(RIVALS) as processes:
        found = {name: process.numbers(1) for name, process in processes.items()}
    for name, weighed in found.items():
        print(f"  {name:46}{weighed['held']:.0f} bytes, {weighed['left']:.1f} left")
    for name in (PURE, COMPILED):
        if name in found:
            held = found[name]["held"]
            row = Row(f"≤ {LIMIT:.0f} bytes, {name}", f"{held:.0f} bytes", held <= LIMIT)
            print(f"  {row.bar:46}{row.measured}   {verdict(row)}")
