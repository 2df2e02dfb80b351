"""The printed text is complete: executed as it stands, it gives the program's own numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from autograd_support import sample
from program_support import example
from registry import COUNTS, variants

import autograd as ag
import nn
from autograd import Value
from autograd import compile as compiled

RNG = np.random.default_rng(1)
X = RNG.normal(size=(4, 3))
Y = RNG.normal(size=(4, 2))
LABELS = np.array([0, 2, 1, 1])
P = [Value(0.4 * i - 1.3) for i in range(12)]
Case = tuple[Callable[..., Any], list[Any]]


def columns(array: Any, batched: bool) -> Any:
    """An argument as the text has it: a row for each number, a column for each example."""
    array = np.asarray(array)
    return array.reshape(len(array), -1).T if batched else array.reshape(-1, 1)


def executed(program: Any, args: Sequence[Any], *, per_example: bool) -> dict[str, Any]:
    """The names that the text defines, from those it is promised and from nothing else."""
    examples = next((len(a) for a in args if isinstance(a, np.ndarray)), 1)
    names: dict[str, Any] = {"np": np, "n": examples}
    if program.parameters:
        names["P"] = np.array([p.data for p in program.parameters])[:, None]
    for number, a in enumerate(args, start=1):
        found = columns(a, isinstance(a, np.ndarray))
        names[f"X{number}"] = (
            np.broadcast_to(found, (len(found), examples)) if per_example else found
        )
    text = str(program.source)
    allowed = {"np", "n", "P", *(f"X{i + 1}" for i in range(len(args)))}
    assert set(names) <= allowed
    with np.errstate(all="ignore"):
        exec(compile(text, "<printed>", "exec"), names)
    return names


def assert_same(got: Any, want: Any, text: str) -> None:
    want = np.asarray(want, float)
    got = np.broadcast_to(np.asarray(got, float), want.shape)
    np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-9, err_msg=text)


def check(f: Callable[..., Any], args: Sequence[Any]) -> None:
    """The gradient of the parameters, and of each argument of floats, by every reduction."""
    floats = [i for i, a in enumerate(args) if np.asarray(a).dtype.kind == "f"]
    for reduce in ("mean", "sum", None):
        for argnums in (None, *floats):
            program = compiled(f, reduce=reduce, argnums=argnums).trace(*args)
            if argnums is None and not program.parameters:
                continue
            _, gradient = program.value_and_grad(*args)
            per_example = reduce is None
            names = executed(program, args, per_example=per_example)
            text = str(program.source)
            if argnums is None:
                gradient = np.asarray(gradient)
                assert_same(names["dP"], gradient.T if per_example else gradient[:, None], text)
            else:
                batched = isinstance(args[argnums], np.ndarray) or per_example
                assert_same(names[f"dX{argnums + 1}"], columns(gradient, batched), text)
            _assert_value(names, program, program(*args), text)
            if argnums is None:
                _assert_grids(names, program, text)


def _assert_grids(names: dict[str, Any], program: Any, text: str) -> None:
    """Every array holds the values that its grid tells, for the first example and the last."""
    graph, grids = program.graph, program.source.grids
    for column in (0, -1):
        values: dict[int, float] = {}
        for leaf, (block, element) in enumerate(graph.origins):
            given = names["P"] if block < 0 else names[program.source.statements.leaves[block].name]
            values[leaf] = float(np.asarray(given)[element, column])
        for i, (primitive, operands) in graph.computed.items():
            read = (x if isinstance(x, float) else values[x] for x in operands)
            values[i] = float(primitive.number(*read))
        for name, grid in grids.items():
            found = np.asarray(names[name]).reshape(grid.size, -1)[:, column]
            pairs = zip(grid.ravel().tolist(), found, strict=True)
            inside = [(values[v], x) for v, x in pairs if v in values]
            assert_same(*np.transpose(inside or [(0.0, 0.0)])[::-1], text)


def _assert_value(names: dict[str, Any], program: Any, want: Any, text: str) -> None:
    ((array, row),) = program.source.statements.outputs
    found = names[array.name]
    assert_same(np.asarray(found)[row], want, text)


def mlp(activation: Any = "tanh", output: Any = None, widths: Sequence[int] = (4, 2)) -> Any:
    return nn.MLP(3, list(widths), activation=activation, output_activation=output, seed=1)


def loss_of(model: Any, loss: Any = nn.losses.quadratic) -> Callable[..., Any]:
    return lambda x, y: loss(model(x), y)


def heston(path: Any) -> Any:
    """A price by Euler steps, with the variance kept above 0."""
    kappa, theta, xi, rho, spot = P[0] * 0.1 + 2.0, P[7], P[8], -0.7, P[11] + 2.0
    log_price, variance = ag.log(spot), 0.04 + 0.0 * path[0]
    for step in range(3):
        z, w = path[step], path[step + 3]
        above = ag.maximum(variance, 0.0)
        root = ag.sqrt(above * 0.25)
        log_price = log_price - 0.5 * above * 0.25 + root * z
        variance = variance + kappa * (theta - above) * 0.25 + xi * root * (
            rho * z + math.sqrt(1.0 - rho * rho) * w)  # fmt: skip
    return ag.where(log_price > 0.0, ag.exp(log_price) - 1.0, 0.0)


def euler(x: Any) -> Any:
    """The gradient of x starts with the seed itself, and is added to."""
    for _ in range(3):
        x = [a + 0.1 * (P[0] * ag.sin(a) - P[1] * a) for a in x]
    return x[0]


def moons(model: Any) -> Callable[..., Any]:
    def loss(x: Any, y: Any) -> Any:
        score = model(list(x))
        return (1.0 + -y * score).relu() + 1e-4 * sum(p * p for p in model.parameters())

    return loss


def unrolled(cell: Any, every: bool) -> Callable[..., Any]:
    def f(xs: Any) -> Any:
        outputs, _ = nn.unroll(cell, [list(x) for x in xs])
        if every:
            return ag.mean([h * h for row in outputs for h in row])
        return ag.dot([1.0, -2.0, 0.5], list(outputs[-1]))

    return f


SEQUENCES = RNG.normal(size=(3, 2, 2))
SIX = RNG.normal(size=(3, 6))
TABLE = [P[3 * i : 3 * i + 3] for i in range(4)]
LEAKY = {"leaky_relu": lambda z: ag.leaky_relu(z, slope=0.3), "elu": lambda z: ag.elu(z, alpha=0.7),
         "clip": lambda z: ag.clip(z, -0.4, 0.6)}  # fmt: skip
CELLS = {"RNN": nn.RNNCell(2, 3, seed=0), "LSTM": nn.LSTMCell(2, 3, seed=0),
         "GRU": nn.GRUCell(2, 3, seed=0), "RNN relu": nn.RNNCell(2, 3, nonlinearity="relu", seed=0),
         "LSTM without bias": nn.LSTMCell(2, 3, bias=False, seed=0)}  # fmt: skip
TARGETS: dict[str, Any] = {
    "hinge": np.where(RNG.normal(size=(4, 3)) > 0.0, 1.0, -1.0),
    "binary_cross_entropy": np.eye(3)[LABELS],
    "binary_cross_entropy_with_logits": np.eye(3)[LABELS],
    "categorical_cross_entropy": LABELS,
    "cross_entropy": LABELS,
    "nll": LABELS,
}
SQUASHED = {"binary_cross_entropy": lambda z: [ag.sigmoid(v) for v in z],
            "categorical_cross_entropy": ag.softmax, "nll": ag.log_softmax,
            "gaussian_nll": lambda z: [*z, *(ag.exp(v) for v in z)]}  # fmt: skip


def a_loss(name: str) -> Case:
    model = mlp("tanh", None, (4, 3))
    squash: Any = SQUASHED.get(name, list)
    target = TARGETS.get(name, RNG.normal(size=(4, 3)))
    return lambda x, y: nn.losses.LOSSES[name](squash(model(x)), y), [X, target]


CASES: dict[str, Case] = {
    **{f"an MLP of {a}": (loss_of(mlp(a)), [X, Y])
       for a in sorted(nn.activations.ACTIVATIONS) if a != "softmax"},
    **{f"an output of {a}": (loss_of(mlp("tanh", a)), [X, Y])
       for a in sorted(nn.activations.ACTIVATIONS)},
    **{f"constants of {name}": (loss_of(mlp(a)), [X, Y]) for name, a in LEAKY.items()},
    **{f"the loss {name}": a_loss(name) for name in sorted(nn.losses.LOSSES)},
    **{f"{name}, every={every}": (unrolled(cell, every), [SEQUENCES])
       for name, cell in CELLS.items() for every in (False, True)},
    "a Heston price": (heston, [0.1 * SIX]),
    "moons": (moons(nn.MLP(3, [4, 4, 1], seed=3)), [X, np.array([1.0, -1.0, -1.0, 1.0])]),
    "one layer": (loss_of(mlp(None, None, (2,))), [X, Y]),
    "a shared argument": (lambda x, s: s[0] * ag.tanh(x[0] * P[0]) + s[1], [X, [0.5, 2.0]]),
    "the same for all examples": (lambda x: P[0] * P[1] + ag.exp(P[2]), [X]),
    "a parameter": (lambda x: P[0], [X]),
    "an argument": (lambda x: x[1], [X]),
    "a parameter of a few": (lambda x, i: ag.take([P[7], P[2], P[2], P[5]], i) * x[0], [X, LABELS]),
    "a row": (lambda x, i: ag.dot(ag.take(TABLE, i), list(x)), [X, LABELS]),
    "of several places": (lambda x, i: ag.take([x[0], P[0], ag.exp(x[1])], i) * P[1], [X, LABELS]),
    "of a log": (lambda x, i: ag.take([x[0], x[1], ag.log(x[2] ** 2)], i) * P[1], [X, LABELS]),
    "a choice": (lambda x: ag.where(x[0] > P[5], ag.log(x[1] ** 2) * P[1], x[2] * P[2]), [X]),
    "a choice of sums": (
        lambda x: ag.where((x[0] > 0.0) & (x[1] < P[8]), ag.dot(P[:3], list(x)), P[4]), [X]),
    "a truth as a number": (lambda x: (x[0] > 0.0) * P[1] - (x[1] <= 0.0) * x[2], [X]),
    "a convolution": (
        lambda x: ag.sum([ag.tanh(ag.dot(P[:3], list(x[i : i + 3]))) for i in range(4)]), [SIX]),
    "circular": (lambda x: ag.sum([ag.tanh(ag.dot(P[:3], [x[(i + j) % 6] for j in range(3)]))
                                   for i in range(6)]), [SIX]),
    "rows in reverse": (lambda x: ag.sum([ag.sin(a * b) for a, b in
                                          zip(P[5::-1], x, strict=True)]), [SIX]),
    "outer": (lambda x: ag.sum([ag.sin(a * b) for a in P[:4] for b in x]), [SIX]),
    "repeated": (lambda x: ag.sum([ag.sin(a * b) for a in (P[0], P[0], P[3]) for b in
                                   (x[1], x[1], x[0])]), [SIX]),
    "all pairs": (lambda x: ag.sum([ag.atan2(a, b) for a in x for b in x]), [SIX]),
    "softmax": (lambda x: ag.dot([1.0, -2.0, 0.5], ag.softmax([a + b for a, b in
                                                             zip(x, P, strict=False)])), [X]),
    "logsumexp of several": (lambda x: ag.logsumexp([x[0], P[0], ag.sin(x[1]), 0.25]), [X]),
    "norm of several": (lambda x: ag.norm([x[0], P[0], ag.sin(x[1]), 0.25]) * P[1], [X]),
    "prod": (lambda x: ag.prod([*x, P[0], P[1]]) + ag.prod(P[:4]) + ag.prod(list(x)), [X]),
    "a polynomial": (lambda x: sum(p * x[0] ** i for i, p in enumerate(P[:6])), [X]),
    "log of a sigmoid": (lambda x: ag.log(ag.sigmoid(x[0] * P[0])), [X]),
    "infinite constants": (lambda x: ag.minimum(x[0], math.inf) * P[0], [X]),
    "a constant base": (lambda x: 2.0 ** (P[0] * x[0]) + (x[1] ** 2 + 0.1) ** P[1], [X]),
    "Euler steps": (euler, [X]),
    "signs": (lambda x: x[0] - x[1] - (x[2] - P[1]) + (-(x[1] - P[0] * x[0])) - 2.0 * x[0], [X]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_printed_gives_what_runs(name: str) -> None:
    check(*CASES[name])


def primitives() -> list[Any]:
    return [v for v in variants() if v.values[0].name not in ("where",)]


@pytest.mark.parametrize(("primitive", "constants"), primitives())
def test_every_primitive(primitive: Any, constants: dict[str, Any]) -> None:
    bound = primitive.bind(**constants) if constants else primitive
    if primitive.arity is None:
        n = COUNTS.get(primitive.name, (3,))[-1]
        xs = RNG.uniform(0.5, 1.5, size=(3, n))
        check(lambda x: bound(list(x)) * P[5], [xs])
        return
    inside = [
        [v for v in sample(domain) if abs(v) < 20.0 and all(abs(v - end) > 1e-3 for end in domain)]
        for domain in primitive.domain
    ]  # at the ends a textbook's slopes, such as 1/√(x² − 1), lose digits
    xs = np.array([RNG.choice(values, 4) for values in inside]).T
    check(lambda x: bound(*x) * P[5], [xs])


def test_primitives_of_users(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read by their rules, or called by their names, which the text looks up."""
    for name in ("bump", "sign_of", "energy"):
        monkeypatch.setitem(ag.PRIMITIVES, name, None)  # what is defined here goes when it ends
        del ag.PRIMITIVES[name]

    @ag.define(ag.Unary, symbol="bump", latex="b({0})", arrays=lambda x: x / (1.0 + x * x),
            local=lambda out, x: (1.0 - x * x) / ((1.0 + x * x) * (1.0 + x * x)))  # fmt: skip
    def bump(x: float) -> float:
        return x / (1.0 + x * x)

    @ag.define(ag.Unary, arrays=np.vectorize(lambda x: x * x if x > 0 else x),
            local=lambda out, x: ag.where(x > 0.0, 2.0 * x, 1.0))  # fmt: skip
    def sign_of(x: float) -> float:
        return x * x if x > 0 else x

    @ag.define(ag.Nary, local=lambda out, xs: [2.0 * x for x in xs],
            arrays=lambda xs, axis=None: np.sum(xs * xs, axis=axis))  # fmt: skip
    def energy(xs: Sequence[float]) -> float:
        return sum(x * x for x in xs)

    def f(x: Any) -> Any:
        return bump(P[0] * x[0]) + sign_of(P[1] * x[1]) + energy([*x, P[2], P[1] * x[2]]) * P[3]

    check(f, [X])


