"""A primitive: one elementary function, defined once and read by everybody.

From its block come the eager operation on a `Value`, gradients of gradients, element-wise arrays,
programs, pictures, derivations and the registry test. Its local gradients are rules
`(out, *operands) -> ∂out/∂operand` made of other primitives, or plain numbers. A rule may be
called with floats, Values, arrays or symbols, so it branches with `where` and never with `if`.

An operand class takes part by offering `__primitive__(primitive, operands)`, as `Value` does.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, ClassVar, NamedTuple, TypeVar

import numpy as np

from autograd.core.wiring import FLOAT_ERRORS, evaluated, send
from autograd.errors import ArgumentError, OperandError
from autograd.primitives.operands import as_float, boxed, is_array, keeping_masks, require_floats

Interval = tuple[float, float]
Array = np.ndarray[Any, Any]
P = TypeVar("P", bound="Primitive")

REAL: Interval = (float("-inf"), float("inf"))
PRIMITIVES: dict[str, Primitive] = {}
"""Every primitive by name."""


class Block(NamedTuple):
    """The parts of a primitive's definition; see `define`."""

    symbol: str | Callable[..., str]
    latex: str | Callable[..., str]
    arrays: Callable[..., Any]
    local: Any
    shown: Any = None
    op: str | Callable[..., str] = ""
    domain: tuple[Interval, ...] = ()
    kinks: tuple[float, ...] = ()
    selects: bool = False
    at_least: int = 0
    fused: Callable[..., Any] | None = None
    length: bool = False
    elementary: Callable[..., Any] | None = None
    opaque: bool = False


