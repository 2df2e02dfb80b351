"""Recurrent cells against PyTorch, hand-derived numbers and measured slopes through time."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd
from autograd import Value, topological_order
from nn import (
    ArgumentError,
    GRUCell,
    KindError,
    LSTMCell,
    Module,
    RNNCell,
    ShapeError,
    unroll,
)
from nn.models.recurrent import detached

PYTORCH: dict[str, Any] = json.loads(Path(__file__).with_name("pytorch_cells.json").read_text())
CELLS = {"RNNCell": RNNCell, "LSTMCell": LSTMCell, "GRUCell": GRUCell}
GATES = {"RNNCell": 1, "LSTMCell": 4, "GRUCell": 3}


def _loaded(name: str) -> Any:
    cell = CELLS[name](2, 3)
    cell.load_state_dict(PYTORCH[name]["weights"])
    return cell


def _loss(outputs: list[list[Any]]) -> Any:
    return autograd.dot([1.0, -2.0, 0.5], outputs[-1]) + sum(h * h for h in outputs[1])


@pytest.mark.parametrize("name", CELLS)
def test_outputs_and_gradients_of_pytorch(name: str) -> None:
    expected, cell = PYTORCH[name], _loaded(name)
    outputs, state = unroll(cell, PYTORCH["sequence"])
    assert [h.data for h in outputs[-1]] == pytest.approx(expected["last_h"], rel=1e-12)
    if name == "LSTMCell":
        assert [c.data for c in state[1]] == pytest.approx(expected["last_c"], rel=1e-12)
    cost = _loss(outputs)
    cost.backward()
    assert cost.data == pytest.approx(expected["loss"], rel=1e-12)
    for which, gradients in expected["gradients"].items():
        found = getattr(cell, which)
        rows = found if which.startswith("weight") else [found]
        wanted = gradients if which.startswith("weight") else [gradients]
        for row, want in zip(rows, wanted, strict=True):
            assert [p.grad for p in row] == pytest.approx(want, rel=1e-11, abs=1e-15), which


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("bias", [True, False])
def test_five_steps_against_differences(name: str, bias: bool, assert_slopes) -> None:
    cell = CELLS[name](2, 2, bias, seed=4)
    assert_slopes(
        lambda: autograd.sum([h * h for out in unroll(cell, PYTORCH["sequence"])[0] for h in out]),
        cell.parameters(),
    )


def test_rnn_by_hand() -> None:
    """h₁ = tanh(w x₁), h₂ = tanh(w x₂ + u h₁): ∂h₂/∂u = (1 − h₂²)h₁, through time ∂h₂/∂w."""
    cell = RNNCell(1, 1, bias=False)
    cell.load_state_dict({"weight_ih": [[0.5]], "weight_hh": [[-0.8]]})
    h1 = math.tanh(0.5 * 2.0)
    h2 = math.tanh(0.5 * 3.0 - 0.8 * h1)
    outputs, _ = unroll(cell, [[2.0], [3.0]])
    outputs[-1][0].backward()
    assert outputs[-1][0].data == pytest.approx(h2, rel=1e-15)
    assert cell.weight_hh[0][0].grad == pytest.approx((1 - h2**2) * h1, rel=1e-14)
    assert cell.weight_ih[0][0].grad == pytest.approx(
        (1 - h2**2) * (3.0 - 0.8 * (1 - h1**2) * 2.0), rel=1e-14
    )


def test_lstm_by_hand() -> None:
    """All gates open by their biases: c' = f c + i g with i = f = o = σ(1), g = tanh(1)."""
    cell = LSTMCell(1, 1)
    zeros = {"weight_ih": [[0.0]] * 4, "weight_hh": [[0.0]] * 4, "bias_hh": [0.0] * 4}
    cell.load_state_dict(zeros | {"bias_ih": [1.0] * 4})
    c0 = Value(2.0)
    (h,), (c,) = cell([5.0], ([0.0], [c0]))
    sigma, g = 1.0 / (1.0 + math.exp(-1.0)), math.tanh(1.0)
    assert c.data == pytest.approx(sigma * 2.0 + sigma * g, rel=1e-15)
    assert h.data == pytest.approx(sigma * math.tanh(c.data), rel=1e-15)
    c.backward()
    assert c0.grad == pytest.approx(sigma, rel=1e-15)  # the forget gate alone, document 004
    assert cell.bias_ih[1].grad == pytest.approx(2.0 * sigma * (1.0 - sigma), rel=1e-14)


