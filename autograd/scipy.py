"""Functions in SciPy's form: what its solvers ask for, compiled, with exact derivatives.

`objective` is for `minimize`, `least_squares`, `root`, `root_scalar` and `solve_ivp`, `curve` for
`curve_fit`. You call the solvers; they get plain floats and float64 arrays. Nothing here imports
SciPy, which the extra `scipy` brings.

>>> from scipy.optimize import minimize
>>> rosenbrock = objective(lambda x: 100.0 * (x[1] - x[0] ** 2) ** 2 + (1.0 - x[0]) ** 2)
>>> found = minimize(rosenbrock.fun, [-1.2, 1.0], method="trust-exact",
...                  jac=rosenbrock.jac, hess=rosenbrock.hess)
>>> found.x.round(6).tolist()
[1.0, 1.0]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import update_wrapper
from typing import Any, NamedTuple

import numpy as np

from autograd.errors import OperandError
from autograd.program import Program, compile

Array = np.ndarray[Any, Any]
Function = Callable[..., Any]


class Objective:
    """A function and its derivatives, each called as SciPy calls it; `objective` makes it.

    Attributes:
        program: the compiled function, which prints itself (`program.source`).
    """

    def __init__(self, program: Program) -> None:
        self.program = program

    def fun(self, *args: Any) -> Any:
        """The value: a float, or an array of all that f returns."""
        found = _numbers(self.program(*self._ready(args)))
        if self.program.reduce is None or not found.ndim:
            return _plain(found.ravel() if found.ndim else found)
        return float(found.sum() if self.program.reduce == "sum" else found.mean())

    def jac(self, *args: Any) -> Any:
        """The derivatives by x: a gradient if f returns one number, else (numbers, entries of x).

        >>> objective(lambda x: [x[0] * x[1], x[0]]).jac([2.0, 3.0])
        array([[3., 2.],
               [1., 0.]])
        """
        ready = self._ready(args)
        if self.program.reduce is not None:
            return _plain(_numbers(self.program.grad(*ready)))
        found = _numbers(self.program.jacobian(*ready))
        return _plain(found.reshape(-1, found.shape[-1]) if found.ndim > 2 else found)

    def hess(self, *args: Any) -> Any:
        """The matrix of second derivatives by x; f must return one number.

        >>> objective(lambda x: x[0] ** 2 * x[1]).hess([2.0, 3.0])
        array([[6., 4.],
               [4., 0.]])
        """
        return _plain(_numbers(self.program.hessian(*self._ready(args))))

    def hessp(self, x: Any, p: Any, *args: Any) -> Any:
        """The product of that matrix and a vector p, at the cost of a few gradients.

        >>> objective(lambda x: x[0] ** 2 * x[1]).hessp([2.0, 3.0], [1.0, 0.0])
        array([6., 4.])
        """
        return _plain(_numbers(self.program.hvp(_floats(p), *self._ready((x, *args)))))

    def _ready(self, args: Sequence[Any]) -> list[Any]:
        """The arguments, that which is differentiated as a float or an array of floats."""
        place = self.program.argnums
        return [_floats(arg) if i == place else arg for i, arg in enumerate(args)]


def objective(
    f: Function,
    *,
    argnums: int = 0,
    batched: bool | Sequence[bool] = False,
    reduce: str | None = None,
    backend: str = "auto",
) -> Objective:
    """Make f(x, *args) into `fun`, `jac`, `hess` and `hessp` for SciPy's solvers.

    ```
    minimize(o.fun, x0, args, method="trust-exact", jac=o.jac, hess=o.hess)
    least_squares(o.fun, x0, o.jac)          root(o.fun, x0, jac=o.jac)
    root_scalar(o.fun, x0=x0, fprime=o.jac, fprime2=o.hess, method="halley")
    solve_ivp(o.fun, span, y0, method="Radau", jac=o.jac)       # with argnums=1, f(t, y)
    ```

    Args:
        f: scalar code over the entries of x (or over a number x) and of what else SciPy is given
            as `args`; it returns a number, or as many as there are residuals or equations. It is
            traced once for each structure of its arguments.
        argnums: the position of x.
        batched: by default arrays are vectors, and the trace grows with them. With a bool for each
            argument, those that are True are data with an example in each row: f is written for
            one example, as for `compile`.
        reduce: what becomes of the examples: their "sum" or "mean", for `minimize`; or None, one
            residual (or several) for each, for `least_squares`.
        backend: of `compile`; "native" is the quickest where a solver needs many calls.

    Raises:
        OperandError: f is no function; or (in a call) it returns other things than numbers.
        ArgumentError: (in a call) a Hessian is asked of an f that returns several numbers.

    >>> import numpy as np
    >>> from scipy.optimize import least_squares
    >>> from autograd import exp
    >>> t = np.linspace(0.0, 2.0, 9)
    >>> decay = objective(lambda p, t, y: p[0] * exp(-p[1] * t) - y, batched=(False, True, True))
    >>> least_squares(decay.fun, [1.0, 1.0], decay.jac, args=(t, 3.0 * np.exp(-0.5 * t))).x.round(6)
    array([3. , 0.5])
    """
    _need_function(f, "objective")
    return Objective(compile(f, argnums=argnums, batched=batched, reduce=reduce, backend=backend))


class Curve(NamedTuple):
    """A model of data and its Jacobian, as `curve_fit` calls them; `curve` makes it."""

    fun: Function
    jac: Function


def curve(f: Function, *, backend: str = "auto") -> Curve:
    """Make f(x, *params) into `fun` and `jac` for `curve_fit`.

    Args:
        f: the model at one point x, of as many parameters as follow; where SciPy's xdata has
            several rows, x is a vector of one number from each.
        backend: of `compile`.

    Raises:
        OperandError: f is no function; or (in a call) it returns other things than numbers.

    >>> import numpy as np
    >>> from scipy.optimize import curve_fit
    >>> from autograd import exp
    >>> decay = curve(lambda t, size, rate: size * exp(-rate * t))
    >>> t = np.linspace(0.0, 2.0, 9)
    >>> fitted, _ = curve_fit(decay.fun, t, 3.0 * np.exp(-0.5 * t), jac=decay.jac)
    >>> fitted.round(6)
    array([3. , 0.5])
    """
    _need_function(f, "curve")
    points = objective(
        lambda x, params: f(x, *params),
        argnums=1,
        batched=(True, False),
        backend=backend,
    )

    def fun(xdata: Any, *params: float) -> Array:
        return points.fun(_floats(xdata).T, params)

    def jac(xdata: Any, *params: float) -> Array:
        return points.jac(_floats(xdata).T, params)

    return Curve(update_wrapper(fun, f), jac)  # curve_fit counts the parameters of f


def _need_function(f: Any, name: str) -> None:
    if not callable(f):
        raise OperandError(
            f"{name} takes a function, not {type(f).__name__}; write {name}(f), not {name}(f(x))"
        )


def _floats(x: Any) -> Any:
    """A number as a float, numbers as an array of floats; the program refuses what is neither."""
    found = np.asarray(x)
    found = found.astype(np.float64) if found.dtype.kind in "biu" else found
    return found if found.ndim else found.item()


def _numbers(found: Any) -> Array:
    """Results of a program as one array of floats."""
    try:
        array = np.asarray(found)
    except ValueError:  # of arrays that are not equally long
        array = np.empty(0, object)
    if array.dtype != np.float64:
        raise OperandError(
            "a function for SciPy must return one number or a flat list or array of numbers, not "
            f"{found!r:.80}"
        )
    return array


def _plain(found: Array) -> Any:
    return found if found.ndim else float(found)
