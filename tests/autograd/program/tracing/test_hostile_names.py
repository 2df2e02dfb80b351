"""Nothing that a user wrote is ever run: a canary in every channel, eager, compiled and printed."""

from __future__ import annotations

import inspect
import random
import re
from collections import namedtuple
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import PRIMITIVES, Value, define
from autograd import compile as compiled
from autograd.primitives.shapes import Binary, Nary, Unary
from autograd.program.tokens import SCOPE, checked, number, plain_name

RUN: list[str] = []
"""Left behind by a canary, if its text were run."""
CANARIES = (
    "__import__('test_hostile_names').RUN.append('x')",
    "1); __import__('test_hostile_names').RUN.append('x')  #",
    "\n    raise SystemExit(3)\n",
    "**2", "+", "-", "sin", "power", "dot", "{0}", "{}", "%s", '"""', "\\", "\0", "λ", "'clip'",
)  # fmt: skip
NAMES = ("d1", "t1", "x0", "v2", "p0", "f1", "s1", "c1", "g2", "seed", "math", "run", "np", "bind",
         "real", "B", "P", "X1", "Z1", "A1", "dA1", "inputs", "parameters", "forward", "backward",
         "copyto", "multiply", "inf", "nan", "checked_index", "locals", "as_strided", "print",
         "input", "applied")  # fmt: skip
POINTS = (1.5, np.array([1.5, 2.0]))


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    before = set(PRIMITIVES)
    RUN.clear()
    yield
    for name in set(PRIMITIVES) - before:
        del PRIMITIVES[name]
    assert not RUN, "text of a user's was run"


def everything(f: Any, *args: Any, **options: Any) -> tuple[Any, Any]:
    """Value and gradient of a program, after all of it has been printed."""
    program = compiled(f, **options)
    found = program.value_and_grad(*args)
    for text in (str(program.source), program.source.code, str(program.plan)):
        assert not re.search(r"^\s*raise|RUN|__import__|;", text, re.MULTILINE), text
    str(program.stats)
    return found


@pytest.mark.parametrize("text", CANARIES)
def test_operations_of_nodes_made_by_hand(text: str) -> None:
    """Their number counts, as eagerly; without local gradients they send their parents nothing."""
    a = Value(2.0, label=text)
    made = [Value(4.0, (a,), text), Value(5.0, (), text, text), Value(4.0, (a,), (3.0,), text)]
    for h, slope in zip(made, (0.0, 0.0, 3.0), strict=True):
        for x in POINTS:
            value, gradient = everything(lambda x, h=h: h * x + a * x, x)
            eager = [h * v + a * v for v in np.ravel(x).tolist()]
            np.testing.assert_allclose(value, np.mean([float(v) for v in eager]))
            total = np.mean(x) * (1.0 + slope + (h.is_leaf and h is made[1]))
            np.testing.assert_allclose(gradient.sum(), total)


def test_microgpts_nodes_with_given_local_gradients() -> None:
    w, v = Value(2.0), Value(3.0)
    one, two = Value(4.0, (w,), (4.0,)), Value(4.0, (w,), (5.0,))
    both = Value(6.0, (w, v, w), (1.0, 10.0, 2.0))

    def f(x: Any) -> Any:
        return one * x + two * x * x + both / x

    for x in POINTS:
        total = Value(0.0)
        for number_ in np.ravel(x).tolist():
            total = total + f(number_) / float(np.size(x))
        w.zero_grad()
        v.zero_grad()
        total.backward()
        value, gradient = everything(f, x)
        np.testing.assert_allclose(value, total.data, rtol=1e-15)
        np.testing.assert_allclose(gradient, [w.grad, v.grad], rtol=1e-15)
    assert compiled(lambda: [one, two])() == [4.0, 4.0]


def test_a_node_whose_derivative_is_a_function_is_refused() -> None:
    a = Value(2.0)
    h = Value(4.0, (a,), "**2")
    h._backward = lambda: None
    with pytest.raises(ag.TraceError, match=r"_backward.*Value\(data, children, local_grads\)"):
        compiled(lambda x: h * x)(1.5)


