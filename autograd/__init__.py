"""A scalar reverse-mode automatic differentiation engine in which everything is visible.

>>> from autograd import Value, define, exp, grad, Graph, Unary
>>> x = Value(3.0, label="x")
>>> y = x * x + 1.0
>>> y.backward()
>>> y.data, x.grad
(10.0, 6.0)
>>> print(Graph.of(y))
graph of 2 operations on 1 inputs and 0 parameters: 1 mul, 1 add
v2 = x * x
v3 = v2 + 1
return v3
>>> grad(lambda x: exp(2.0 * x))(0.0)
2.0

The rooms, in the order in which to read them (each knows only those before it):

`primitives`  every elementary function, one block each; `primitives/primitive.py` says what a
              block is. `autograd.define` makes one of your own.
`linalg`      solve, inv, det, slogdet and cholesky of small matrices.
`core`        a node: how it holds its operands, the walk over them, the messages it sends.
`node`        what a Value is made of: operators, methods, comparisons while a program is traced.
`value`       Value itself.
`backward`    the backward pass, also one that can be differentiated again; forward mode.
`context`     the modes (no_grad, detect_anomaly), the lints, and tracing.
`interop`     micrograd's names, copies and pickles.
`graph`       Graph: the values of a computation as data, numbered once, which prints itself.
`transforms`  functions in, derivatives out: grad, jacobian, hessian, jvp, vjp.
`program`     compile: a function as arrays.
`implicit`    root and fixed_point: solutions of equations, that can be differentiated.
`check`       check_grads: measured slopes.
`scipy`       objective and curve: functions as SciPy's solvers call them.

`fingerprint`, `builds`, `errors`, `files`, `source` and `node_sets` are the ground they stand on.
"""
# ruff: noqa: F403 (primitives and errors are public where they are defined)

from types import ModuleType as _Module

from autograd.builds import compiled as compiled  # the first: it says where the others are found

from autograd import linalg as linalg  # isort: skip (it comes after the first)
from autograd import scipy as scipy  # isort: skip
from autograd.check import check_grads as check_grads
from autograd.context.lints import lints as lints
from autograd.context.lints import teach as teach
from autograd.context.modes import detect_anomaly as detect_anomaly
from autograd.context.modes import no_grad as no_grad
from autograd.context.modes import paused_gc as paused_gc
from autograd.context.tracing import is_tracing as is_tracing
from autograd.core.wiring import topological_order as topological_order
from autograd.errors import *
from autograd.files import write_file as write_file
from autograd.graph import UNKNOWN as UNKNOWN
from autograd.graph import Graph as Graph
from autograd.graph import Wire as Wire
from autograd.implicit import fixed_point as fixed_point
from autograd.implicit import root as root
from autograd.interop.namesake import NamesakeWarning as NamesakeWarning
from autograd.interop.namesake import warn_about_namesake as _warn_about_namesake
from autograd.labels import PathLabel as PathLabel
from autograd.node.operators import Operators as Operators
from autograd.node_sets import node_set as node_set
from autograd.primitives import *
from autograd.primitives.activations import SATURATED as SATURATED
from autograd.primitives.define import define as define
from autograd.primitives.primitive import PRIMITIVES as PRIMITIVES
from autograd.primitives.primitive import Primitive as Primitive
from autograd.primitives.shapes import Binary as Binary
from autograd.primitives.shapes import Nary as Nary
from autograd.primitives.shapes import Unary as Unary
from autograd.program import Program as Program
from autograd.program import Surroundings as Surroundings
from autograd.program import compile as compile
from autograd.program import scan as scan
from autograd.program import to_javascript as to_javascript
from autograd.transforms.derivatives import grad as grad
from autograd.transforms.derivatives import hessian as hessian
from autograd.transforms.derivatives import jacobian as jacobian
from autograd.transforms.derivatives import jvp as jvp
from autograd.transforms.derivatives import stop_gradient as stop_gradient
from autograd.transforms.derivatives import value_and_grad as value_and_grad
from autograd.transforms.derivatives import vjp as vjp
from autograd.value import Value as Value

__version__ = "0.8.0"

_warn_about_namesake()

_BUILT_IN = {"max", "min", "round"}
"""Names that `from autograd import *` leaves to Python, whose own take more: round(x, 2)."""
globals()["__all__"] = [  # by this way, since type checkers know the names from the imports
    name
    for name, thing in globals().items()
    if not name.startswith("_") and not isinstance(thing, _Module) and name not in _BUILT_IN
]