def test_gru_by_hand() -> None:
    cell = GRUCell(1, 1)
    zeros = {"weight_ih": [[0.0], [0.0], [0.5]], "weight_hh": [[0.0], [0.0], [2.0]]}
    cell.load_state_dict(zeros | {"bias_ih": [1.0, -1.0, 0.25], "bias_hh": [0.0, 0.0, -0.5]})
    (h,) = cell([3.0], [0.4])
    r, z = 1.0 / (1.0 + math.exp(-1.0)), 1.0 / (1.0 + math.exp(1.0))
    n = math.tanh(0.5 * 3.0 + 0.25 + r * (2.0 * 0.4 - 0.5))
    assert h.data == pytest.approx((1.0 - z) * n + z * 0.4, rel=1e-15)


def test_relu_rnn() -> None:
    cell = RNNCell(1, 2, nonlinearity="relu")
    cell.load_state_dict(
        {"weight_ih": [[1.0], [-1.0]], "weight_hh": [[0.0, 0.0]] * 2, "bias_ih": [0.5, 0.5],
         "bias_hh": [0.0, 0.0]}
    )  # fmt: skip
    assert [h.data for h in cell([2.0])] == [2.5, 0.0]


@pytest.mark.parametrize(("name", "dots"), [("RNNCell", 3), ("LSTMCell", 12), ("GRUCell", 12)])
def test_each_pre_activation_is_one_dot(name: str, dots: int) -> None:
    """3 units: one dot per gate and unit; the GRU's candidate takes a second one."""
    _, state = unroll(_loaded(name), PYTORCH["sequence"][:1])
    outputs = [*state[0], *state[1]] if name == "LSTMCell" else state
    order = topological_order(autograd.sum(outputs))
    assert sum(v.primitive is not None and v.primitive.name == "dot" for v in order) == dots


@pytest.mark.parametrize("name", CELLS)
def test_shapes_labels_and_initial_numbers(name: str) -> None:
    random.seed(0)
    cell = CELLS[name](2, 4)
    rows = GATES[name] * 4
    names = [n for n, _ in cell.named_parameters()]
    assert len(names) == rows * (2 + 4 + 2)
    assert names[0] == "weight_ih[0][0]" and names[-1] == f"bias_hh[{rows - 1}]"
    assert cell.weight_hh[1][2].label == "weight_hh[1][2]"
    numbers = [p.data for p in cell.parameters()]
    rng = random.Random(0)
    assert numbers == [rng.uniform(-0.5, 0.5) for _ in names]  # 1/√4
    assert CELLS[name](2, 4, seed=0).state_dict() == cell.state_dict()
    assert repr(cell) == f"{name}(2, 4)"
    assert CELLS[name](2, 4, bias=False).bias_ih is None


def test_state_is_carried_by_unroll() -> None:
    cell, sequence = _loaded("LSTMCell"), PYTORCH["sequence"]
    whole, _ = unroll(cell, sequence)
    first, state = unroll(cell, sequence[:2])
    second, _ = unroll(cell, sequence[2:], state)
    assert [[h.data for h in out] for out in first + second] == [
        [h.data for h in out] for out in whole
    ]


@pytest.mark.parametrize("name", CELLS)
def test_truncation_keeps_values_and_cuts_gradients(name: str) -> None:
    cell, sequence = _loaded(name), PYTORCH["sequence"]
    inputs = [[Value(x) for x in element] for element in sequence]
    whole, _ = unroll(cell, sequence)
    cut, _ = unroll(cell, inputs, truncate=2)
    assert [[h.data for h in out] for out in cut] == [[h.data for h in out] for out in whole]
    autograd.sum(cut[3]).backward()  # steps 3 and 4 belong together, 1 and 2 lie before the cut
    reached = [any(x.has_grad for x in element) for element in inputs]
    assert reached == [False, False, True, True, False]


def test_truncated_gradients_are_those_of_the_pieces() -> None:
    sequence = PYTORCH["sequence"]
    cell, twin = _loaded("GRUCell"), _loaded("GRUCell")
    cut, _ = unroll(cell, sequence, truncate=3)
    autograd.sum(cut[4]).backward()
    _, state = unroll(twin, sequence[:3])
    pieces, _ = unroll(twin, sequence[3:], [h.data for h in state])
    autograd.sum(pieces[-1]).backward()
    for (path, p), q in zip(cell.named_parameters(), twin.parameters(), strict=True):
        assert p.grad == q.grad, path


def test_truncating_after_every_step_and_never() -> None:
    cell = _loaded("RNNCell")
    cut, _ = unroll(cell, PYTORCH["sequence"], truncate=1)
    assert len(topological_order(cut[-1][0])) < 20
    whole, _ = unroll(cell, PYTORCH["sequence"], truncate=100)
    plain, _ = unroll(cell, PYTORCH["sequence"])
    assert len(topological_order(whole[-1][0])) == len(topological_order(plain[-1][0]))


