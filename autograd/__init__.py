"""A scalar reverse-mode automatic differentiation engine in which everything is visible.

>>> from autograd import Value
>>> x = Value(3.0)
>>> y = x * x + 1.0
>>> y.backward()
>>> y.data, x.grad
(10.0, 6.0)
"""

from autograd.check import check_grads
from autograd.context.lints import lints, teach
from autograd.context.modes import detect_anomaly, no_grad, paused_gc
from autograd.context.tracing import is_tracing
from autograd.errors import (
    AnomalyError,
    ArgumentError,
    AutogradError,
    GradientCheckError,
    GraphError,
    NumberTooLargeError,
    OperandError,
    TeachingWarning,
    TraceError,
)
from autograd.files import write_file
from autograd.graph import UNKNOWN, Graph, Wire
from autograd.interop.namesake import NamesakeWarning, warn_about_namesake
from autograd.labels import PathLabel
from autograd.node.operators import Operators
from autograd.node_sets import node_set
from autograd.primitives import (
    abs,
    acos,
    acosh,
    add,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    cbrt,
    clip,
    cos,
    cosh,
    div,
    dot,
    elu,
    erf,
    erfc,
    exp,
    expm1,
    floordiv,
    gelu,
    hypot,
    identity,
    leaky_relu,
    log,
    log1p,
    log2,
    log10,
    log_softmax,
    logsumexp,
    maximum,
    mean,
    minimum,
    mod,
    mul,
    neg,
    norm,
    pow,
    power,
    prod,
    relu,
    sech,
    sigmoid,
    sign,
    silu,
    sin,
    sinh,
    softmax,
    softplus,
    sqrt,
    sub,
    sum,
    tan,
    tanh,
    where,
)
from autograd.primitives.activations import SATURATED
from autograd.primitives.indexing import take
from autograd.primitives.primitive import PRIMITIVES, Primitive
from autograd.program import Program, Surroundings, compile
from autograd.transforms.derivatives import grad, hessian, jacobian, jvp, value_and_grad, vjp
from autograd.value import Value
from autograd.wiring import topological_order

__version__ = "0.3.0"

warn_about_namesake()
del warn_about_namesake

__all__ = [
    "AnomalyError",
    "ArgumentError",
    "AutogradError",
    "GradientCheckError",
    "Graph",
    "GraphError",
    "NumberTooLargeError",
    "OperandError",
    "Operators",
    "PRIMITIVES",
    "SATURATED",
    "NamesakeWarning",
    "PathLabel",
    "Primitive",
    "Program",
    "Surroundings",
    "TeachingWarning",
    "TraceError",
    "UNKNOWN",
    "Value",
    "Wire",
    "abs",
    "acos",
    "acosh",
    "add",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cbrt",
    "check_grads",
    "clip",
    "compile",
    "cos",
    "cosh",
    "detect_anomaly",
    "div",
    "dot",
    "elu",
    "erf",
    "erfc",
    "exp",
    "expm1",
    "floordiv",
    "gelu",
    "grad",
    "hessian",
    "hypot",
    "identity",
    "is_tracing",
    "jacobian",
    "jvp",
    "leaky_relu",
    "lints",
    "log",
    "log10",
    "log1p",
    "log2",
    "log_softmax",
    "logsumexp",
    "maximum",
    "mean",
    "minimum",
    "mod",
    "mul",
    "neg",
    "no_grad",
    "node_set",
    "norm",
    "paused_gc",
    "pow",
    "power",
    "prod",
    "relu",
    "sech",
    "sigmoid",
    "sign",
    "silu",
    "sin",
    "sinh",
    "softmax",
    "softplus",
    "sqrt",
    "sub",
    "sum",
    "take",
    "tan",
    "tanh",
    "teach",
    "topological_order",
    "value_and_grad",
    "vjp",
    "where",
    "write_file",
]
