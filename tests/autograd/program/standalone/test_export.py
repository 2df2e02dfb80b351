"""`program.export`: names, layouts, several outputs, batches, indices, hostile labels, errors."""

from __future__ import annotations

import ctypes
import importlib.util
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from file_support import CC, FLAGS, NODE

import autograd as ag
import nn
from autograd import Unary, Value, define
from autograd import compile as compiled

W, B = Value(2.0, label="w"), Value(-1.0, label="b")


def module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location("exported", path)
    assert spec
    assert spec.loader
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def library(path: Path) -> Any:
    if CC is None:
        pytest.skip("no C compiler")
    subprocess.run([CC, *FLAGS, "-shared", "-fPIC", path, "-o", path.with_suffix(".so"), "-lm"],
                   check=True)  # fmt: skip
    return ctypes.CDLL(str(path.with_suffix(".so")))


def doubles(xs: Any) -> Any:
    return (ctypes.c_double * len(xs))(*xs)


def node(script: str, path: Path) -> Any:
    if NODE is None:
        pytest.skip("no Node")
    path.rename(path.with_suffix(".mjs"))
    text = f"import * as m from '{path.with_suffix('.mjs')}'; console.log(JSON.stringify({script}))"
    command = [NODE, "--input-type=module", "-e", text]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def two(x: Any, y: Any) -> Any:
    return [W * x[0] + x[1] * y, ag.tanh(W * B * y), 3.0]


def jacobian_of_two(x: list[float], y: float) -> Any:
    found = [ag.grad(lambda w, b, i=i: _two(w, b, x, y)[i], (0, 1))(W.data, B.data) for i in (0, 1)]
    return [*map(list, found), [0.0, 0.0]]


def _two(w: Any, b: Any, x: Any, y: Any) -> Any:
    return [w * x[0] + x[1] * y, ag.tanh(w * b * y)]


POINT = ([0.5, -2.0], 0.25)
FLAT = [0.5, -2.0, 0.25]


def test_several_outputs_and_their_jacobian(tmp_path: Path) -> None:
    program = compiled(two).trace(*POINT)
    values, rows = program(*POINT), jacobian_of_two(*POINT)
    order = [program.parameters.index(p) for p in (W, B)]
    theta = [p.data for p in program.parameters]
    for straight in (False, True):
        file = module(program.export(tmp_path / "f.py", jacobian=True, straight=straight))
        np.testing.assert_allclose(file.value(FLAT), values, rtol=1e-14)
        np.testing.assert_allclose(np.array(file.jacobian(FLAT))[:, order], rows, rtol=1e-14)
        assert not hasattr(file, "value_and_grad")
    found = node("[m.value([0.5, -2, 0.25]), m.jacobian([0.5, -2, 0.25])]",
                 program.export(tmp_path / "f.js", jacobian=True))  # fmt: skip
    np.testing.assert_allclose(found[0], values, rtol=1e-14)
    np.testing.assert_allclose(np.array(found[1])[:, order], rows, rtol=1e-14)
    so = library(program.export(tmp_path / "f.c", jacobian=True))
    out, table = doubles([0.0] * 3), doubles([0.0] * 6)
    so.two_values(doubles(FLAT), doubles(theta), out)
    np.testing.assert_allclose(list(out), values, rtol=1e-14)
    so.two_jacobian(doubles(FLAT), doubles(theta), out, table)
    np.testing.assert_allclose(np.reshape(list(table), (3, 2))[:, order], rows, rtol=1e-14)
    kept = (ctypes.c_double * 2).in_dll(so, "two_parameters")
    assert list(kept) == theta


def test_batches_of_arrays(tmp_path: Path) -> None:
    model = nn.MLP(3, [4, 1], seed=0)
    x, y = np.random.default_rng(0).normal(size=(6, 3)), np.linspace(-1.0, 1.0, 6)

    def loss(x: Any, y: Any) -> Any:
        return (model(list(x)) - y) ** 2

    table = np.column_stack([x, y])
    for reduce in ("mean", "sum", None):
        program = compiled(loss, reduce=reduce)
        value, gradient = program.value_and_grad(x, y)
        file = module(program.export(tmp_path / "f.py", jacobian=True))
        for got, want in zip(file.value_and_grad(table), (value, gradient), strict=True):
            np.testing.assert_allclose(got, want, rtol=1e-12)
        np.testing.assert_allclose(file.value(table), program(x, y), rtol=1e-13)
        one = file.value_and_grad(table[0])
        np.testing.assert_allclose(one[0], program(x, y)[0], rtol=1e-13)
        np.testing.assert_allclose(file.jacobian(table)[0, 0], one[1], rtol=1e-12)
        np.testing.assert_allclose(file.jacobian(table[0])[0], one[1], rtol=1e-12)
    for wrong in (table[:0], table[:, :3], table[0, :3], table[None]):
        with pytest.raises(ValueError, match=r"give 4 inputs for each example, and 21 parameters"):
            file.value(wrong)
    by_inputs = compiled(loss, argnums=0, reduce=None)
    want = by_inputs.grad(x, y)
    file = module(by_inputs.export(tmp_path / "f.py"))
    np.testing.assert_allclose(file.value_and_grad(table)[1], want, rtol=1e-12)
    by_default = module(compiled(loss, argnums=0).trace(x, y).export(tmp_path / "f.py"))
    np.testing.assert_allclose(by_default.value_and_grad(table)[1], want, rtol=1e-12)


