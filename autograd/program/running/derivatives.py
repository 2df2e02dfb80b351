"""Derivatives of programs: what `Program` offers beside values and gradients."""

from __future__ import annotations

from typing import Any

from autograd.program.running.transformed import along, hessian, hessian_along


class Derivatives:
    """The methods of a program that give Jacobians, Hessians and products with them."""

    function: Any
    _traces: Any
    _lock: Any
    _for_gradient: Any

    def jacobian(self, *args: Any, **named: Any) -> Any:
        """The derivatives of every number that the function returns, for each example.

        In the structure of what it returns, an array of shape (examples, …, …) in place of each
        number or list: the examples if it is a batch, the shape of the list, and that of the
        parameters (flat) or the argument that `argnums` names (a tuple of arrays for several).

        Raises:
            ArgumentError: `argnums` names no argument that has derivatives, or there is nothing
                to differentiate with respect to.
            GraphError: see `value_and_grad`.

        >>> from autograd import compile, cos, sin
        >>> polar = compile(lambda r, a: (r * cos(a), r * sin(a)), argnums=(0, 1))
        >>> polar.jacobian(2.0, 0.0)
        ((1.0, -0.0), (0.0, 2.0))
        """
        arguments, runner = self._for_gradient(args, named)
        with self._lock:
            return runner.jacobian(arguments, self._traces.numbers(runner), runner.chosen)

    def hessian(self, *args: Any, **named: Any) -> Any:
        """The second derivatives ∂²f/∂θᵢ∂θⱼ, of a function that returns one number.

        By the parameters, an array of shape (parameters, parameters), in their order; by `argnums`
        what `jacobian` gives for the gradient. Of a batch, it is that of the mean or sum that
        `reduce` says; with `reduce=None` there is one for each example, (examples, …, …), as there
        is by an argument of which each example has its own.

        Raises:
            ArgumentError: see `value_and_grad`; or `argnums` names arguments that the examples
                share together with some that each has, and `reduce` is not None.
            GraphError: see `value_and_grad`.

        >>> from autograd import Value, compile
        >>> w, b = Value(3.0), Value(1.0)
        >>> compile(lambda x, y: (w * x + b - y) ** 2).hessian(2.0, 5.0)
        array([[8., 4.],
               [4., 2.]])
        >>> compile(lambda x: x[0] ** 2 * x[1], argnums=0).hessian([2.0, 3.0])
        [array([6., 4.]), array([4., 0.])]
        """
        arguments, runner = self._for_gradient(args, named)
        with self._lock:
            return hessian(runner, self.function, arguments, self._traces.numbers(runner))

    def jvp(self, direction: Any, /, *args: Any, **named: Any) -> tuple[Any, Any]:
        """Values of the function, and their derivatives along a direction, for each example.

        The direction is one number for each parameter (flat, in their order), or what the argument
        that `argnums` names looks like (a tuple of these for several).

        Raises:
            ArgumentError: the direction has another shape; see `jacobian`.
            GraphError: see `value_and_grad`.

        >>> from autograd import compile
        >>> compile(lambda x, y: x * y, argnums=(0, 1)).jvp((1.0, 10.0), 2.0, 3.0)
        (6.0, 23.0)
        """
        _, runner = self._for_gradient(args, named)
        with self._lock:
            theta = self._traces.numbers(runner)
            return along(runner, self.function, direction, args, named, theta)

    def hvp(self, direction: Any, /, *args: Any, **named: Any) -> Any:
        """The product H·v of the Hessian and a direction v, at the cost of a few gradients.

        The direction is that of `jvp`. The product is flat by the parameters, or in the structure
        of the argument; of a batch, added up or for each example as `hessian` is. For the errors
        see there and `jvp`.

        >>> from autograd import compile
        >>> f = compile(lambda x: x[0] ** 2 * x[1], argnums=0)
        >>> f.hvp([1.0, 0.0], [2.0, 3.0])
        [6.0, 4.0]
        """
        _, runner = self._for_gradient(args, named)
        with self._lock:
            theta = self._traces.numbers(runner)
            return hessian_along(runner, self.function, direction, args, named, theta)
