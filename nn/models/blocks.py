"""Building blocks of PyTorch: Linear, Embedding, LayerNorm, Dropout, Flatten.

Names, arguments, formulas, defaults and names of parameters are PyTorch's, so that its state fits:
`layer.load_state_dict(torch_layer.state_dict())`. Each takes one example, a list of numbers, where
PyTorch takes a batch; `nn.fit` and `autograd.compile` go over batches.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd import Value, dot, mean, take, where
from nn import noise
from nn.checks import as_list, as_size, finite, need_inputs
from nn.errors import ArgumentError
from nn.init import Init, Seed, generator
from nn.init import get as init_scheme
from nn.models.module import Module
from nn.models.paths import name_of

__tracebackhide__ = True


class Linear(Module):
    """Weighted sums W x + b, without an activation function.

    Args:
        in_features, out_features: how many numbers come in, and go out.
        bias: whether there is b.
        init: how weights are drawn, see `nn.init`. By default both W and b come from
            U(−1/√in_features, 1/√in_features), as in PyTorch; with another scheme b is 0.
        seed: an integer, or a `random.Random` to draw from; by default Python's `random`.

    Attributes:
        weight: out_features rows of in_features Values.
        bias: out_features Values, or None.

    Raises:
        KindError, ArgumentError: an argument that makes no sense.
        ShapeError: (in a call) the number of inputs is not in_features.

    >>> layer = Linear(2, 3, seed=0)
    >>> layer.load_state_dict({"weight": [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], "bias": [0.5] * 3})
    >>> [y.data for y in layer([1.0, 2.0])]
    [1.5, 2.5, 3.5]
    >>> layer
    Linear(in_features=2, out_features=3, bias=True)
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        init: Init = "fan_in_uniform",
        seed: Seed = None,
    ) -> None:
        self.in_features = as_size(in_features, "in_features")
        self.out_features = as_size(out_features, "out_features")
        draw, rng = init_scheme(init), generator(seed)

        def drawn(n: int) -> list[Value]:
            return [Value(draw(in_features, out_features, rng)) for _ in range(n)]

        self.weight = [drawn(self.in_features) for _ in range(self.out_features)]
        self.bias: list[Value] | None = None
        if bias:
            usual = init == "fan_in_uniform"
            self.bias = drawn(out_features) if usual else [Value(0.0) for _ in self.weight]

    def __call__(self, x: Any) -> Any:
        """The sums for one example, as a list; a single one by itself, as of a `Layer`."""
        x = as_list(x, "the input of a Linear")
        need_inputs(x, self.in_features, name_of(self, self.describe()))
        if self.bias is None:
            out = [dot(row, x) for row in self.weight]
        else:
            out = [dot(row, x, b) for row, b in zip(self.weight, self.bias, strict=True)]
        return out[0] if len(out) == 1 else out

    def describe(self) -> str:
        """Kind and size, for messages and tables."""
        return f"Linear {self.in_features}→{self.out_features}"

    def __repr__(self) -> str:
        sizes = f"in_features={self.in_features}, out_features={self.out_features}"
        return f"Linear({sizes}, bias={self.bias is not None})"


class Embedding(Module):
    """A table with a vector for each of some things that are numbered, such as letters.

    An index that comes from the data is known only when a program runs: `embedding(i)` takes it by
    `autograd.take`; Python's own `embedding.weight[i]` would need it while the trace is made.

    Args:
        num_embeddings, embedding_dim: how many rows the table has, and how long each is.
        seed: as for `Linear`; the numbers are drawn from N(0, 1).

    Attributes:
        weight: num_embeddings rows of embedding_dim Values.

    Raises:
        KindError, ArgumentError: an argument that makes no sense.
        autograd.OperandError, autograd.ArgumentError: (in a call) the index is no whole number, or
            not below num_embeddings.

    >>> letters = Embedding(27, 2, seed=0)
    >>> letters(3) == letters.weight[3], len(letters([0, 1, 2]))
    (True, 3)
    """

    def __init__(self, num_embeddings: int, embedding_dim: int, *, seed: Seed = None) -> None:
        self.num_embeddings = as_size(num_embeddings, "num_embeddings")
        self.embedding_dim = as_size(embedding_dim, "embedding_dim")
        rng, columns = generator(seed), range(self.embedding_dim)
        self.weight = [
            [Value(rng.gauss(0.0, 1.0)) for _ in columns] for _ in range(self.num_embeddings)
        ]

    def __call__(self, index: Any) -> Any:
        """The vector of an index, a list; for a list of indices the list of their vectors."""
        index = index.tolist() if hasattr(index, "tolist") else index
        if isinstance(index, (list, tuple)):
            return [self(one) for one in index]
        return list(take(self.weight, index))

    def describe(self) -> str:
        """Kind and size, for messages and tables."""
        return f"Embedding {self.num_embeddings}×{self.embedding_dim}"

    def __repr__(self) -> str:
        return f"Embedding({self.num_embeddings}, {self.embedding_dim})"