def test_a_traced_batch_is_one_example_in_c(tmp_path: Path) -> None:
    program = compiled(lambda x, s: W * x[0] * x[1] + s[0]).trace(np.ones((5, 2)), [3.0])
    so = library(program.export(tmp_path / "f.c"))
    so.f_value.restype = ctypes.c_double
    assert so.f_value(doubles([3.0, 4.0, 5.0]), doubles([2.0])) == 29.0


ROWS = [Value(float(i), label=f"row{i}") for i in range(4)]


@pytest.mark.parametrize("straight", [False, True])
def test_an_index_comes_in_as_a_number(tmp_path: Path, straight: bool) -> None:
    program = compiled(lambda i, x: ag.take(ROWS, i) * x).trace(2, 0.5)
    path = program.export(tmp_path / "f.py", straight=straight)
    text = path.read_text()
    assert "inputs[0]: i (a whole number from 0; any other gives nan)" in text
    file = module(path)
    for i in range(4):
        value, gradient = file.value_and_grad([float(i), 0.5])
        assert value == i * 0.5
        names = [f"row{k}" for k in range(4)]
        assert dict(zip(file.NAMES, gradient, strict=True)) == {
            name: 0.5 * (name == f"row{i}") for name in names
        }
    for wrong in (-1.0, 4.0, 1.5, float("nan")):
        value, gradient = file.value_and_grad([wrong, 0.5])
        assert value != value
        assert [*gradient] == [0.0] * 4
    if not straight:
        table = np.array([[1.0, 2.0], [3.0, 4.0], [9.0, 1.0]])
        np.testing.assert_array_equal(file.value(table), [2.0, 12.0, np.nan])


def test_an_index_out_of_range_in_c(tmp_path: Path) -> None:
    program = compiled(lambda i: ag.take(ROWS, i)).trace(2)
    so = library(program.export(tmp_path / "f.c"))
    so.f_value.restype = ctypes.c_double
    theta = doubles([p.data for p in program.parameters])
    assert [so.f_value(doubles([i]), theta) for i in (0.0, 3.0)] == [0.0, 3.0]
    assert all(np.isnan(so.f_value(doubles([i]), theta)) for i in (4.0, -1.0, 0.5))


# Names


def test_names_are_labels_and_arguments(tmp_path: Path) -> None:
    model = nn.MLP(2, [2, 1], seed=0)

    def loss(x: Any, target: Any, *, scale: float) -> Any:
        return (model(x["a"]) - target[0][0]) ** 2 * scale

    program = compiled(loss, batched=False).trace({"a": [1.0, 2.0]}, np.ones((1, 2)), scale=2.0)
    text = program.export(tmp_path / "f.c").read_text()
    assert "loss: 1 number" in text
    for name in ("x_a_0", "x_a_1", "target_0_0", "scale", "layer1_neuron2_w_0", "layer2_neuron1_b"):
        assert f"const double {name} = " in text
    assert " * inputs[0..1]: x_a_0, x_a_1\n * inputs[2..3]: target_0_0, target_0_1" in text
    library(tmp_path / "f.c")


HOSTILE = (
    "*/ int main(void) { return 7; } /*", "\n#error x\n", "\\", "??/", '"""\nraise SystemExit(3)',
    "// x\u2028 alert(1)", "${1}", "if", "double", "exp", "Math", "inputs", "t1", "v3", "dv3", "w",
    "w", "dw", "", "2", "θ", "λ₁", "w" * 300, "__proto__", "\0", "None", "y1", "constructor", "nan",
    "INFINITY", "value", "_", "a.b[0]", "a_b_0", "{0}", "é", "ª", "𝟙", "abs", "M_PI", "M_PI",
    "linux", "bool", "nullptr",
)  # fmt: skip


@pytest.mark.parametrize("standard", ["c99", "gnu17", "gnu2x"])
def test_labels_that_are_words_of_a_later_c(tmp_path: Path, standard: str) -> None:
    if CC is None:
        pytest.skip("no C compiler")
    parameters = [Value(1.0, label=text) for text in HOSTILE]
    program = compiled(lambda x: ag.sum([p * x for p in parameters])).trace(0.5)
    path = program.export(tmp_path / "f.c")
    subprocess.run([CC, f"-std={standard}", "-c", path, "-o", tmp_path / "f.o"], check=True)


