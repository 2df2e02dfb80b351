"""Run by `test_devices` on four devices: by one process, or by two that have two each.

python devices_script.py                    one process
python devices_script.py NUMBER PORT        one of two
"""

from __future__ import annotations

import sys
from typing import Any

import jax
import numpy as np

import autograd as ag
import nn
from autograd import Value
from autograd import compile as compiled

RNG = np.random.default_rng(0)
X, LABELS = RNG.normal(size=(24, 3)), RNG.integers(0, 3, 24)
P = [Value(0.4 * i - 1.3) for i in range(8)]
TWO = sys.argv[1:] if __name__ == "__main__" else []
"""The number and the port of one of two processes."""
OWN = slice(12 * int(TWO[0]), 12 * int(TWO[0]) + 12) if TWO else slice(24)


def model(seed: int = 2) -> nn.MLP:
    return nn.MLP(3, [5, 3], activation="tanh", seed=seed)


def loss_of(model: Any) -> Any:
    return lambda x, y: nn.losses.cross_entropy(model(x), y)


def assert_close(got: Any, want: Any) -> None:
    np.testing.assert_allclose(got, want, 1e-11, 1e-13)


def check_programs(mesh: Any) -> None:
    """Results and gradients of all examples; values and gradients of one's own."""
    f = loss_of(model())
    for reduce in ("mean", "sum") if TWO else ("mean",):
        want, got = compiled(f, reduce=reduce), compiled(f, reduce=reduce, backend="jax", mesh=mesh)
        value, gradient = got.value_and_grad(X[OWN], LABELS[OWN])
        assert_close(value, want.value_and_grad(X, LABELS)[0])
        assert_close(gradient, want.grad(X, LABELS))
        assert_close(got(X[OWN], LABELS[OWN]), want(X, LABELS)[OWN])
    each = [compiled(f, reduce=None, **by) for by in ({}, {"backend": "jax", "mesh": mesh})]
    assert_close(each[1].grad(X[OWN], LABELS[OWN]), each[0].grad(X, LABELS)[OWN])


def check_any_number_of_examples(mesh: Any) -> None:
    """One process fills up what its devices cannot share evenly, and counts it as nothing."""
    cases: list[tuple[Any, tuple[Any, ...]]] = [
        (lambda x, i: ag.take([P[7], P[2], P[5]], i) * x[0] * ag.exp(P[2]), (X, LABELS)),
        (lambda x, s: ag.where(x[0] > 0.0, ag.log(x[0]), P[1] * s) * P[3], (X, 0.7)),
        (lambda x, s: P[0] * P[1] * s, (X, 0.7)),
    ]
    for f, args in cases:
        for n, options in ((1, {}), (10, {"argnums": 0, "reduce": "sum"}), (10, {"reduce": None})):
            cut = [a[:n] if isinstance(a, np.ndarray) else a for a in args]
            want, got = compiled(f, **options), compiled(f, backend="jax", mesh=mesh, **options)
            found = got.value_and_grad(*cut)
            for mine, theirs in zip(found, want.value_and_grad(*cut), strict=True):
                assert_close(mine, theirs)
            assert_close(got(*cut), want(*cut))


def check_one_all_reduce(mesh: Any) -> None:
    """A step, the optimiser's part included, sends one message between the devices."""
    f = compiled(loss_of(model()), backend="jax", mesh=mesh).trace(X, LABELS).to_jax()

    def step(theta: Any, average: Any, x: Any, y: Any) -> Any:
        value, gradient = f.value_and_grad(theta, x, y)
        average = 0.9 * average + gradient
        return value, theta - 0.1 * average, average

    given = f.theta, f.theta, *f.placed(X, LABELS)
    for function in (step, jax.value_and_grad(f.value)):
        args = given if function is step else (f.theta, *given[2:])
        text = jax.jit(function).lower(*args).compile().as_text()
        assert text.count(" all-reduce(") == 1, text
        assert not any(f" {other}(" in text for other in ("all-gather", "all-to-all"))


def check_training(mesh: Any) -> None:
    """The same course as NumPy's on all examples."""
    given = {"loss": "cross_entropy", "lr": 0.05, "epochs": 4, "batch_size": None, "l2": 0.01,
             "optimizer": "adam", "clip_norm": 0.3, "progress": False}  # fmt: skip
    mine, theirs = model(), model()
    told = nn.fit(theirs, X, LABELS, validation=(X, LABELS), **given)
    seen = nn.fit(mine, X[OWN], LABELS[OWN], backend="jax", mesh=mesh,
                  validation=(X[OWN], LABELS[OWN]), **given)  # fmt: skip
    assert_close([p.data for p in mine.parameters()], [p.data for p in theirs.parameters()])
    for column in ("loss", "metric", "val_loss", "val_metric"):
        assert_close(getattr(seen, column), getattr(told, column))


def check_small_batches(mesh: Any) -> None:
    """Batches that devices cannot share evenly, in the same order; EarlyStopping at work."""
    given = {"loss": "cross_entropy", "lr": 0.05, "epochs": 6, "batch_size": 7, "progress": False}
    mine, theirs = model(), model()
    nn.fit(theirs, X, LABELS, callbacks=nn.EarlyStopping(patience=2), compiled=True, **given)
    nn.fit(
        mine, X, LABELS, callbacks=nn.EarlyStopping(patience=2), backend="jax", mesh=mesh, **given
    )
    assert_close([p.data for p in mine.parameters()], [p.data for p in theirs.parameters()])


def check_errors_of_several_processes(mesh: Any) -> None:
    program = compiled(loss_of(model()), backend="jax", mesh=mesh)
    assert_raises(lambda: program.value_and_grad(X[:3], LABELS[:3]), "leave out the last 1")
    other = model(seed=int(TWO[0]))
    before = [p.data for p in other.parameters()]
    assert_raises(
        lambda: nn.fit(other, X[OWN], LABELS[OWN], loss="cross_entropy", backend="jax", mesh=mesh,
                       progress=False, epochs=1), "with the same seed")  # fmt: skip
    assert [p.data for p in other.parameters()] == before
    own = slice(3 + int(TWO[0]))
    assert_raises(
        lambda: nn.fit(model(), X[own], LABELS[own], loss="cross_entropy", backend="jax", mesh=mesh,
                       progress=False, epochs=1), "not [3, 4]; give 3 in each")  # fmt: skip


def assert_raises(call: Any, message: str) -> None:
    try:
        call()
    except ValueError as error:
        if message in str(error):
            return
    raise AssertionError(f"no error says {message!r}")


def main() -> None:
    if TWO:
        jax.config.update("jax_cpu_collectives_implementation", "gloo")
        jax.distributed.initialize(f"127.0.0.1:{TWO[1]}", 2, int(TWO[0]))
    mesh = jax.make_mesh((4,), ("batch",))
    check_programs(mesh)
    check_training(mesh)
    if TWO:
        check_errors_of_several_processes(mesh)
    else:
        check_any_number_of_examples(mesh)
        check_one_all_reduce(mesh)
        check_small_batches(mesh)
        check_programs(jax.make_mesh((2, 2), ("batch", "other")))
    print("all is well")


if __name__ == "__main__":
    main()
