"""The text of a program: BP1 to BP4 for a network, and nothing a user wrote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Value
from autograd import compile as compiled

X = np.random.default_rng(0).normal(size=(5, 3))
Y = np.random.default_rng(1).uniform(size=(5, 2))


def network(widths: Sequence[int], style: str) -> Any:
    """The quadratic cost of a sigmoid network: fused, op by op, or an `nn.MLP`."""
    model = nn.MLP(3, list(widths), activation="sigmoid", output_activation="sigmoid", seed=0)

    def neuron(n: Any, xs: Sequence[Any]) -> Any:
        if style == "dot":
            return ag.sigmoid(ag.dot(list(n.w), list(xs), n.b))
        if style == "after":
            return ag.sigmoid(sum(w * x for w, x in zip(n.w, xs, strict=True)) + n.b)
        return ag.sigmoid(sum((w * x for w, x in zip(n.w, xs, strict=True)), n.b))

    def cost(x: Any, y: Any) -> Any:
        out = x
        for layer in model.layers:
            out = [neuron(n, out) for n in layer.neurons]
        return 0.5 * ag.sum([(a - t) ** 2 for a, t in zip(out, y, strict=True)])

    def by_nn(x: Any, y: Any) -> Any:
        return nn.losses.quadratic(model(x), y)

    return by_nn if style == "nn" else cost


def text_of(f: Any, *args: Any, **settings: Any) -> str:
    return str(compiled(f, **settings).trace(*args).source)


def halves(text: str) -> tuple[list[str], list[str]]:
    """The statements of the forward and of the backward pass."""
    forward, _, backward = text.partition("# backward")
    lines = [[line.strip() for line in part.splitlines()] for part in (forward, backward)]
    return tuple([x for x in part if x and not x.startswith("#")] for part in lines)  # type: ignore[return-value]


STYLES = ("nn", "dot", "sum", "after")


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("depth", [2, 4])
def test_the_four_equations(style: str, depth: int) -> None:
    """BP1 to BP4 of document 001, layer by layer, in this order of dependence."""
    text = text_of(network([4] * (depth - 1) + [2], style), X, Y)
    forward, backward = halves(text)
    assert "W1 @ X1 + b1" in text
    where = -1
    for layer in range(1, depth + 1):
        before = "X1" if layer == 1 else f"A{layer - 1}"
        assert f"Z{layer} = W{layer} @ {before} + b{layer}" in forward
        assert f"A{layer} = sigmoid(Z{layer})" in forward
    for layer in range(depth, 0, -1):
        before = "X1" if layer == 1 else f"A{layer - 1}"
        slope = rf"dA{layer} \* (sigmoid_prime\(Z{layer}\)|A{layer} \* \(1(\.0)? - A{layer}\))"
        bp = [line for line in backward if re.fullmatch(rf"dZ{layer} = {slope}", line)]
        assert bp, f"BP1/BP2 of layer {layer} in\n{text}"
        at = backward.index(bp[0])
        assert at > where
        where = at
        for line in (f"dW{layer} = dZ{layer} @ {before}.T", f"db{layer} = dZ{layer}.sum(1)"):
            assert line in backward, f"{line} in\n{text}"
            assert backward.index(line) > at
        message = f"dA{layer - 1} = W{layer}.T @ dZ{layer}"
        assert (message in backward) == (layer > 1), text
    assert not any("take" in line or "add up" in line for line in backward)


@pytest.mark.parametrize("depth", [2, 4])
def test_the_same_text_in_every_style(depth: int) -> None:
    texts = {text_of(network([4] * (depth - 1) + [2], style), X, Y) for style in STYLES}
    assert len(texts) == 1, "\n\n".join(texts)


def test_a_network_has_few_statements_however_wide() -> None:
    counts = set()
    for width in (4, 16):
        program = compiled(network([width, width, 2], "sum")).trace(X, Y)
        counts.add(sum(map(len, halves(str(program.source)))))
    assert len(counts) == 1
    assert counts.pop() < 40


def test_an_argument_that_is_differentiated() -> None:
    text = text_of(network([4, 2], "dot"), X, Y, argnums=0)
    _, backward = halves(text)
    assert "dX1 = W1.T @ dZ1" in backward
    assert not any(line.startswith(("dW", "db")) for line in backward)


def test_the_source_prints_and_runs() -> None:
    program = compiled(network([4, 2], "nn"))
    program(X, Y)
    text = str(program.source)
    assert text.count("\n") > 5
    assert "<" not in text.split("\n")[0]
    assert max(map(len, text.splitlines())) < 160
    assert isinstance(program.source.code, str)
    compile(program.source.code, "<program>", "exec")


def test_one_example_has_a_source_too() -> None:
    w = Value(5.0)
    program = compiled(lambda x: (w * x - 1.0) ** 2 + ag.sin(x) / w)
    program(2.0)
    text = str(program.source)
    assert "sin" in text
    compile(program.source.code, "<program>", "exec")


def test_several_results_have_a_forward_text_only() -> None:
    program = compiled(lambda x: [ag.tanh(x), ag.exp(x)])
    program(np.ones(3))
    forward, _ = halves(str(program.source))
    assert any("tanh" in line for line in forward)


HOSTILE = (
    "'; import os; os._exit(1) #", '"""', "a\nraise SystemExit(3)\n", "\\", "{0}", "%s", "P", "np",
    "def bind(): pass", "λ → ∂", "x" * 500, "\0", "__import__('os')", "dZ1",
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("given", [1.5, np.array([1.5, 2.0])], ids=["one", "batch"])
def test_names_never_reach_the_source(name: str, given: Any) -> None:
    def build(label: str, function: str) -> tuple[str, str, Any, str]:
        w, b = Value(3.0, label=label), Value(0.5, label=label)
        w.note = label  # type: ignore[attr-defined]

        def f(x: Any, d: Any) -> Any:
            y = w * x
            y.label = label
            inner = Value(2.0, label=label)
            return ag.tanh(y + b) * inner * d[function]

        f.__name__ = f.__qualname__ = function
        f.__doc__ = function
        program = compiled(f)
        result = program.value_and_grad(given, {function: 0.5})
        return str(program.source), program.source.code, result, str(program.plan)

    text, code, result, plan = build(name, name)
    plain_text, plain_code, plain, plain_plan = build("", "f")
    assert halves(text) == halves(plain_text)
    assert code == plain_code
    assert plan == plain_plan
    assert result[0] == plain[0]
    assert result[1].tolist() == plain[1].tolist()


