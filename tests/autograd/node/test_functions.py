"""A primitive is written in one place: it is a function, a method and known to type checkers."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest

import autograd as ag
from autograd import PRIMITIVES, Value
from autograd.node import functions
from autograd.node.functions import FunctionMethods
from autograd.primitives.primitive import Primitive

ROOT = Path(ag.__file__).parent
STUB = Path(functions.__file__).with_suffix(".pyi")
ELEMENTWISE = [primitive for primitive in PRIMITIVES.values() if primitive.arity]


def stub() -> str:
    """What type checkers and editors are told of the methods."""
    lines = ["from typing import Any, Self", "", "class FunctionMethods:"]
    for name in sorted(primitive.name for primitive in ELEMENTWISE):
        parameters = list(inspect.signature(vars(FunctionMethods)[name]).parameters.values())[1:]
        constants = PRIMITIVES[name].constants
        given = [f"{p.name}: {'float = ...' if p.name in constants else 'Any'}" for p in parameters]
        lines.append(f"    def {name}({', '.join(['self', *given])}) -> Self: ...")
    return "\n".join([*lines, ""])


def test_the_stub_is_of_these_primitives() -> None:
    assert STUB.read_text() == stub(), f"write it anew: python {Path(__file__).name} (this file)"


@pytest.mark.parametrize("primitive", ELEMENTWISE, ids=lambda p: p.name)
def test_every_primitive_is_a_function_and_a_method(primitive: Primitive) -> None:
    assert (primitive.name in ag.__all__) != (primitive.name in ag._BUILT_IN)
    rest = (0.75,) * ((primitive.arity or 1) - 1)
    operand = 1.25 if primitive.domain[0][0] == 1.0 else 0.75
    function: Any = getattr(ag, primitive.name)
    made, wanted = getattr(Value(operand), primitive.name)(*rest), function(Value(operand), *rest)
    assert (made.data, made.primitive) == (wanted.data, wanted.primitive)
    assert getattr(Value, primitive.name).__doc__


@pytest.mark.parametrize("name", ["sech", "softplus", "expm1", "acosh", "log1p", "silu"])
def test_a_primitive_is_named_in_one_file(name: str) -> None:
    """Nothing else in the engine has to be told of one: neither an export nor a method nor a table.

    (The spellings of `math` and NumPy in back ends, and rules of other primitives, are not that.)
    """
    said = [
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        if re.search(rf"(?<![\w.\"]){name}\b(?!\")", path.read_text())
        and not {"backends", "program"} & set(path.parts)
    ]
    (kind,) = [path for path in said if f"def {name}(" in (ROOT / path).read_text()]
    others = [path for path in said if path != kind and not path.startswith("primitives/")]
    assert not others, f"{name} is written in {others} too"


def test_constants_come_by_position_or_by_name() -> None:
    x = Value(-2.0)
    assert x.leaky_relu(0.1).data == x.leaky_relu(slope=0.1).data == -0.2
    with pytest.raises(ag.OperandError, match="takes one operand"):
        x.leaky_relu(0.1, 0.2)
    with pytest.raises(TypeError, match="multiple values"):
        x.leaky_relu(0.1, slope=0.2)
    assert str(inspect.signature(Value.leaky_relu)) == "(self, /, slope: 'float' = 0.01)"


def test_the_source_of_operators_and_methods_can_be_read() -> None:
    assert "math.exp(x)" in inspect.getsource(Value.exp)
    if not ag.compiled:
        assert "self._float * y" in inspect.getsource(Value.__mul__)


if __name__ == "__main__":
    STUB.write_text(stub())
