"""Steps of loops as text: a function for each, and a call of `scan`, which has the `for`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.program.backends.expressions import ATOM, Written
from autograd.program.backends.places import filled, shape_text
from autograd.program.statements import BATCH, Repeat, Shape


def repeated(printed: Any, repeat: Repeat) -> Written:
    """A loop among the statements that `printed` writes."""
    loop, program = repeat.loop, repeat.body.program
    columns = BATCH if repeat.batched else 1
    step = type(printed)(program, [*range(len(repeat.given))], "1", printed.names)
    leaves = {block: array.name for block, array in program.leaves.items()}
    given = [leaves.get(block, f"_{block}") for block in range(len(repeat.given))]
    name = printed.names.defined(
        "step",
        f"({', '.join(given)}):",
        [*step.forward, f"return {_joined(program.outputs, columns)}"],
    )
    first, *sources, own, shared = [
        filled((0, columns), 0.0) if x is None else printed.written(x) for x in repeat.given
    ]
    order = f"range({loop.count})" + "[::-1]" * loop.backwards
    shape = shape_text((loop.carried, columns))
    call = [
        name, order, str([*loop.sizes]), f"np.broadcast_to({first}, {shape})",
        f"[{', '.join(sources)}]", own, shared,
    ]  # fmt: skip
    return f"{printed.names.helper('scan')}({', '.join(call)})", ATOM


def _joined(outputs: Sequence[Any], columns: int) -> str:
    """Outputs one below the other, as few parts as their rows allow."""
    parts, place = [], 0
    while place < len(outputs):
        output, end = outputs[place], place + 1
        if isinstance(output, float):
            parts.append(filled((1, columns), output))
        else:
            array, row = output
            while end < len(outputs) and outputs[end] == (array, row + end - place):
                end += 1
            rows = f"{array.name}[{row}:{row + end - place}]"
            shape: Shape = (end - place, columns)
            same = array.columns == columns
            parts.append(rows if same else f"np.broadcast_to({rows}, {shape_text(shape)})")
        place = end
    return f"np.concatenate([{', '.join(parts)}])"