@pytest.mark.parametrize("name", NAMES)
def test_primitives_with_names_that_a_source_might_have(name: str) -> None:
    """A source's own names never meet them, for one operand, two and many."""

    def one(x: float, *, scale: float = 3.0) -> float:
        return x * x * scale

    def two(x: float, y: float) -> float:
        return x * y + x

    def many(xs: Any) -> float:
        return float(xs[0] * xs[1])

    makers: list[tuple[Any, Any, dict[str, Any]]] = [
        (Unary, one, {"arrays": lambda x, scale: x * x * scale,
                      "local": lambda out, x, scale: 2.0 * x * scale}),
        (Binary, two, {"arrays": lambda x, y: x * y + x,
                       "local": (lambda out, x, y: y + 1.0, lambda out, x, y: x)}),
        (Nary, many, {"arrays": lambda xs, axis=None: np.prod(xs, axis=axis),
                      "local": lambda out, xs: [xs[1], xs[0]]}),
    ]  # fmt: skip
    w = Value(0.75)
    for kind, body, block in makers:
        body.__name__ = name
        function = define(kind, symbol=name, latex=name, **block)(body)

        def f(x: Any, function: Any = function, kind: Any = kind) -> Any:
            operands = (x,) if kind is Unary else (x, w)
            y = function(operands) if kind is Nary else function(*operands)
            return y * ag.tanh(w * x) + function([y, y]) if kind is Nary else ag.tanh(w * x) + y

        for x in POINTS:
            for argnums in (None, 0):
                value, gradient = everything(f, x, argnums=argnums, reduce="sum")
                given = [Value(v) for v in np.ravel(x).tolist()]
                total: Any = ag.sum([f(v) for v in given])
                w.zero_grad()
                total.backward()
                want = [w.grad] if argnums is None else [v.grad for v in given]
                np.testing.assert_allclose(value, total.data, rtol=1e-13)
                np.testing.assert_allclose(np.ravel(gradient), want, rtol=1e-13)
        del PRIMITIVES[name]


@pytest.mark.parametrize("name", [c for c in CANARIES if not c.isidentifier()] + ["<lambda>", ""])
def test_names_that_are_no_names_are_refused_where_they_are_given(name: str) -> None:
    def body(x: float) -> float:
        return x

    body.__name__ = name
    with pytest.raises(ag.ArgumentError, match="a primitive needs a name such as 'softsign'"):
        define(Unary, symbol="f", latex="f", arrays=np.positive, local=1.0)(body)
    assert name not in PRIMITIVES


@pytest.mark.parametrize("text", CANARIES)
def test_every_other_channel(text: str) -> None:
    """Labels, function names and docstrings, constants, keys, fields, paths, NumPy wrappers."""
    w = Value(0.5, label=text)
    w.note = text  # type: ignore[attr-defined]
    fields = namedtuple("fields", "a b")
    fields.__name__ = fields.__qualname__ = fields.__doc__ = text.replace("\0", "")

    class Text(float):
        def __repr__(self) -> str:
            return text

        __str__ = __format__ = __repr__  # type: ignore[assignment]

    def body(x: Any) -> Any:
        return x

    body.__name__ = body.__qualname__ = body.__doc__ = text.replace("\0", "")

    def f(d: Any, t: Any) -> Any:
        y = w * d[text] + Text(2.0) * t[0] + ag.leaky_relu(t[1], slope=Text(0.25))
        y.label = text
        return y + ag.clip(t[0], Text(-1.0), Text(3.0)) + Value(Text(1.0), label=text)

    f.__name__ = f.__qualname__ = f.__doc__ = text
    for x in POINTS:
        value, gradient = everything(f, {text: x}, fields(x, -1.0))
        np.testing.assert_allclose(value, np.mean(0.5 * x + 3.0 * x - 0.25 + 1.0))
        np.testing.assert_allclose(gradient, [np.mean(x)])
    each = define(
        Unary, symbol=text, latex="f", op=text, arrays=np.frompyfunc(body, 1, 1), local=1.0
    )(_named(body, "plain"))
    for x in POINTS:
        assert everything(lambda x: each(x) * w, x, reduce="sum")[1].tolist() == [np.sum(x)]