def test_rules_of_users_that_call_other_functions() -> None:
    special = pytest.importorskip("scipy.special")

    def length(x: float) -> float:
        return math.hypot(x, 1.0)

    def bessel(x: float) -> Any:
        return special.j0(x)

    try:
        f = ag.define(ag.Unary, arrays=lambda x: np.hypot(x, 1.0),
                      local=lambda out, x: x / ag.norm([x, 1.0]))(length)  # fmt: skip
        j0 = ag.define(ag.Unary, arrays=special.j0, local=lambda out, x: -special.j1(x))(bessel)
        check(lambda x: f(P[0] * x[0]), [X])
        program = compiled(lambda x: j0(P[0] * x[0])).trace(X)
        text = str(program.source)
        assert "# j1: a function that the rule of a primitive calls" in text
        names = {"np": np, "n": 4, "j1": special.j1, "X1": X.T, "P": np.array([[P[0].data]])}
        exec(compile(text, "<printed>", "exec"), names)
        assert_same(names["dP"], program.value_and_grad(X)[1][:, None], text)
    finally:
        for name in ("length", "bessel"):
            ag.PRIMITIVES.pop(name, None)


@pytest.mark.parametrize("name", ["moons", "LSTM, every=True", "a row"])
def test_several_results(name: str) -> None:
    """Without a backward pass."""
    f, args = CASES[name]
    program = compiled(lambda *xs: [f(*xs), 2.0 * f(*xs), 1.5]).trace(*args)
    names = executed(program, args, per_example=False)
    for (array, row), want in zip(
        program.source.statements.outputs[:2], program(*args), strict=False
    ):
        assert_same(names[array.name][row], want, str(program.source))


