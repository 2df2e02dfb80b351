"""Random numbers that a model draws: where they come from, and of what distribution."""

from __future__ import annotations

import random

import numpy as np
import pytest

import autograd
from autograd import TraceError, Value
from nn import noise
from nn.errors import ArgumentError


def test_by_itself_from_pythons_random():
    random.seed(3)
    found = [noise.uniform(), *noise.uniform(2), noise.normal()]
    random.seed(3)
    assert found == [random.random(), random.random(), random.random(), random.gauss(0.0, 1.0)]


def test_handed_out_in_order_and_by_kind():
    kinds = ("normal", "uniform", "normal")
    table = noise.table(kinds, 2, np.random.default_rng(0))
    rng = np.random.default_rng(0)
    normals, uniforms = rng.standard_normal((2, 2)), rng.random((2, 1))
    assert table.tolist() == np.column_stack([normals[:, 0], uniforms, normals[:, 1]]).tolist()
    with noise.handed_out(table[1].tolist(), kinds) as source:
        assert [noise.normal(), noise.uniform(), noise.normal()] == table[1].tolist()
    assert source.asked == [*kinds]


def test_more_than_there_is_comes_from_the_generator_or_is_refused():
    with noise.handed_out((), (), np.random.default_rng(0)):
        assert noise.normal() == np.random.default_rng(0).standard_normal()
    with noise.handed_out([0.5], ["uniform"]), pytest.raises(TraceError, match="other random"):
        noise.normal()


def test_off_is_the_mean_and_ends_with_the_block():
    with noise.off():
        assert noise.is_off()
        assert (noise.normal(2), noise.uniform()) == ([0.0, 0.0], 0.5)
    assert not noise.is_off()


def test_a_program_for_which_nobody_draws_is_refused():
    w = Value(2.0)
    with pytest.raises(TraceError, match="come in as an argument"):
        autograd.compile(lambda x: w * x + noise.normal())(1.0)


def test_counts():
    for n in (0, -1):
        with pytest.raises(ArgumentError, match="at least 1"):
            noise.uniform(n)


def test_distributions():
    rng = np.random.default_rng(0)
    normals, uniforms = noise.table(("normal", "uniform"), 20_000, rng).T
    assert abs(normals.mean()) < 0.03
    assert abs(normals.std() - 1.0) < 0.03
    assert 0.0 <= uniforms.min() < uniforms.max() < 1.0
    assert abs(uniforms.mean() - 0.5) < 0.01
