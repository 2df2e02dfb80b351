"""Parameters that are not trained: `requires_grad = False` on a Value, a layer, a model."""

from __future__ import annotations

import copy
import pickle

import pytest

import autograd
import nn
import viz
from autograd import Value

pytestmark = pytest.mark.skipif(
    not isinstance(getattr(Value, "requires_grad", None), property),
    reason="the engine knows no requires_grad",
)

X, Y = nn.data.moons(40)


def network():
    model = nn.MLP(2, [4, 1], activation="tanh", seed=0)
    model.layers[0].requires_grad = False
    return model


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("optimizer", ["sgd", "rmsprop", "adam", "adamw"])
def test_training_leaves_frozen_parameters_alone(optimizer, compiled) -> None:
    model, free = network(), nn.MLP(2, [4, 1], activation="tanh", seed=0)
    before = model.state_dict()
    settings = {"optimizer": optimizer, "lr": 0.05, "epochs": 6, "progress": False}
    nn.fit(model, X, Y, compiled=compiled, **settings)
    after = model.state_dict()
    moved = {name for name in after if after[name] != before[name]}
    assert moved == {name for name in after if name.startswith("layer2")}
    assert not any(p.has_grad for p in model.layers[0].parameters())
    nn.fit(free, X, Y, compiled=compiled, **settings)
    assert all(free.state_dict()[name] != before[name] for name in before)


@pytest.mark.parametrize("compiled", [True, False])
def test_thawing_trains_again(compiled) -> None:
    model = network()
    before = model.state_dict()
    nn.fit(model, X, Y, lr=0.1, epochs=5, progress=False, compiled=compiled)
    model.requires_grad = True
    nn.fit(model, X, Y, lr=0.1, epochs=5, progress=False, compiled=compiled)
    assert all(number != before[name] for name, number in model.state_dict().items())


@pytest.mark.parametrize("compiled", [True, False])
def test_a_penalty_does_not_move_them_either(compiled) -> None:
    model = network()
    before = model.layers[0].state_dict()
    nn.fit(model, X, Y, lr=0.1, l2=0.1, epochs=5, progress=False, compiled=compiled)
    assert model.layers[0].state_dict() == before


def test_a_model_that_is_frozen_as_a_whole_is_not_fitted_silently() -> None:
    for compiled in (None, True, False):
        model = network().requires_grad_(False)
        with pytest.raises(nn.ArgumentError, match="every parameter of the model is frozen"):
            nn.fit(model, X, Y, lr=0.1, epochs=1, progress=False, compiled=compiled)


def test_copies_and_pickles_stay_frozen() -> None:
    model = network()
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert [layer.requires_grad for layer in twin.layers] == [False, True]


def test_an_optimizer_skips_them() -> None:
    model = network()
    optimizer = nn.Adam(model.parameters(), lr=0.1)
    before = model.state_dict()
    model([1.0, 2.0]).backward()
    optimizer.step()
    assert {n for n, x in model.state_dict().items() if x != before[n]} == {
        n for n in before if n.startswith("layer2")
    }


def test_gradients_reach_the_inputs_through_frozen_layers() -> None:
    model = network().requires_grad_(False)
    x = [Value(0.5), Value(-0.3)]
    model(x).backward()
    assert all(v.has_grad and v.grad != 0.0 for v in x)
    assert not any(p.has_grad for p in model.parameters())


def test_diagnosis_looks_through_frozen_layers_and_leaves_them_frozen() -> None:
    model, free = network(), nn.MLP(2, [4, 1], activation="tanh", seed=0)
    assert nn.diagnose(model, X, Y) == nn.diagnose(free, X, Y)
    assert [layer.requires_grad for layer in model.layers] == [False, True]


def test_pictures_and_tables_of_frozen_models() -> None:
    model = nn.MLP(2, [2, 1], seed=0)
    for p in model.parameters():
        p.requires_grad = False
    loss = nn.losses.quadratic(model([Value(1.0), 2.0]), 0.5)
    loss.backward()
    assert "<svg" in viz.draw(loss)._repr_mimebundle_()["image/svg+xml"]
    assert "∂" in str(viz.table(loss))
    assert model.summary().splitlines()[-1].split()[-1] == "0"
    assert autograd.compile(lambda x: model(x)).trace([1.0, 2.0])([1.0, 2.0]) == pytest.approx(
        model([1.0, 2.0]).data
    )