@pytest.mark.parametrize("name", ["a Heston price", "moons", "LSTM, every=True"])
def test_one_example(name: str) -> None:
    """Straight-line text defines a function of the inputs, the parameters and the seed."""
    f, args = CASES[name]
    one = [a.item() if np.ndim(a) == 0 else a.tolist() for a in example(args, 0)]
    program = compiled(f).trace(*one)
    value, gradient = program.value_and_grad(*one)
    text, names = str(program.source), dict[str, Any]()
    if "def run(" not in text:  # array statements, as for a batch
        names = executed(program, one, per_example=False)
        assert_same(names["dP"], gradient[:, None], text)
        return
    exec(compile(text, "<printed>", "exec"), names)
    numbers = [x for a in one for x in np.ravel(a).tolist()]
    got = names["run"](numbers, [p.data for p in program.parameters], 1.0)
    assert_same(got[0], [value], text)
    assert_same(got[1], gradient, text)


def test_a_text_that_lacks_a_definition_is_noticed() -> None:
    program = compiled(loss_of(mlp("sigmoid"))).trace(X, Y)
    lines = str(program.source).splitlines()
    for name in ("W1 =", "from autograd", "def sigmoid_prime", "Z1 =", "dZ1 ="):
        less = "\n".join(line for line in lines if not line.startswith(name))
        with pytest.raises(NameError):
            exec(compile(less, "<printed>", "exec"),
                 {"np": np, "n": 4, "X1": X.T, "X2": Y.T, "P": np.zeros((26, 1))})  # fmt: skip
