"""Arrays: a Python module of array statements, with NumPy alone, for one example or a batch."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from typing import NamedTuple

from autograd.program.arrange import arrange
from autograd.program.backends.places import number_text
from autograd.program.backends.text import Printed
from autograd.program.source import statements_of
from autograd.program.standalone.definitions import Definitions
from autograd.program.standalone.parts import Parts
from autograd.program.standalone.python import constants
from autograd.program.tracing.graph import TracedGraph

_HEAD = '''\
"""{comment}

NumPy alone. Inputs are an array of numbers for one example, or one of a row for each example;
without parameters given, the numbers are those that they had when this was written.
"""

{imports}import numpy as np
'''
_COLUMNS = '''\
def columns(inputs, parameters):
    """The inputs, a column for each example; the parameters, one column; the examples' number."""
    table, P = np.atleast_2d(np.asarray(inputs, float)), np.asarray(parameters, float)
    if table.shape[1:] != (len(INPUTS),) or P.shape != (len(PARAMETERS),) or not len(table):
        raise ValueError(
            f"give {len(INPUTS)} inputs for each example, and {len(PARAMETERS)} parameters, not "
            f"arrays of shapes {np.shape(inputs)} and {P.shape}"
        )
    return table.T, P[:, None], len(table)


def rows(found, inputs):
    """A row for each example; for one example, that alone."""
    return found[0] if np.ndim(inputs) < 2 else found
'''


_GIVEN = "inputs, parameters=PARAMETERS"


class Arrays(NamedTuple):
    """A traced function, for a file of array statements.

    Attributes:
        wanted: True for the blocks that gradients are for (−1: the parameters).
        reduce: how the gradients of the examples are put together: "mean", "sum" or None.
    """

    graph: TracedGraph
    wanted: Callable[[int], bool]
    reduce: str | None


def write_arrays(parts: Parts, arrays: Arrays) -> str:
    """A program as a Python module of array statements."""
    definitions = Definitions()
    text = _value(arrays, definitions)
    if parts.gradient:
        text += _gradient(arrays, definitions)
    if parts.jacobian:
        text += _jacobian(arrays, definitions)
    functions = definitions.functions
    imports = "import math\n\n" if any("math." in one for one in functions) else ""
    head = _HEAD.format(comment="\n".join(parts.comment()), imports=imports)
    defined = [f"\n\n{one.strip()}" for one in (_COLUMNS, *functions)]
    return "\n".join([head, *constants(parts.layout), *defined, *text, ""])


def _value(arrays: Arrays, definitions: Definitions) -> list[str]:
    printed = _printed(arrays.graph, arrays, definitions, gradient=False)
    several = len(arrays.graph.outputs) > 1
    found = f"np.stack([{_outputs(printed)}], 1)" if several else _outputs(printed)
    title = "The values, for each example." if several else "The value, for each example."
    return _whole("value", title, arrays, printed, f"rows({found}, inputs)")


def _gradient(arrays: Arrays, definitions: Definitions) -> list[str]:
    printed = _printed(arrays.graph, arrays, definitions, gradient=True)
    value, gradient = _outputs(printed), _derivatives(arrays, printed)
    each = f"rows({gradient}.T, inputs)"
    if arrays.reduce is None:
        title = "The value and its gradient, for each example."
        return _whole("value_and_grad", title, arrays, printed, f"rows({value}, inputs), {each}")
    value += ".sum()" + " / n" * (arrays.reduce == "mean")
    title = f"The {arrays.reduce} of the examples' values, and its gradient."
    found = f"{value}, {gradient}[:, 0]" if arrays.wanted(-1) else f"{value}, {each}"
    return _whole("value_and_grad", title, arrays, printed, found)


def _jacobian(arrays: Arrays, definitions: Definitions) -> list[str]:
    arrays, text = arrays._replace(reduce=None), []
    graph, names = arrays.graph, []
    for i, output in enumerate(graph.outputs):
        one = graph.made_of(graph.blocks, graph.origins, graph.steps, (output,))
        printed = _printed(one, arrays, definitions, gradient=True)
        names.append(f"gradient_{i}")
        title = f"The gradient of value {i}, a row for each example."
        text += _whole(names[-1], title, arrays, printed, f"{_derivatives(arrays, printed)}.T")
    calls = ", ".join(f"{name}(inputs, parameters)" for name in names)
    return [
        *text, "", "", f"def jacobian({_GIVEN}):",
        '    """The Jacobian, for each example: a row for each value."""',
        f"    return rows(np.stack([{calls}], 1), inputs)",
    ]  # fmt: skip


def _printed(
    graph: TracedGraph, arrays: Arrays, definitions: Definitions, *, gradient: bool
) -> Printed:
    """The statements of a graph, whose inputs have a column for each example."""
    blocks = tuple(block._replace(batched=True) for block in graph.blocks)
    graph = graph.made_of(blocks, graph.origins, graph.steps, graph.outputs)
    arrangement = arrange(
        graph,
        wanted=lambda block: gradient and arrays.wanted(block),
        per_example=gradient and arrays.reduce is None,
    )
    share = "1 / n  # the mean of n examples" if arrays.reduce == "mean" else "1.0"
    statements = statements_of(graph, arrangement, gradient=gradient)
    return Printed(statements, [0] * len(blocks), share, Definitions(definitions))


def _outputs(printed: Printed) -> str:
    """The outputs, a number for each example."""
    found = (
        number_text(v) if isinstance(v, float) else f"{v[0].name}[{v[1]}]"
        for v in printed.program.outputs
    )
    return ", ".join(f"np.broadcast_to({text}, n)" for text in found)


def _derivatives(arrays: Arrays, printed: Printed) -> str:
    """The gradient with respect to all that is wanted, one below the other."""
    gradients = printed.program.gradients
    if arrays.wanted(-1):
        return gradients[-1].name
    names = [gradients[block].name for block in sorted(gradients)]
    return names[0] if len(names) == 1 else f"np.concatenate([{', '.join(names)}])"


def _whole(name: str, title: str, arrays: Arrays, printed: Printed, found: str) -> list[str]:
    """A function: the parts of what it is given, the statements, and what is found."""
    starts = [0, *accumulate(block.size for block in arrays.graph.blocks)]
    leaves = printed.program.leaves
    body = ["table, P, n = columns(inputs, parameters)"]
    body += [
        f"{array.name} = table[{starts[block]}:{starts[block + 1]}]"
        for block, array in leaves.items()
        if block >= 0
    ]
    body += [*printed.names.arrays(leaves.get(-1)), *printed.forward, *printed.backward]
    return [
        "", "", '@np.errstate(all="ignore")', f"def {name}({_GIVEN}):", f'    """{title}"""',
        *(f"    {line}" for line in body), f"    return {found}",
    ]  # fmt: skip
