"""The registry check, checked: a wrong block must be noticed."""

from __future__ import annotations

import math
from typing import Any

import pytest
from registry import COUNTS, REFERENCE, SCALES, VARIANTS, check

from autograd import PRIMITIVES
from autograd.primitives.primitive import Primitive


def rebuilt(primitive: Primitive, given: dict[str, Any] | None = None, **changes: Any) -> Primitive:
    """The primitive with parts of its block replaced; it is not registered."""
    return type(primitive)(primitive._body, primitive._block._replace(**changes), given or {})


def scaled(rule: Any, first_of_many: bool) -> Any:
    """A rule whose local gradient is off by one part in a thousand (by 0.001 if it is 0)."""
    if not callable(rule):
        return rule * 1.001 or 0.001

    def off(*args: Any, **constants: Any) -> Any:
        right = rule(*args, **constants)
        return [right[0] * 1.001 or 0.001, *right[1:]] if first_of_many else right * 1.001

    return off


def mutants() -> list[Any]:
    found = []
    for primitive in PRIMITIVES.values():
        local = primitive._block.local
        rules = local if isinstance(local, tuple) else (local,)
        for i in range(len(rules)):
            wrong = [
                scaled(r, primitive.arity is None) if i == j else r for j, r in enumerate(rules)
            ]
            changed = tuple(wrong) if isinstance(local, tuple) else wrong[0]
            found.append(
                pytest.param(rebuilt(primitive, local=changed), id=f"{primitive.name}-local{i + 1}")
            )
        arrays = primitive._block.arrays
        for word, changes in (
            ("arrays", {"arrays": lambda *xs, _f=arrays, **c: _f(*xs, **c) * (1 + 1e-12)}),
        ):
            found.append(pytest.param(rebuilt(primitive, **changes), id=f"{primitive.name}-{word}"))
    return found


def check_variants(mutant: Primitive) -> None:
    for constants in ({}, *VARIANTS.get(mutant.name, ())):
        check(rebuilt(mutant, constants), constants, at_most=1)


@pytest.mark.parametrize("mutant", mutants())
def test_a_wrong_block_is_noticed(mutant: Primitive) -> None:
    with pytest.raises(AssertionError, match="wrong in"):
        check_variants(mutant)


CURVED = sorted(
    name
    for name, p in PRIMITIVES.items()
    if p.arity == 1 and callable(p._block.local) and not {name} & {"abs", "relu", "clip"}
)


@pytest.mark.parametrize("name", [n for n in CURVED if n != "leaky_relu"])
def test_a_local_gradient_that_cannot_be_differentiated_is_noticed(name: str) -> None:
    rule = PRIMITIVES[name]._block.local

    def numbers_only(*args: Any, **constants: Any) -> float:
        return float(rule(*map(float, args), **constants))

    mutant = rebuilt(PRIMITIVES[name], local=numbers_only)
    with pytest.raises(AssertionError, match=f"{name} has a foreign function"):
        check(mutant, {})
    assert mutant is not PRIMITIVES[name]


def test_a_wrong_forward_computation_is_noticed() -> None:
    sine = PRIMITIVES["sin"]
    mutant = type(sine)(lambda x: math.sin(x) * (1 + 1e-11), sine._block._replace(op="sin"), {})
    mutant.name = "sin"
    with pytest.raises(AssertionError, match="want"):
        check(mutant, {}, at_most=1)


def test_a_primitive_without_a_reference_fails_loudly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(REFERENCE, "sin")
    with pytest.raises(AssertionError, match="write one line for 'sin'"):
        check(PRIMITIVES["sin"], {})


def test_every_reference_and_variant_belongs_to_a_primitive() -> None:
    assert set(REFERENCE) == set(PRIMITIVES)
    assert set(VARIANTS) | set(COUNTS) | set(SCALES) <= set(PRIMITIVES)
    assert {name for name, p in PRIMITIVES.items() if p.constants} == set(VARIANTS)