def _named(body: Any, name: str) -> Any:
    def other(x: Any) -> Any:
        return body(x)

    other.__name__ = name
    return other


def test_a_renamed_primitive_is_still_what_it_computes() -> None:
    right = ag.PRIMITIVES["sin"]
    for name in (*CANARIES, *NAMES):
        twin = type(right)(right._body, right._block, {})
        twin.name = twin.__name__ = twin.op = name
        for x in POINTS:
            value, slope = everything(lambda x, twin=twin: twin(x) ** 2 + twin(twin(x)), x,
                                      argnums=0, reduce="sum")  # fmt: skip
            np.testing.assert_allclose(value, np.sum(np.sin(x) ** 2 + np.sin(np.sin(x))))
            assert np.shape(slope) == np.shape(x)


# The check itself


@pytest.mark.parametrize("code", [
    "import os", "v1 = x0; x1 = 2", "open(1)", "v1 = '1'", 'v1 = "1"', "v1 = x0.__class__",
    "t1 = lambda: 1", "exec", "v1 = `1`", "λ1 = 2", "v1 = x0 @ x1", "f1 = sum(x1)", "eval(t1)",
    "v1 = copyto", "x0\\\n", "v1 = {}", "yield t1", "del v1", "d1.real.fget",
])  # fmt: skip
def test_a_source_of_anything_else_is_not_run(code: str) -> None:
    with pytest.raises(ag.GraphError, match="that no statement is made of"):
        checked(code, {"copyto": print, **SCOPE})


def test_a_source_of_our_own_is() -> None:
    code = "t1 = -0.5 + f1(x0, 1e-300) if dA2[:, None] else copyto(s1, inf)"
    assert checked(code, {"copyto": np.copyto}) == code


@pytest.mark.parametrize("x", [0.0, -0.0, 1e300, -5e-324, float("inf"), -float("inf"), 0.1, True])
def test_numbers_are_written_as_what_they_are(x: float) -> None:
    assert repr(eval(number(x), dict(SCOPE))) == repr(x)
    assert repr(eval(number(np.float64(x)), dict(SCOPE))) == repr(float(x))


def test_names_for_the_reader() -> None:
    for name in (*CANARIES, "<lambda>", "", "x" * 500, None, 3):
        assert plain_name(name) == (name if name in ("sin", "power", "dot", "λ") else "f")


def test_no_rule_is_read_from_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Edited files change nothing: what runs is what was imported."""

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("source text is read")

    for name in ("getsource", "getsourcelines", "findsource", "getsourcefile"):
        monkeypatch.setattr(inspect, name, refuse)
    f = compiled(lambda x: ag.sigmoid(x) * ag.tanh(x) + x, argnums=0, reduce="sum")
    value, (slope,) = f.value_and_grad(0.7)[0], f.value_and_grad(np.array([0.7]))[1]
    assert value == pytest.approx(1.1038311585621443, rel=1e-12)
    assert slope == pytest.approx(ag.grad(f.function)(0.7), rel=1e-14)


@pytest.mark.parametrize("seed", range(3))
def test_random_text_in_random_places(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(20):
        text = "".join(chr(rng.choice((rng.randrange(32, 127), rng.randrange(0xD7FF)))) for _ in
                       range(rng.randrange(1, 12)))  # fmt: skip
        a = Value(2.0, label=text)
        h = Value(4.0, (a,), text)
        for x in POINTS:
            np.testing.assert_allclose(everything(lambda x, h=h, a=a: h * x * a, x)[0],
                                       8.0 * np.mean(x))  # fmt: skip