def test_keys_that_print_as_code() -> None:
    class Key:
        def __repr__(self) -> str:
            return "\\nraise SystemExit(3)\\n"

    program = compiled(lambda d: next(iter(d.values())) * 2.0)
    assert program({Key(): np.array([1.0, 2.0])}).tolist() == [2.0, 4.0]
    for text in (str(program.source), program.source.code, str(program.plan)):
        assert not any(line.startswith("raise") for line in text.splitlines())


def test_a_primitive_named_by_a_user_does_not_reach_the_source_unchecked() -> None:
    """A twin of a primitive under a hostile name: refused, or run as what it computes."""
    right = ag.PRIMITIVES["sin"]
    twin = type(right)(right._body, right._block, {})
    twin.name = twin.__name__ = "x); raise SystemExit(3)  #"
    for given in (1.5, np.array([1.5])):
        try:
            got = compiled(lambda x: twin(x))(given)
        except ag.AutogradError:
            continue
        np.testing.assert_allclose(got, np.sin(given))


def test_numbers_are_written_exactly() -> None:
    for c in (1.0 / 3.0, 1e-300, 5e-324, 1.7976931348623157e308, -0.0, 0.1 + 0.2, 1e22):
        for given in (1.25, np.array([1.25])):
            got = compiled(lambda x, c=c: ag.atan2(x * c, c) + ag.maximum(c, x * c))(given)
            want = float(ag.atan2(1.25 * c, c) + ag.maximum(c, 1.25 * c))
            np.testing.assert_allclose(got, want, rtol=1e-15, atol=0.0)
