"""Neuron, Layer and MLP: micrograd's, with a choice of activation and of initial weights.

Layer l computes z = W a + b, a' = σ(z) (Nielsen, equation 46; Lei's notes, section 2); each
neuron's z is one `autograd.dot` node, its activation one more.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd import Value, dot
from nn.activations import Named, choose, get, per_layer
from nn.checks import as_list, as_size, need_inputs
from nn.errors import ArgumentError, KindError
from nn.init import Init, Seed, generator
from nn.init import get as init_scheme
from nn.models.module import Module
from nn.models.paths import name_of

__tracebackhide__ = True


class Neuron(Module):
    """One neuron: a = σ(Σᵢ wᵢxᵢ + b).

    Args:
        nin: how many inputs it has.
        nonlin: micrograd's switch: True is a ReLU, False no activation function.
        activation: the name of an activation function or a function of one Value (see
            `nn.activations`); instead of `nonlin`.
        init: how the weights are drawn (see `nn.init`); the bias starts at 0.
        seed: an integer, or a `random.Random` to draw from; by default Python's `random`.
        fan_out: how many neurons share its inputs, which some initialisations scale by.

    Attributes:
        w, b: the weights, a list of Values, and the bias, a Value.

    Raises:
        KindError, ArgumentError: an argument that makes no sense.
        ShapeError: (in a call) the number of inputs is not `nin`.

    >>> neuron = Neuron(2, activation="sigmoid")
    >>> neuron.load_state_dict({"w": [2.0, -3.0], "b": -3.0})    # the blog post
    >>> neuron
    SigmoidNeuron(2)
    >>> round(neuron([-1.0, -2.0]).data, 4)
    0.7311
    """

    w: list[Value]
    b: Value
    _in_summary = False

    def __init__(
        self,
        nin: int,
        nonlin: bool = True,
        *,
        activation: Named | None = None,
        init: Init = "uniform",
        seed: Seed = None,
        fan_out: int = 1,
    ) -> None:
        nin, fan_out = as_size(nin, "nin of a Neuron"), as_size(fan_out, "fan_out")
        self._activation = choose(nonlin, activation)
        if self._activation.is_softmax:
            raise ArgumentError(
                "softmax takes all outputs of a layer at once; write "
                "Layer(nin, nout, activation='softmax')"
            )
        draw, rng = init_scheme(init), generator(seed)
        self.w = [Value(draw(nin, fan_out, rng)) for _ in range(nin)]
        self.b = Value(0.0)

    def __call__(self, x: Any) -> Any:
        """The activation for one example: a sequence of numbers or Values."""
        return self.activate(self.weighted_input(x))

    def weighted_input(self, x: Any) -> Any:
        """z = Σᵢ wᵢxᵢ + b, for one example."""
        x = as_list(x, "the input of a neuron")
        if len(x) != len(self.w):
            need_inputs(x, len(self.w), name_of(self, self.describe()))
        return dot(self.w, x, self.b)

    def activate(self, z: Any) -> Any:
        """σ(z)."""
        return z if self._activation.is_linear else self._activation.on_value(z)

    @property
    def activation(self) -> str:
        """The name of the activation function."""
        return self._activation.name

    @property
    def nonlin(self) -> bool:
        """True if there is an activation function; setting it to True gives a linear one a ReLU."""
        return not self._activation.is_linear

    @nonlin.setter
    def nonlin(self, on: bool) -> None:
        if bool(on) != self.nonlin:
            self._activation = get("relu" if on else "linear")

    def describe(self) -> str:
        """Kind and size, as in micrograd: `ReLUNeuron(3)`."""
        return f"{self._activation.title}Neuron({len(self.w)})"

    def __repr__(self) -> str:
        return self.describe()


class Layer(Module):
    """A layer of neurons that share their inputs.

    Args:
        nin, nout: how many inputs there are, and how many neurons.
        nonlin, activation, init, seed: as for `Neuron`; here `activation` may be "softmax" too,
            e^zⱼ / Σₖ e^zₖ over all neurons of the layer.

    Attributes:
        neurons: the neurons, a list.

    Raises:
        KindError, ArgumentError: an argument that makes no sense.
        ShapeError: (in a call) the number of inputs is not `nin`.

    >>> Layer(3, 2, activation="tanh")
    Layer of [TanhNeuron(3), TanhNeuron(3)]
    >>> Layer(3, 1)([1.0, 2.0])
    Traceback (most recent call last):
        ...
    nn.errors.ShapeError: Layer 3→1 expects 3 inputs, got 2
    """

    neurons: list[Neuron]

    def __init__(
        self,
        nin: int,
        nout: int,
        *,
        nonlin: bool = True,
        activation: Named | None = None,
        init: Init = "uniform",
        seed: Seed = None,
    ) -> None:
        nin, nout = as_size(nin, "nin of a Layer"), as_size(nout, "nout of a Layer")
        self._activation = choose(nonlin, activation)
        self._whole = self._activation.is_softmax
        if self._whole and nout == 1:
            raise ArgumentError(
                "softmax over one output is always 1; write activation='sigmoid', or nout=2"
            )
        each = "linear" if self._whole else self._activation
        rng = generator(seed)
        self.neurons = [
            Neuron(nin, activation=each, init=init, seed=rng, fan_out=nout) for _ in range(nout)
        ]

    def __call__(self, x: Any) -> Any:
        """The activations for one example, as a list; a single one by itself, as in micrograd."""
        out = self.activate(self.weighted_inputs(x))
        return out[0] if len(out) == 1 else out

    def weighted_inputs(self, x: Any) -> list[Any]:
        """z = W x + b for one example, a Value for each neuron."""
        x = as_list(x, "the input of a layer")
        if len(x) != self.nin or isinstance(x[0], (list, tuple)):
            need_inputs(x, self.nin, name_of(self, f"Layer {self.nin}→{self.nout}"))
        return [neuron.weighted_input(x) for neuron in self.neurons]

    def activate(self, z: list[Any]) -> list[Any]:
        """σ(z), a list."""
        if self._whole:
            activations: list[Any] = self._activation.function(z)
            return activations
        return [neuron.activate(zj) for neuron, zj in zip(self.neurons, z, strict=True)]

    @property
    def nin(self) -> int:
        """The number of inputs."""
        return len(self.neurons[0].w)

    @property
    def nout(self) -> int:
        """The number of neurons."""
        return len(self.neurons)

    @property
    def activation(self) -> str:
        """The name of the activation function."""
        return self._activation.name if self._whole else self.neurons[0].activation

    def describe(self) -> str:
        """Size and activation, for tables: `Layer 2→16, ReLU`."""
        chosen = self._activation if self._whole else self.neurons[0]._activation
        title = "linear" if chosen.is_linear else chosen.title
        return f"Layer {self.nin}→{self.nout}, {title}"

    def __repr__(self) -> str:
        kind = "SoftmaxLayer" if self._whole else "Layer"
        return f"{kind} of [{', '.join(str(n) for n in self.neurons)}]"


class MLP(Module):
    """A multi-layer perceptron: layers, each fed with the activations of the one before.

    Args:
        nin: how many inputs there are.
        nouts: how many neurons each layer has, the output layer last: `[16, 16, 1]`.
        activation: one for all hidden layers (default ReLU; the output layer is then linear), or
            a list with one per layer, the output layer included.
        output_activation: that of the output layer, such as "sigmoid" or "softmax".
        init: how the weights are drawn, see `nn.init`; the biases start at 0. The default draws
            as micrograd does, number by number, from U(−1, 1): right for a few inputs. For more
            write "kaiming_uniform" (ReLU) or "xavier_uniform"; `nn.diagnose` tells.
        seed: an integer, or a `random.Random` to draw from; by default Python's `random`.

    Attributes:
        layers: the layers, a list.

    Raises:
        KindError, ArgumentError: an argument that makes no sense.
        ShapeError: (in a call) the number of inputs is not `nin`.

    >>> model = MLP(2, [3, 1], activation="tanh", seed=1)
    >>> model
    MLP of [Layer of [TanhNeuron(2), TanhNeuron(2), TanhNeuron(2)], Layer of [LinearNeuron(3)]]
    >>> y = model([0.5, -1.0])
    >>> y.backward()
    >>> model.layers[0].neurons[1].w[0].label
    'layer1.neuron2.w[0]'
    """

    layers: list[Layer]

    def __init__(
        self,
        nin: int,
        nouts: Iterable[int],
        *,
        activation: Named | Iterable[Named] | None = None,
        output_activation: Named | None = None,
        init: Init = "uniform",
        seed: Seed = None,
    ) -> None:
        sizes = _sizes(nin, nouts)
        chosen = per_layer(activation, output_activation, len(sizes) - 1)
        rng = generator(seed)
        self.layers = [
            Layer(sizes[i], sizes[i + 1], activation=each, init=init, seed=rng)
            for i, each in enumerate(chosen)
        ]

    def __call__(self, x: Any) -> Any:
        """The outputs for one example, as a list; a single one by itself, as in micrograd."""
        for layer in self.layers:
            x = layer(x)
        return x

    def describe(self) -> str:
        """The numbers of inputs and neurons: `MLP 2→16→1`."""
        sizes = [layer.nout for layer in self.layers]
        return "MLP " + "→".join(map(str, [self.layers[0].nin, *sizes]))

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(str(layer) for layer in self.layers)}]"


def _sizes(nin: int, nouts: Any) -> list[int]:
    if not isinstance(nouts, Iterable) or isinstance(nouts, (str, bytes)):
        raise KindError(
            "nouts of an MLP must be a list with the number of neurons of each layer, such as "
            f"[16, 1], not {nouts!r}"
        )
    sizes = [as_size(n, f"nouts[{i}] of an MLP") for i, n in enumerate(nouts)]
    if not sizes:
        raise ArgumentError("nouts of an MLP must name at least one layer, such as [16, 1]")
    return [as_size(nin, "nin of an MLP"), *sizes]