def test_a_label_that_is_a_function_of_python(tmp_path: Path) -> None:
    size = Value(-2.0, label="abs")
    program = compiled(lambda x: ag.abs(size) * x).trace(0.5)
    assert module(program.export(tmp_path / "f.py", straight=True)).value([0.5]) == 1.0


def test_hostile_labels(tmp_path: Path) -> None:
    """Nothing of a label but letters, digits and _ is in a file, and all names differ."""
    parameters = [Value(float(i), label=text) for i, text in enumerate(HOSTILE, start=1)]
    program = compiled(lambda x: ag.sum([p * x * p for p in parameters])).trace(0.5)
    theta = [p.data for p in program.parameters]
    slopes = [2.0 * p * 0.5 for p in theta]
    for straight in (False, True):
        path = program.export(tmp_path / "f.py", straight=straight)
        value, gradient = module(path).value_and_grad([0.5])
        assert value == 0.5 * sum(p * p for p in theta)
        assert [*gradient] == slopes
        assert path.read_text().isascii()
    path = program.export(tmp_path / "f.js")
    assert path.read_text().isascii()
    found = node("[m.valueAndGrad([0.5]), m.NAMES]", path)
    assert found[0]["gradient"] == slopes
    assert len(set(found[1])) == len(HOSTILE)
    assert all(re.fullmatch(r"[A-Za-z]\w{0,55}", name) for name in found[1])
    path = program.export(tmp_path / "f.c")
    assert path.read_text().isascii()
    so = library(path)
    out = doubles([0.0] * len(theta))
    so.f_value_and_gradient(doubles([0.5]), doubles(theta), out)
    assert list(out) == slopes


@pytest.mark.parametrize(
    "name",
    [
        "np",
        "math",
        "value",
        "P",
        "X1",
        "n",
        "rows",
        "table",
        "Z1",
        "t1",
        "λ",
        "print",
        "float",
        "x",
        "xs",
        "parameters",
        "columns",
    ],
)
def test_primitives_with_names_that_a_file_might_have(tmp_path: Path, name: str) -> None:
    def body(x: float) -> float:
        return x * x

    body.__name__ = name
    f = define(Unary, arrays=lambda x: x * x, local=lambda out, x: 2.0 * x)(body)
    try:
        program = compiled(lambda x: ag.tanh(f(W * x)) + f(f(x))).trace(0.5)
        want = program.value_and_grad(0.5)
        for straight in (False, True):
            file = module(program.export(tmp_path / "f.py", straight=straight))
            got = file.value_and_grad([0.5])
            np.testing.assert_allclose([got[0], *got[1]], [want[0], *want[1]], rtol=1e-14)
    finally:
        del ag.PRIMITIVES[name]


def test_the_comment_groups_numbered_names(tmp_path: Path) -> None:
    """w0, w1, ...; an index of take stands alone."""
    weights = [Value(1.0, label=f"w{i}") for i in range(12)]

    def f(x_0: Any, x_1: Any) -> Any:
        return ag.take(weights, x_0) * x_1

    text = compiled(f).trace(2, 0.5).export(tmp_path / "f.py").read_text()
    assert "inputs[0]: x_0 (a whole number from 0; any other gives nan)\n" in text
    assert "inputs[1]: x_1\nparameters[0..11]: w0, w1, ..., w11\n" in text
    assert "\nINPUTS = ['x_0', 'x_1']\n" in text


# Errors


def test_suffixes(tmp_path: Path) -> None:
    program = compiled(lambda x: W * x).trace(1.0)
    for path, given in (("f.cpp", "'.cpp'"), ("f", "no suffix"), ("f.", "no suffix")):
        with pytest.raises(ag.ArgumentError, match=rf"\(\.c\).*\(\.py\).*\(\.js\).*{given}"):
            program.export(tmp_path / path)
    assert not list(tmp_path.iterdir())
    assert program.export(str(tmp_path / "new" / "F.C")) == tmp_path / "new" / "F.C"
    program.export(tmp_path / "f.c", name="first")
    assert "first_value" in program.export(tmp_path / "f.c", name="first").read_text()
    assert "first_value" not in program.export(tmp_path / "f.c").read_text()