def test_unroll_takes_any_function_and_any_iterable() -> None:
    def add(x: float, total: Value | None) -> Value:
        return (total if total is not None else Value(0.0)) + x

    outputs, total = unroll(add, iter([1.0, 2.0, 3.0]), truncate=2)
    assert [out.data for out in outputs] == [1.0, 3.0, 6.0] and total is outputs[-1]
    assert len(outputs[-1].parents) == 1 and outputs[-1].parents[0].is_leaf


def test_arrays_and_long_sequences() -> None:
    cell = RNNCell(2, 2, seed=0)
    outputs, _ = unroll(cell, np.array(PYTORCH["sequence"] * 400))
    autograd.sum(outputs[-1]).backward()
    assert len(outputs) == 2000 and all(p.has_grad for p in cell.parameters())


def test_exploding_gradients_and_their_cure() -> None:
    """A recurrent weight of 2 in a linear regime: ∂h₃₀/∂h₀ = 2³⁰; truncation bounds it."""
    cell = RNNCell(1, 1, bias=False, nonlinearity="relu")
    cell.load_state_dict({"weight_ih": [[1.0]], "weight_hh": [[2.0]]})
    h0 = Value(1.0)
    outputs, _ = unroll(cell, [[0.0]] * 30, [h0])
    outputs[-1][0].backward()
    assert h0.grad == 2.0**30


def test_a_cell_inside_a_model_is_named() -> None:
    class Reader(Module):
        def __init__(self) -> None:
            self.cells = [GRUCell(1, 2), LSTMCell(2, 2)]

    reader = Reader()
    assert reader.cells[1].weight_ih[0][1].label == "cell2.weight_ih[0][1]"
    with pytest.raises(ShapeError, match=r"cell2 \(LSTMCell 2→2\) expects 2 inputs, got 1"):
        reader.cells[1]([1.0])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: RNNCell(2, 3)([1.0]), ShapeError, "RNNCell 2→3 expects 2 inputs, got 1"),
        (lambda: GRUCell(1, 3)([1.0], [0.0]), ShapeError, "state h of GRUCell 1→3 has 3 numbers"),
        (lambda: LSTMCell(1, 2)([1.0], ([0.0] * 2, [0.0])), ShapeError, "state c of .* not 1"),
        (lambda: LSTMCell(1, 2)([1.0], [0.0, 0.0]), KindError, r"a pair \(h, c\)"),
        (lambda: LSTMCell(0, 2), ArgumentError, "input_size must be at least 1"),
        (lambda: GRUCell(1, -2), ArgumentError, "hidden_size must be at least 1"),
        (lambda: RNNCell(1, 1.5), KindError, "hidden_size must be a positive integer"),
        (lambda: RNNCell(1, 1, nonlinearity="gelu"), ArgumentError, "there are: tanh, relu"),
        (lambda: unroll(RNNCell(1, 1), []), ArgumentError, "the sequence to unroll over is empty"),
        (lambda: unroll(RNNCell(1, 1), [[1.0]], truncate=0), ArgumentError, "truncate must be at"),
        (lambda: unroll(RNNCell(1, 1), [[1.0]], truncate=1.5), KindError, "truncate must be a pos"),
        (lambda: RNNCell(1, 1)("a"), KindError, "must be a sequence of numbers"),
    ],
)
def test_arguments_that_make_no_sense(call, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        call()


def test_truncation_leaves_the_given_state_in_the_graph() -> None:
    h = Value(0.25)
    outputs, _ = unroll(RNNCell(1, 1, seed=0), [[1.0], [2.0]], [h], truncate=2)
    outputs[-1][0].backward()
    assert h.grad != 0.0


def test_the_state_of_another_cell_is_refused() -> None:
    pair = ([0.0, 0.0], [0.0, 0.0])
    with pytest.raises(KindError, match=r"GRUCell 1→2 is a list of numbers, not a list of lists"):
        GRUCell(1, 2)([1.0], pair)
    with pytest.raises(KindError, match="nonlinearity must be a name such as 'tanh', not 3"):
        RNNCell(1, 2, nonlinearity=3)  # type: ignore[arg-type]


class Pair(NamedTuple):
    h: Any
    c: Any


@pytest.mark.parametrize(
    "put",
    [
        lambda h: [h],
        lambda h: (h,),
        lambda h: {"h": h},
        lambda h: Pair(h, [h]),
        lambda h: np.array([h]),
        lambda h: [{"h": (np.array([[h]]),)}],
    ],
)
def test_truncation_cuts_states_of_every_structure(put) -> None:
    w = Value(2.0)
    state = put(w * w)
    cut = detached(state)
    assert type(cut) is type(state)
    todo, seen = [cut], 0
    while todo:
        part = todo.pop()
        if isinstance(part, Value):
            seen += 1
            assert (part.data, part.parents) == (4.0, ())
        else:
            todo += part.values() if isinstance(part, dict) else list(part)
    assert seen > 0
