"""`to_javascript`: a graph for a page, with what every node and wire carries.

Every primitive at the edges of IEEE 754 is tried in a browser: tests/viz/browser/test_arithmetic.
"""

from __future__ import annotations

import json
import math
import subprocess
from typing import Any

import pytest
from autograd_support import assert_close
from file_support import NODE

import autograd as ag
import nn
from autograd import Graph, Value, to_javascript


def computed(graph: Graph, changes: dict[int, float] | None = None) -> dict[str, Any]:
    """The values and what the backward pass gives, in Node, with the leaves as they are."""
    if NODE is None:
        pytest.skip("no Node")
    given = {i: graph.values[i].data for i in graph.leaves} | (changes or {})
    script = f"""{to_javascript(graph)}
    const all = numbers();
    for (const [i, x] of {json.dumps(list(given.items()))}) all[i] = x;
    forward(all);
    console.log(JSON.stringify({{ values: [...all], ...backward(all) }}));"""
    done = subprocess.run([NODE], input=script, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def assert_as_the_engine(root: Value) -> None:
    graph = Graph.of(root)
    found = computed(graph)
    for i, value in graph.values.items():
        assert_close(found["values"][i], value.data, what=f"v{i}")
        for wire in graph.wires(i):
            assert_close(found["locals"][i][wire.slot], wire.local, what=f"{wire}")
    gradients = {i: x for i, x in enumerate(found["gradients"]) if x is not None}
    expected = graph.gradients()
    assert gradients.keys() == expected.keys()
    for i, x in expected.items():
        assert_close(gradients[i], x, what=f"gradient of v{i}")
    for sent in graph.messages():
        assert any(m == pytest.approx(sent.message) for m in found["messages"][sent.sender])


def test_a_neuron_and_one_operand_used_twice() -> None:
    w, x = Value(2.0), Value(-1.0)
    z = w * x + 0.5
    assert_as_the_engine(0.5 * (ag.sigmoid(z) - z * z * w) ** 2)


def test_models() -> None:
    model = nn.MLP(3, [4, 4, 1], activation="tanh", seed=1)
    assert_as_the_engine((model([2.0, 3.0, -1.0]) - 1.0) ** 2)
    logits = nn.MLP(2, [5, 3], activation="relu", seed=2)([0.5, -1.5])
    assert_as_the_engine(-ag.log(ag.softmax(logits)[1]))


def test_a_branch_that_was_not_taken_is_sent_nothing() -> None:
    x = Value(0.0)
    graph = Graph.of(ag.where(x > 0.0, ag.log(x), 3.0 * x))
    (log,) = (i for i, name in graph.made.items() if name == "log")
    found = computed(graph)
    assert found["gradients"][log] is None
    assert found["gradients"][1] == 3.0


def test_other_numbers_of_the_leaves() -> None:
    w, x = Value(2.0), Value(3.0)
    found = computed(Graph.of(w * x), {1: -4.0})
    assert found["values"][3] == -12.0
    assert found["gradients"][1:] == [3.0, -4.0, 1.0]


def test_numbers_of_a_traced_graph_begin_with_0() -> None:
    program = ag.compile(lambda x: 2.0 * x).trace(1.0)
    assert "[1, 0, [2, 0]]" in to_javascript(program.graph)


def test_constants_keep_their_sign_and_infinities() -> None:
    x = Value(1.0)
    text = to_javascript(Graph.of(ag.atan2(-0.0, x) + x * math.inf + ag.atan2(0.0, x)))
    assert "all.set([(-0.0), Infinity, 0.0], 7)" in text


def test_each_operation_is_written_once() -> None:
    x = Value(0.5)
    for _ in range(50):
        x = ag.tanh(x * x)
    assert to_javascript(Graph.of(x)).count("value:") == 2


def test_a_node_made_by_hand_has_no_formula() -> None:
    with pytest.raises(ag.GraphError, match="a node made by hand"):
        to_javascript(Graph.of(Value(6.0, (Value(2.0),), (3.0,)) * 2.0))


def test_labels_do_not_come_into_it() -> None:
    x = Value(1.0, label="</script><script>alert(1)</script>")
    assert "alert" not in to_javascript(Graph.of(x * x))