def test_what_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ag.GraphError, match="nothing has been traced yet"):
        compiled(lambda x: x).export(tmp_path / "f.c")
    program = compiled(lambda x: W * x).trace(1.0)
    for name in ("2x", "a b", "*/", "λ", "", 3):
        with pytest.raises(ag.ArgumentError, match="name= is what the functions of C begin with"):
            program.export(tmp_path / "f.c", name=name)  # type: ignore[arg-type]
    with pytest.raises(ag.ArgumentError, match="a Jacobian needs something to differentiate by"):
        compiled(lambda x: x * x).trace(1.0).export(tmp_path / "f.c", jacobian=True)
    with pytest.raises(ag.ArgumentError, match="is an index of take, which has no gradient"):
        compiled(lambda i: ag.take(ROWS, i), argnums=0).trace(1).export(tmp_path / "f.c")
    with pytest.raises(ag.ArgumentError, match="everything=True is for JavaScript"):
        program.export(tmp_path / "f.c", everything=True)
    with pytest.raises(OSError, match=r"Not a directory|File exists"):
        program.export(Path(__file__) / "f.c")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", [".c", ".js", ".py"])
def test_a_primitive_that_is_no_formula(tmp_path: Path, suffix: str) -> None:
    @define(Unary, arrays=np.vectorize(lambda x: 1.0 if x > 2 else x), local=lambda out, x: 1.0)
    def opaque(x: float) -> float:
        return 1.0 if x > 2 else x

    try:
        program = compiled(lambda x: opaque(W * x)).trace(1.0)
        with pytest.raises(ag.GraphError, match=r"primitive opaque is no formula.*elementary="):
            program.export(tmp_path / f"f{suffix}")
        assert not list(tmp_path.iterdir())
    finally:
        del ag.PRIMITIVES["opaque"]


# JavaScript for pages


@pytest.mark.parametrize("n", [3, 300])
def test_everything_by_number(tmp_path: Path, n: int) -> None:
    def f(x: Any, w: Any) -> Any:
        for i in range(n):
            x = ag.tanh(w * x + 0.125 * i) if i % 3 else ag.where(x > 0.0, x * w, x)
        return x

    program = compiled(lambda x: f(x, W)).trace(0.5)
    x = Value(0.5)
    out = f(x, W)
    out.backward()
    found = node("m.everything([0.5])", program.export(tmp_path / "f.js", everything=True))
    graph = program.graph
    assert len(found["values"]) == len(found["gradients"]) == len(graph)
    v = graph.outputs[0]
    assert found["values"][v] == pytest.approx(out.data, rel=1e-14)
    assert found["gradients"][v] == 1.0
    by_leaf = {"p0": W.grad, "x0": x.grad}
    for leaf in graph.leaves:
        want = by_leaf[graph.labels[leaf]]
        assert found["gradients"][leaf] == pytest.approx(want, rel=1e-12)
    W.zero_grad()


def test_nothing_to_differentiate_by(tmp_path: Path) -> None:
    program = compiled(lambda x, unused: x * x).trace(3.0, 4.0)
    assert module(program.export(tmp_path / "f.py")).value([3.0, 4.0]) == 9.0
    so = library(program.export(tmp_path / "f.c"))
    assert not hasattr(so, "f_value_and_gradient")
    constant = compiled(lambda x: 5.0, argnums=0).trace(1.0)
    for straight in (False, True):
        file = module(constant.export(tmp_path / "f.py", straight=straight, jacobian=True))
        value, gradient = file.value_and_grad([1.0])
        assert (float(value), [*gradient]) == (5.0, [0.0])
        assert np.shape(file.jacobian([1.0])) == (1, 1)
    library(constant.export(tmp_path / "f.c", jacobian=True))


@pytest.mark.parametrize("suffix", [".c", ".js"])
def test_a_long_function_is_cut_into_pieces(tmp_path: Path, suffix: str) -> None:
    """GCC takes quadratic time for a long one. Names of the pieces are nobody else's."""
    given = [
        Value(0.5 + 0.1 * i, label=text) for i, text in enumerate(("w", "kept", "f_value_part1"))
    ]

    def f(x: Any) -> Any:
        for i in range(300):
            x = ag.sin(given[i % 3] * x + 0.01 * i) if i % 4 else ag.where(x > 0.1, x, x * given[1])
        return x

    program = compiled(f).trace(0.3)
    want = program.value_and_grad(0.3)
    path = program.export(tmp_path / f"f{suffix}")
    text = path.read_text()
    bodies = re.split(r"\n}\n", text)
    assert max(map(len, map(str.splitlines, bodies))) < 1000
    if suffix == ".c":
        so, gradient = library(path), doubles([0.0] * 3)
        so.f_value_and_gradient.restype = ctypes.c_double
        theta = doubles([p.data for p in program.parameters])
        got = so.f_value_and_gradient(doubles([0.3]), theta, gradient), list(gradient)
    else:
        found = node("m.valueAndGrad([0.3])", path)
        got = found["value"], found["gradient"]
    np.testing.assert_allclose([got[0], *got[1]], [want[0], *want[1]], rtol=1e-11)
