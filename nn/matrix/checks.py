"""Arguments of `nn.matrix`, checked before anything is computed, numbered as the documents do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nn.checks import Array, layers_of
from nn.errors import KindError, ShapeError
from nn.matrix.tables import Activation, activation_named
from nn.text import short

Layers = tuple[dict[int, Array], dict[int, Array], dict[int, Activation]]
_KINDS = {1: "a vector", 2: "a matrix"}


def checked_array(given: Any, ndim: int, name: str) -> Array:
    """The numbers as an array of floats with that many axes."""
    try:
        array = np.asarray(given)
    except ValueError:
        raise ShapeError(f"the rows of {name} differ in length") from None
    if array.dtype.kind not in "biuf":
        raise KindError(f"{name} must be {_KINDS[ndim]} of numbers, not {short(given)}")
    if array.ndim != ndim or not array.size:
        raise ShapeError(f"{name} must be {_KINDS[ndim]} of numbers, not of shape {array.shape}")
    return array.astype(np.float64)


def checked_vector(given: Any, size: int, name: str, like: str) -> Array:
    """A vector with that many entries."""
    vector = checked_array(given, 1, name)
    if len(vector) != size:
        raise ShapeError(f"{name} has {len(vector)} entries; {like} ask for {size}")
    return vector


def checked_layers(weights: Sequence[Any], biases: Sequence[Any], activations: Any) -> Layers:
    """Wˡ, bˡ and σ of each layer, by its number ℓ = 2, …, L; the shapes fit one another."""
    if len(weights) != len(biases) or not len(weights):
        raise ShapeError(
            f"a network needs a weight matrix and a bias vector for each layer, not "
            f"{len(weights)} weights and {len(biases)} biases"
        )
    W = {l: checked_array(w, 2, f"W{l}") for l, w in enumerate(weights, start=2)}  # noqa: E741
    b = {
        layer: checked_vector(bias, len(W[layer]), f"b{layer}", f"the rows of W{layer}")
        for layer, bias in enumerate(biases, start=2)
    }
    for layer in range(3, len(W) + 2):
        inputs, units = W[layer].shape[1], len(W[layer - 1])
        if inputs != units:
            raise ShapeError(
                f"W{layer} has {inputs} columns, but layer {layer - 1} has {units} units "
                f"(the rows of W{layer - 1})"
            )
    if not isinstance(activations, Sequence) or isinstance(activations, (str, Activation)):
        activations = [activations] * len(W)
    if len(activations) != len(W):
        raise ShapeError(
            f"{len(activations)} activations for {len(W)} layers of weights; give one for each "
            "layer, or a single one for all"
        )
    return W, b, {layer: activation_named(one) for layer, one in zip(W, activations, strict=True)}


def network_layers(model: Any) -> list[Any]:
    """The layers of an `nn.MLP`, each with `neurons` and one `activation` for all of them."""
    layers = layers_of(model, "a model with layers of neurons is needed")
    for number, layer in enumerate(layers, start=1):
        each = {neuron.activation for neuron in layer.neurons}
        if len(each) > 1:
            raise KindError(
                f"the neurons of layer {number} have different activations ({', '.join(each)}); "
                "the matrix form has one for each layer"
            )
    return layers
