"""Backpropagation in matrix form: the algorithm of Nielsen and of Lei, in their letters.

Layers are numbered as there: layer 1 is the input, layers ℓ = 2, …, L have weights Wˡ, biases bˡ,
weighted inputs zˡ and activations aˡ. ⊙, the Hadamard product of vectors, is NumPy's `*`.

    Forward equations                        Backward equations
    a¹ = x                                   δᴸ = ∇ₐC ⊙ σ′(zᴸ)                      (BP1)
    zˡ = Wˡaˡ⁻¹ + bˡ                         δˡ = ((Wˡ⁺¹)ᵀ δˡ⁺¹) ⊙ σ′(zˡ)           (BP2)
    aˡ = σ(zˡ)                               ∂C/∂bˡ = δˡ                            (BP3)
    C = C(aᴸ, y)                             ∂C/∂Wˡ = δˡ (aˡ⁻¹)ᵀ                    (BP4)

This is the readable reference, not the fast path: one example at a time, every intermediate kept.
It shares no code with `autograd`, and the tests hold the two equal entry by entry.

A slip in Nielsen's derivation: step 3 of its batch algorithm updates the layers L−1, …, 2 only, so
that the output layer would never learn. It has to be L, L−1, …, 2, as here.
"""

# ruff: noqa: E741, N815 - `l`, `dW` and the like are the documents' letters

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from nn.checks import Array, finite, random_numbers
from nn.errors import ArgumentError, ShapeError
from nn.matrix.checks import checked_array, checked_layers, checked_vector, network_layers
from nn.matrix.tables import Activation, Cost, cost_named, hadamard

Letter = Mapping[int, Array]


class Backpropagation(NamedTuple):
    """Everything that Algorithm 1 computes for one example, by the number of the layer.

    Attributes:
        z: zˡ, the weighted inputs, for ℓ = 2, …, L.
        a: aˡ, the activations, for ℓ = 1, …, L; `a[1]` is x.
        delta: δˡ = ∂C/∂zˡ, the backpropagated gradients (errors), for ℓ = 2, …, L.
        dW: ∂C/∂Wˡ, for ℓ = 2, …, L, each of the shape of Wˡ.
        db: ∂C/∂bˡ, for ℓ = 2, …, L.
        C: the cost.
    """

    z: Letter
    a: Letter
    delta: Letter
    dW: Letter
    db: Letter
    C: float


class MiniBatch(NamedTuple):
    """Costs and gradients averaged over a mini-batch I of s examples.

    Attributes:
        dW: (1/s) Σ ∂Cᵢ/∂Wˡ over i in I, for ℓ = 2, …, L.
        db: (1/s) Σ ∂Cᵢ/∂bˡ over i in I.
        C: (1/s) Σ Cᵢ over i in I.
        indices: I, the rows of X that were used.
        examples: the `Backpropagation` of each of them.
    """

    dW: Letter
    db: Letter
    C: float
    indices: tuple[int, ...]
    examples: tuple[Backpropagation, ...]


class Matrices(NamedTuple):
    """The weights W², …, Wᴸ, biases b², …, bᴸ and activations of a network, layer by layer."""

    weights: list[Array]
    biases: list[Array]
    activations: list[str]


@np.errstate(all="ignore")
def backpropagation(
    x: Any,
    y: Any,
    weights: Sequence[Any],
    biases: Sequence[Any],
    activations: str | Activation | Sequence[str | Activation] = "sigmoid",
    cost: str | Cost = "quadratic",
) -> Backpropagation:
    """Algorithm 1 of Lei's notes for one example (x, y): the cost and all its gradients.

    Args:
        x: the input, a vector of n₁ numbers.
        y: the desired output, a vector of n_L numbers (one-hot for the cross-entropies).
        weights: W², …, Wᴸ; Wˡ has a row for each unit of layer ℓ and a column for each of ℓ − 1.
        biases: b², …, bᴸ.
        activations: σ, by name or as an `Activation`: one for all layers, or one per layer.
        cost: C, by name or as a `Cost`.

    Raises:
        ShapeError: a shape does not fit. ArgumentError: a name is unknown. KindError: something
            that is no real number, or neither a name nor an `Activation` or `Cost`.

    The blog post's network (there C is quoted without its ½):

    >>> result = backpropagation([-1.0, -2.0], [1.0], [[[2.0, -3.0]]], [[-3.0]])
    >>> round(float(result.a[2][0]), 2), result.dW[2].round(3).tolist(), round(result.C, 4)
    (0.73, [[0.053, 0.106]], 0.0362)
    """
    W, b, σ = checked_layers(weights, biases, activations)
    C = cost_named(cost)
    L = max(W)
    x = checked_vector(x, W[2].shape[1], "x", "the columns of the first weight matrix")
    y = checked_vector(y, W[L].shape[0], "y", "the rows of the last weight matrix")
    z: dict[int, Array] = {}
    a: dict[int, Array] = {}
    δ: dict[int, Array] = {}

    a[1] = x
    for l in range(2, L + 1):
        z[l] = W[l] @ a[l - 1] + b[l]
        a[l] = σ[l].function(z[l])

    δ[L] = hadamard(C.gradient(a[L], y), σ[L].derivative(z[L]))  # BP1
    for l in range(L - 1, 1, -1):
        δ[l] = hadamard(W[l + 1].T @ δ[l + 1], σ[l].derivative(z[l]))  # BP2
    db = {l: δ[l] for l in range(2, L + 1)}  # BP3
    dW = {l: np.outer(δ[l], a[l - 1]) for l in range(2, L + 1)}  # BP4: δˡ (aˡ⁻¹)ᵀ

    return Backpropagation(z, a, δ, dW, db, C.function(a[L], y))


