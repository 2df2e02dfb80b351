"""The place where nan and inf come from."""

from __future__ import annotations

import math

from autograd import UNKNOWN
from viz.graph.scene import Scene


def first_not_finite(scene: Scene) -> int | None:
    """The number of the first value that is nan or inf; else of the first that sends one back.

    >>> from autograd import Graph, Value, log
    >>> from viz.graph.scene import read
    >>> first_not_finite(read(Graph.of(log(Value(-1.0)) * 2.0 + 1.0)))
    2
    """
    for shown in scene.values:
        if shown.data is not UNKNOWN and not math.isfinite(shown.data):
            return shown.index
    for shown in reversed(scene.values):
        sent = [wire.message for wire in scene.wires_into.get(shown.index, ())]
        if not all(message is None or math.isfinite(message) for message in sent):
            return shown.index
    return None
