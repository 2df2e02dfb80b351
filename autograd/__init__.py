"""A scalar reverse-mode automatic differentiation engine in which everything is visible.

>>> from autograd import Value
>>> x = Value(3.0)
>>> y = x * x + 1.0
>>> y.backward()
>>> y.data, x.grad
(10.0, 6.0)
"""

from autograd.errors import (
    AnomalyError,
    ArgumentError,
    AutogradError,
    GradientCheckError,
    GraphError,
    NumberTooLargeError,
    OperandError,
    TeachingWarning,
)
from autograd.graph import topological_order
from autograd.lints import lints
from autograd.modes import detect_anomaly, no_grad, paused_gc
from autograd.primitive import PRIMITIVES, Primitive
from autograd.primitives import *  # noqa: F403
from autograd.value import Value
