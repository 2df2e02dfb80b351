"""Checks of arguments, beyond what the tests of their users see."""

from __future__ import annotations

import math

import numpy as np
import pytest

from autograd import Value
from nn import activations
from nn.checks import as_list, as_number, finite, is_number, lookup
from nn.errors import ArgumentError, KindError
from nn.models.paths import PathLabel


@pytest.mark.parametrize("x", [1, 1.5, True, np.float32(2), np.int8(3), np.bool_(True)])
def test_numbers(x) -> None:
    assert is_number(x) and as_number(x, "x") == float(x)


@pytest.mark.parametrize("x", ["1", None, 1j, np.complex128(1), [1], Value(1.0)])
def test_what_is_no_plain_number(x) -> None:
    assert not is_number(x)


def test_a_value_gives_its_number() -> None:
    assert as_number(Value(2.0), "x") == 2.0
    with pytest.raises(KindError, match=r"x must be a number, not list \(\[0, 1"):
        as_number(list(range(100)), "x")


def test_bounds_are_stated() -> None:
    assert finite(0.0, "x", least=0.0) == 0.0
    with pytest.raises(ArgumentError, match=r"x must be a finite number >= 0 and < 1, not 1\.0"):
        finite(1.0, "x", least=0.0, below=1.0)
    with pytest.raises(ArgumentError, match="x must be a finite number, not nan"):
        finite(math.nan, "x")


def test_zero_dimensional_arrays_are_one_number() -> None:
    assert as_list(np.array(2.0), "x") == [2.0]
    value = Value(1.0)
    assert as_list(value, "x") == [value]


def test_names_in_any_case_with_hyphens_or_spaces() -> None:
    assert lookup("Leaky-ReLU", {"leaky_relu": 1}, "activation") == 1
    assert lookup(" leaky relu", {"leaky_relu": 1}, "activation") == 1


def test_lookup_without_anything_close() -> None:
    with pytest.raises(ArgumentError, match="there is no colour 'xyz'; there are: red, blue"):
        lookup("xyz", {"red": 1, "blue": 2}, "colour")


def test_labels_from_paths_are_text() -> None:
    label = PathLabel("w[0]")
    assert label == "w[0]" and repr(label) == "'w[0]'" and f"{label}" == "w[0]"


def test_activation_names() -> None:
    for alias, name in {"identity": "linear", "logistic": "sigmoid", "Swish": "silu"}.items():
        assert activations.get(alias).name == name
    given = activations.get("tanh")
    assert activations.get(given) is given