class Primitive:
    """One elementary function and what its readers need; see `define` for what it is made of.

    Attributes:
        name, symbol, op: what it is called, drawn as on its node, and called by micrograd.
        arity: 1, 2, or None for any number of operands.
        forward, arrays: the computation for floats and for arrays.
        fused: for arrays, value and local gradient together, or None.
        elementary: the computation on symbols: n-ary, of a sequence of them.
        local: one rule or number per operand (n-ary: one rule that gives a sequence).
        constants: the keyword constants of this variant, such as `slope` of a leaky ReLU.
        domain: per operand, the open interval in which it is smooth (apart from `kinks`).
        kinks: values of the first operand at which it has no derivative.
        selects: True for a choice; see `is_taken`.
        length: True for a length r = ‖x‖, so that ∂r/∂xᵢ is xᵢ/r (and 0 at the origin).
        opaque: True if NumPy alone computes it.
        send: sends the messages of a node; see `autograd.core.wiring`.
        messages, tangent: where local gradients do not say it, the messages of a node that can be
            differentiated again, and its tangent; of loops.
    """

    arity: ClassVar[int | None]
    send: Any = staticmethod(send)
    messages: ClassVar[Any] = None
    tangent: ClassVar[Any] = None
    _base: Any = None  # of a variant: the primitive that it is one of

    def __init__(self, body: Callable[..., float], block: Block, given: dict[str, Any]):
        self._body, self._block, self._given = body, block, given
        parameters = inspect.signature(body).parameters.values()
        self.constants: dict[str, Any] = {
            p.name: given.get(p.name, p.default) for p in parameters if p.kind is p.KEYWORD_ONLY
        }
        self.__doc__, self.__module__ = body.__doc__, body.__module__
        self.name: str = body.__name__.rstrip("_")
        self.__name__ = self.__qualname__ = self.name
        self.__wrapped__ = body
        self.symbol = self._text(block.symbol or self.name)
        self.op = self._text(block.op or self.name)
        self.domain = block.domain or (REAL,) * (self.arity or 1)
        self.kinks, self.selects, self.length = block.kinks, block.selects, block.length
        self.opaque = block.opaque
        self.forward = self._with_constants(body)
        self.arrays = self._with_constants(block.arrays)
        self.fused = self._with_constants(block.fused)
        self.elementary = self._with_constants(block.elementary or inspect.unwrap(body))
        rules = block.local if isinstance(block.local, tuple) else (block.local,)
        self.local: tuple[Any, ...] = tuple(self._with_constants(rule) for rule in rules)
        if self.arity not in (None, len(rules)):
            raise ArgumentError(
                f"{self.name} takes {self.arity} operands and needs as many local gradients, "
                f"not {len(rules)}"
            )

    def _with_constants(self, function: Any) -> Any:
        bare = not self.constants or not callable(function)
        return function if bare else partial(function, **self.constants)

    def _text(self, text: str | Callable[..., str]) -> str:
        return text(**self.constants) if callable(text) else text

    __call__: Callable[..., Any]

    def write(self, *operands: str) -> str:
        r"""The function applied to written operands, in LaTeX.

        >>> from autograd import sigmoid
        >>> print(sigmoid.write("z"))
        \sigma(z)
        """
        latex = self._block.latex or rf"\operatorname{{{self.name}}}({', '.join(operands)})"
        if callable(latex):
            return str(latex(*operands, **self.constants))
        return latex.format(*operands, **self.constants) if self._block.latex else latex

    def number(self, *operands: float) -> float:
        """The forward value for floats, by IEEE 754: inf and nan instead of exceptions."""
        return self.compute(operands)

    def compute(self, operands: tuple[float, ...]) -> float:
        """`number` of the operands in a tuple."""
        try:
            return self.forward(*operands)
        except FLOAT_ERRORS:
            with np.errstate(all="ignore"):
                return float(self.arrays(*map(np.float64, operands)))

    def local_gradients(self, out: Any, *operands: Any) -> tuple[Any, ...]:
        """∂out/∂operand for every operand: floats for floats, Values for Values."""
        return self._by_rules(self.local, out, operands)

    def shown_gradients(self, out: Any, *operands: Any) -> tuple[Any, ...]:
        """`local_gradients` as one writes them by hand: σ′ is out · (1 − out).

        The rules that compute may be written for accuracy; `shown` in the block is the textbook's
        form of them. Both are the same function.
        """
        shown = self._block.shown
        if shown is None:
            return self.local_gradients(out, *operands)
        rules = shown if isinstance(shown, tuple) else (shown,)
        return self._by_rules(tuple(map(self._with_constants, rules)), out, operands)

    def slopes(self, node: Any, numbers: tuple[float, ...]) -> tuple[float, ...]:
        """The local gradients of a node that was computed from these numbers."""
        return self.local_gradients(node._float, *numbers)

    def is_taken(self, local: Any) -> bool:
        """False for an operand that a choice passed over, which is sent no message.

        A primitive that `selects` gives such an operand the constant 0 as local gradient. (A Value
        or a symbol that happens to be 0 is none: it has derivatives of its own.)

        >>> from autograd import PRIMITIVES
        >>> PRIMITIVES["where"].is_taken(0.0), PRIMITIVES["mul"].is_taken(0.0)
        (False, True)
        """
        return not (self.selects and isinstance(local, (float, int)) and local == 0.0)

    def refusal(self, needed_for: str) -> str:
        """The reason why this primitive, which is opaque, cannot be had for something."""
        return (
            f"{self.name:.60} is opaque (opaque=True): NumPy alone computes it, for "
            f"backend='numpy' or 'python'. For {needed_for}, define it by elementary operations: "
            "arrays= of NumPy's or autograd's functions, with where for if, without opaque=True"
        )

    def _by_rules(
        self, rules: tuple[Any, ...], out: Any, operands: tuple[Any, ...]
    ) -> tuple[Any, ...]:
        if self.arity is None:
            return tuple(evaluated(rules[0], out, operands))
        return tuple([evaluated(rule, out, *operands) for rule in rules])

    def dispatch(self, operands: tuple[Any, ...]) -> Any:
        """Apply to whatever the operands are: Values, arrays or numbers."""
        for operand in operands:
            record = getattr(type(operand), "__primitive__", None)
            if record is not None:
                return record(operand, self, operands)
        if self.arity and any(isinstance(x, np.floating) or is_array(x) for x in operands):
            return self._over_arrays(operands)
        return self.number(*require_floats(operands, self.name))

    def _over_arrays(self, operands: tuple[Any, ...]) -> Any:
        operands = tuple(np.asanyarray(x) if is_array(x) else x for x in operands)
        if any(isinstance(x, np.ndarray) and x.dtype.hasobject for x in operands):
            return self.elementwise(operands)
        with np.errstate(all="ignore"):
            return keeping_masks(self._of_real_arrays, map(self._real, operands))

    def _of_real_arrays(self, *arrays: Any) -> Any:
        return np.asarray(self.arrays(*arrays))[()]

    def elementwise(self, operands: tuple[Any, ...]) -> Any:
        """Apply to each element of object arrays, which broadcast: an object array of results."""
        function: Callable[..., Any] = self.__call__
        with np.errstate(all="ignore"):
            return keeping_masks(np.frompyfunc(function, len(operands), 1), map(boxed, operands))

    def _real(self, x: Any) -> Any:
        """An array or number as float64 (or an object array, to be taken element by element)."""
        if not isinstance(x, np.ndarray):
            return np.float64(as_float(x, f"an operand of {self.name}"))
        if x.dtype == object or x.dtype.kind == "f":
            return x
        if x.dtype.kind in "iub":
            return x.astype(np.float64)
        raise OperandError(
            f"{self.name} takes arrays of real numbers or of Values, not of dtype {x.dtype}"
        )

    def bind(self: P, **constants: Any) -> P:
        """The variant of this primitive with keyword constants set to these numbers."""
        for name, number in constants.items():
            if name not in self.constants:
                has = ", ".join(self.constants) or "none"
                raise ArgumentError(f"{self.name} has no constant {name!r}; it has {has}")
            if number != number:
                raise ArgumentError(f"{name}= of {self.name} must be a number, not nan")
        base, given = self._base or self, sorted((self._given | constants).items())
        other = tuple((k, c, repr(c)) for k, c in given if repr(c) != repr(base.constants[k]))
        return _variant(base, other) if other else base

    def __reduce__(self) -> tuple[Any, ...]:
        return _lookup, (self.name, self._given)

    def __repr__(self) -> str:
        constants = "".join(f", {name}={number!r}" for name, number in self.constants.items())
        return f"<primitive {self.name}{constants}>"


@lru_cache(maxsize=4096)
def _variant(base: P, given: tuple[tuple[str, Any, str], ...]) -> P:
    """The same variant for the same constants; their text tells 0.0 from −0.0."""
    made = type(base)(base._body, base._block, {name: number for name, number, _ in given})
    made._base = base
    return made


def _lookup(name: str, given: dict[str, Any]) -> Primitive:
    """The primitive that a pickle names."""
    base = PRIMITIVES[name]
    return base.bind(**given) if given else base
