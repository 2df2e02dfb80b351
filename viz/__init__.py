"""Pictures of computation graphs: every value, every gradient, every local gradient.

>>> from autograd import Value
>>> w, x = Value(5.0, label="w"), Value(2.0, label="x")
>>> J = w * x
>>> J.label = "J"
>>> J.backward()
>>> print(draw(J))  # in a notebook: the picture; draw(J).save("j.svg") writes it
J = 10   ∂ 1   (×)
├─ ×2 ─ w = 5   ∂ 2
└─ ×5 ─ x = 2   ∂ 5
"""

import autograd

if not hasattr(autograd, "Value"):
    raise ImportError(
        "'import autograd' finds the PyPI package of that name, not chainrule's engine; "
        "use a separate environment for chainrule, or run: pip uninstall autograd && "
        "pip install --force-reinstall --no-deps chainrule"
    )

from viz.errors import (
    DrawingError,
    EngineNotFoundError,
    FormulaError,
    LayoutError,
    SaveError,
    VizError,
)
from viz.figure import Figure, draw
from viz.formula import Formula, parse
from viz.layout import find_engine, set_engine
from viz.micrograd import draw_dot, trace
from viz.table import Local, Row, Table, table

__all__ = [
    "DrawingError",
    "EngineNotFoundError",
    "Figure",
    "Formula",
    "FormulaError",
    "LayoutError",
    "Local",
    "Row",
    "SaveError",
    "Table",
    "VizError",
    "draw",
    "draw_dot",
    "find_engine",
    "parse",
    "set_engine",
    "table",
    "trace",
]
