"""A Value as a number: ordering, conversion to Python's numbers, text."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, NoReturn

from autograd import primitives as p
from autograd.context.call_sites import shown_by_us
from autograd.context.lints import warn_of_lost_gradient
from autograd.context.modes import ACTIVE
from autograd.context.tracing import BRANCH, NUMBER, TEXT, is_tracing, refuse
from autograd.core.wiring import gradient
from autograd.errors import NumberTooLargeError
from autograd.node.conditions import Sameness, inverse, relation
from autograd.primitives.operands import float_or_none, refuse_or_defer

TAKEN_TEXT = "the text of a Value is taken (by str, repr, format or print)"


class NumberProtocol:
    """Ordering by data, conversion to Python's numbers, and text.

    `==` and `hash` are those of identity: two Values with the same number are two nodes. `==`
    between a Value and a number compares numbers, as `<` does.
    """

    __slots__ = ()

    label: str
    _float: float

    def _number(self, what: str, remedy: str = NUMBER) -> float:
        """The forward value, for what would freeze it in a program that is being traced."""
        if ACTIVE:
            refuse(what, remedy, self)
        return self._float

    @property
    def data(self) -> float:
        """The forward value."""
        return self._number(".data is read")

    @property
    def _data(self) -> NoReturn:
        """None: `np.ma` takes what has such an attribute for a masked array, and loses the node."""
        self._number("._data is read")
        raise AttributeError("a Value has its number in .data, not in ._data")

    def clip(
        self,
        low: float | None = float("-inf"),
        high: float | None = float("inf"),
        out: None = None,
    ) -> Any:
        """self kept between two constants, see `autograd.clip`. (`out` is np.clip's.)"""
        return p.clip(self, low, high)

    def __lt__(self, other: Any) -> Any:
        return _compared("less", operator.lt, self, other)

    def __le__(self, other: Any) -> Any:
        return _compared("less_equal", operator.le, self, other)

    def __gt__(self, other: Any) -> Any:
        return _compared("greater", operator.gt, self, other)

    def __ge__(self, other: Any) -> Any:
        return _compared("greater_equal", operator.ge, self, other)

    def __eq__(self, other: Any) -> Any:
        if isinstance(other, NumberProtocol):
            traced = ACTIVE and is_tracing(self, other)
            return Sameness(self, other, self is other) if traced else NotImplemented
        try:
            y = float_or_none(other)
        except NumberTooLargeError:
            return False
        if y is None:
            return NotImplemented
        return relation("equal", self, y) if ACTIVE and is_tracing(self) else self._float == y

    def __ne__(self, other: Any) -> Any:
        return inverse(self.__eq__(other))

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        return self._number("a Value decides a branch", BRANCH) != 0.0

    def __float__(self) -> float:
        number = self._number("float(…) of a Value is taken")
        warn_of_lost_gradient(self, "float")
        return number

    def __int__(self) -> int:
        number = int(self._number("int(…) of a Value is taken"))
        warn_of_lost_gradient(self, "int")
        return number

    __trunc__ = __int__

    def round(self, decimals: int = 0, out: None = None) -> Any:
        """autograd.round; to decimals, which are no derivative's, of the forward value."""
        return self.__round__(decimals) if decimals else p.round(self)

    def __round__(self, ndigits: int | None = None) -> float:
        number = round(self._number("round(…) of a Value is taken"), ndigits)
        warn_of_lost_gradient(self, "round")
        return number

    def rint(self) -> Any:
        """autograd.round, by the name that np.round and np.rint of an array ask for."""
        return p.round(self)

    def conjugate(self) -> Any:
        """self: the engine is real. NumPy asks for it, in np.var for example."""
        return self

    def item(self) -> float:
        """The forward value as a float."""
        return self._number(".item() is called")

    def numel(self) -> int:
        """1: `sum(p.numel() for p in model.parameters())` counts parameters, as in PyTorch."""
        return 1

    def __repr__(self) -> str:
        if ACTIVE and not shown_by_us():
            refuse(TAKEN_TEXT, TEXT, self)
        return self._text()

    def _text(self: Any) -> str:
        grad = repr(gradient(self)) if gradient(self) is not None else "0"
        label = f", label={self.label!r}" if self.label else ""
        return f"Value(data={self._float!r}, grad={grad}{label})"

    def __format__(self, spec: str) -> str:
        number = self._number(TAKEN_TEXT, TEXT)
        return format(number, spec) if spec else str(self)


_SYMBOLS = {"less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">="}


def _compared(name: str, comparison: Callable[[float, float], bool], x: Any, other: Any) -> Any:
    """x compared with a Value or a number: a bool, or a Condition while a program is traced."""
    y = other._float if isinstance(other, NumberProtocol) else float_or_none(other)
    if y is None:
        return refuse_or_defer(other, f"the right side of {_SYMBOLS[name]}")
    if ACTIVE and is_tracing(x, other):
        return relation(name, x, other)
    return comparison(x._float, y)