@np.errstate(all="ignore")
def minibatch(
    X: Any,
    Y: Any,
    weights: Sequence[Any],
    biases: Sequence[Any],
    activations: str | Activation | Sequence[str | Activation] = "sigmoid",
    cost: str | Cost = "quadratic",
    *,
    size: int | None = None,
    seed: int | np.random.Generator | None = None,
) -> MiniBatch:
    """Gradients averaged per example over a mini-batch (Lei's notes, section 2.4).

        ∂C/∂Wˡ ≈ (1/s) Σ ∂Cᵢ/∂Wˡ over i in I ⊂ {1, …, n}, and bˡ likewise

    s = 1 is stochastic, 1 < s < n mini-batch, s = n (full) gradient descent.

    Args:
        X, Y: n inputs and n desired outputs, one row for each example.
        weights, biases, activations, cost: as for `backpropagation`.
        size: s; I is drawn at random without repetition. None takes all n rows, in order.
        seed: what to draw I with.

    Raises:
        ShapeError, ArgumentError: as `backpropagation`, or s is not between 1 and n.

    >>> batch = minibatch([[1.0], [3.0]], [[0.0], [0.0]], [[[1.0]]], [[0.0]], "linear")
    >>> batch.C, batch.dW[2].item(), batch.db[2].item()
    (2.5, 5.0, 2.0)
    """
    X, Y = checked_array(X, 2, "X"), checked_array(Y, 2, "Y")
    n = len(X)
    if len(Y) != n:
        raise ShapeError(f"X has {n} examples and Y has {len(Y)}; each needs one of both")
    if size is not None and not (isinstance(size, (int, np.integer)) and 1 <= size <= n):
        raise ArgumentError(f"a mini-batch out of {n} examples has 1 to {n} of them, not {size!r}")
    s = n if size is None else int(size)
    I = range(n) if size is None else random_numbers(seed).choice(n, s, replace=False)
    each = [backpropagation(X[i], Y[i], weights, biases, activations, cost) for i in I]
    layers = each[0].dW
    return MiniBatch(
        dW={l: np.sum([one.dW[l] for one in each], axis=0) / s for l in layers},
        db={l: np.sum([one.db[l] for one in each], axis=0) / s for l in layers},
        C=sum(one.C for one in each) / s,
        indices=tuple(int(i) for i in I),
        examples=tuple(each),
    )


@np.errstate(all="ignore")
def gradient_descent_step(
    weights: Sequence[Any],
    biases: Sequence[Any],
    batch: MiniBatch | Backpropagation,
    eta: float,
) -> tuple[list[Array], list[Array]]:
    """One step down the gradient (Nielsen, step 3): new weights and biases.

        wˡ → wˡ − (η/m) Σₓ δˣˡ (aˣˡ⁻¹)ᵀ        bˡ → bˡ − (η/m) Σₓ δˣˡ

    The given matrices stay as they are. `batch` holds the averages already.

    Raises:
        ShapeError: the batch is of a network of another shape.
        ArgumentError, KindError: eta is no finite number.

    The blog post takes one step with η = 1 (its w₁ = 1.94 should read 1.947):

    >>> W, b = [[[2.0, -3.0]]], [[-3.0]]
    >>> W, b = gradient_descent_step(W, b, backpropagation([-1.0, -2.0], [1.0], W, b), eta=1.0)
    >>> W[0].round(3).tolist(), b[0].round(3).tolist()
    ([[1.947, -3.106]], [-2.947])
    """
    W, b, _ = checked_layers(weights, biases, "linear")
    ours, theirs = ([m.shape for m in each.values()] for each in (W, batch.dW))
    if ours != theirs:
        raise ShapeError(f"weights of shapes {ours} cannot step along gradients of {theirs}")
    η = finite(eta, "eta")
    return (
        [W[l] - η * batch.dW[l] for l in W],
        [b[l] - η * batch.db[l] for l in b],
    )


def matrices(model: Any) -> Matrices:
    """The weight matrices, biases and activations of an `nn.MLP`, as this module takes them.

    `backpropagation(x, y, *matrices(model), cost=…)` then computes what the model's own scalar
    graph does. The numbers are copies.

    Raises:
        KindError: the model is not made of layers of neurons.

    >>> import nn
    >>> W, b, activations = matrices(nn.MLP(3, [4, 2]))
    >>> [w.shape for w in W], activations
    ([(4, 3), (2, 4)], ['relu', 'linear'])
    """
    layers = network_layers(model)
    return Matrices(
        [np.array([[w.data for w in neuron.w] for neuron in layer.neurons]) for layer in layers],
        [np.array([neuron.b.data for neuron in layer.neurons]) for layer in layers],
        [layer.activation for layer in layers],
    )