class LayerNorm(Module):
    """Numbers of an example brought to mean 0 and variance 1: (x − x̄)/√(s² + ε) · w + b.

    s² = mean of (x − x̄)², the biased variance.

    Args:
        normalized_shape: how many numbers an example has.
        eps: ε.
        elementwise_affine: whether there are w and b, which begin at 1 and 0.
        bias: whether there is b.

    Attributes:
        weight, bias: lists of Values, or None.

    Raises:
        KindError, ArgumentError: an argument that makes no sense.
        ShapeError: (in a call) the example has another length.

    >>> [round(y.data, 4) for y in LayerNorm(2, eps=0.5)([1.0, 3.0])]
    [-0.8165, 0.8165]
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
    ) -> None:
        sizes = normalized_shape if isinstance(normalized_shape, (list, tuple)) else None
        if sizes is not None and len(sizes) != 1:
            raise ArgumentError(
                "normalized_shape of a LayerNorm is the length of one list of numbers, such as 8, "
                f"not {normalized_shape!r}"
            )
        n = as_size(normalized_shape if sizes is None else sizes[0], "normalized_shape")
        self.normalized_shape, self.eps = (n,), finite(eps, "eps", least=0.0)
        self.weight = [Value(1.0) for _ in range(n)] if elementwise_affine else None
        self.bias = [Value(0.0) for _ in range(n)] if elementwise_affine and bias else None

    def __call__(self, x: Any) -> list[Any]:
        """The example with its numbers normalised."""
        x = as_list(x, "the input of a LayerNorm")
        need_inputs(x, self.normalized_shape[0], name_of(self, self.describe()))
        centre = mean(x)
        off = [one - centre for one in x]
        scale = (mean([d * d for d in off]) + self.eps) ** -0.5
        out = [d * scale for d in off]
        if self.weight is not None:
            out = [w * one for w, one in zip(self.weight, out, strict=True)]
        if self.bias is not None:
            out = [one + b for b, one in zip(self.bias, out, strict=True)]
        return out

    def describe(self) -> str:
        """Kind and size, for messages and tables."""
        return f"LayerNorm {self.normalized_shape[0]}"

    def __repr__(self) -> str:
        affine = self.weight is not None
        return f"LayerNorm({self.normalized_shape}, eps={self.eps}, elementwise_affine={affine})"


class Dropout(Module):
    """Numbers of an example, each set to 0 with probability p, and those that stay times 1/(1 − p).

    So it is while `fit` trains, which draws for each batch anew, from its `seed`; and when a model
    is called by itself, from Python's `random`. Everything passes after `model.eval()`, until
    `model.train()`; and in `predict`, `evaluate` and other measurements in any case.

    Args:
        p: from 0 to 1.

    Raises:
        ArgumentError, KindError: p is no such number.

    >>> import random
    >>> random.seed(1)
    >>> layer = Dropout(0.5)
    >>> layer([1.0, 2.0, 3.0, 4.0])
    [0.0, 4.0, 6.0, 0.0]
    >>> layer.eval()([1.0, 2.0, 3.0, 4.0])
    [1.0, 2.0, 3.0, 4.0]
    """

    _in_summary = False

    def __init__(self, p: float = 0.5) -> None:
        self.p = finite(p, "p of a Dropout", least=0.0)
        if self.p > 1.0:
            raise ArgumentError(f"p of a Dropout is a probability from 0 to 1, not {self.p!r}")

    def __call__(self, x: Any) -> list[Any]:
        """The example with some of its numbers dropped."""
        x = as_list(x, "the input of a Dropout")
        if not self.training or noise.is_off() or self.p == 0.0:
            return x
        if any(isinstance(one, (list, tuple)) for one in x):
            return [self(one) for one in x]
        kept = 1.0 / (1.0 - self.p) if self.p < 1.0 else 0.0
        drawn = noise.uniform(len(x))
        return [one * where(u >= self.p, kept, 0.0) for one, u in zip(x, drawn, strict=True)]

    def __repr__(self) -> str:
        return f"Dropout(p={self.p})"


class Flatten(Module):
    """Lists within lists, such as the vectors of an `Embedding`, as one list of numbers.

    >>> Flatten()([[1.0, 2.0], [3.0]])
    [1.0, 2.0, 3.0]
    """

    _in_summary = False

    def __call__(self, x: Any) -> list[Any]:
        """All numbers of an example, in their order."""
        found: list[Any] = []
        for one in as_list(x, "the input of a Flatten"):
            found += self(one) if isinstance(one, (list, tuple)) else [one]
        return found
