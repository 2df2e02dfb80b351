"""`define`: from a forward computation and its local gradients to a primitive."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from keyword import iskeyword
from typing import Any, TypeVar

from autograd.errors import ArgumentError
from autograd.primitives.operands import as_float
from autograd.primitives.primitive import PRIMITIVES, Block, Interval, Primitive

P = TypeVar("P", bound=Primitive)


def define(
    kind: type[P],
    *,
    arrays: Callable[..., Any],
    local: Any,
    symbol: str | Callable[..., str] = "",
    latex: str | Callable[..., str] = "",
    shown: Any = None,
    op: str | Callable[..., str] = "",
    domain: tuple[Interval, ...] = (),
    kinks: tuple[float, ...] = (),
    selects: bool = False,
    at_least: int = 0,
    fused: Callable[..., Any] | None = None,
    length: bool = False,
    elementary: Callable[..., Any] | None = None,
    opaque: bool = False,
    replace: bool = False,
) -> Callable[[Callable[..., float]], P]:
    """Decorator that turns a forward computation into a primitive, in a script of yours too.

    The decorated function gives the name (less a trailing underscore), the docstring and the
    forward computation on floats; its keyword-only parameters are the primitive's constants.

    Args:
        kind: `Unary`, `Binary` or `Nary`.
        symbol, op: what is drawn on a node, and micrograd's name (by default the function's).
        latex: a template in which {0}, {1} are the written operands, or a function of them; by
            default the function's name before its operands.
        arrays: the computation on NumPy arrays; n-ary: of one array, with `axis`. It need be no
            ufunc: np.where, np.interp, or np.vectorize of a function of floats, will do.
        local: one rule or number per operand (n-ary: one rule that gives a sequence). Rules are
            written with operators and autograd's (or NumPy's) functions, and choose by `where`.
        shown: `local` as a textbook writes it, where the rules are written for accuracy.
        domain, kinks, selects, length: see `Primitive`.
        at_least: how many operands an n-ary primitive needs.
        fused: for arrays, the value and the local gradient (n-ary: gradients) together, where
            they share work; otherwise a program computes them one after the other.
        elementary: the computation in elementary operations, for straight-line back ends (n-ary: of
            a sequence), where the decorated function branches or calls `math`.
        opaque: NumPy alone can compute it (a table, a function of SciPy's, a search): back ends
            "numpy" and "python" call it, "native", "jax" and exported files refuse it by name.
        replace: take the place of a primitive of yours of this name, as where a cell of a notebook
            runs again. The engine's own cannot be replaced.

    Raises:
        ArgumentError: the name is taken or no identifier, or there are not as many local gradients
            as operands, or it is opaque and yet has what would be read.
        OperandError: (where it is applied) the forward computation gives no number.

    >>> import numpy as np
    >>> from autograd import Unary, Value, compile, define, grad
    >>> @define(Unary, latex=r"\\frac{{{0}}}{{1 + |{0}|}}",
    ...         arrays=lambda x: x / (1.0 + np.abs(x)), local=lambda out, x: (1.0 - abs(out)) ** 2)
    ... def softsign(x):
    ...     return x / (1.0 + abs(x))
    >>> softsign(Value(1.0)).local_gradients, grad(grad(softsign))(1.0)
    ((0.25,), -0.25)
    >>> compile(softsign, argnums=0, reduce="sum").grad(np.array([1.0, -3.0]))
    array([0.25  , 0.0625])
    >>> del PRIMITIVES["softsign"]
    """
    block = Block(
        symbol, latex, arrays, local, shown, op, domain, kinks, selects, at_least, fused, length,
        elementary, opaque,
    )  # fmt: skip
    if opaque and (fused is not None or elementary is not None):
        raise ArgumentError(
            "opaque=True says that NumPy alone computes a primitive; fused= and elementary= would "
            "be read by others: leave them out, or opaque=True"
        )

    def register(body: Callable[..., float]) -> P:
        own = body.__module__.startswith("autograd.")
        primitive = kind(body if own else _of_floats(body), block, {})
        if not primitive.name.isidentifier() or iskeyword(primitive.name):
            raise ArgumentError(
                f"a primitive needs a name such as 'softsign', not {primitive.name!a:.60}; define "
                "it by a function with that name"
            )
        known = PRIMITIVES.get(primitive.name)
        if known is not None and not (replace and not _is_built_in(known)):
            yours = "" if _is_built_in(known) else ", or say replace=True"
            raise ArgumentError(
                f"there is a primitive {primitive.name!r} already; choose a name{yours}"
            )
        PRIMITIVES[primitive.name] = primitive
        return primitive

    return register


def _of_floats(body: Callable[..., Any]) -> Callable[..., float]:
    """A forward computation that may give NumPy's numbers, which would make slow Values."""

    @wraps(body)
    def forward(*operands: Any, **constants: float) -> float:
        found = body(*operands, **constants)
        return found if type(found) is float else as_float(found, f"what {body.__name__} gives")

    return forward


def _is_built_in(primitive: Primitive) -> bool:
    return primitive.__module__.startswith("autograd.")
