"""The workloads in PyTorch: float64, no overhead that a user could leave out.

Parameters are views of one vector, so that the optimiser moves one tensor. `torch.compile`, where
there is a C++ compiler, takes loss, gradient and update as one function. Each class takes the
number of threads, or "default".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch.nn import functional

from benchmarks.measure import Numbers
from benchmarks.programs import black_scholes, digits, lstm, moons

torch.set_default_dtype(torch.float64)

Tensor = torch.Tensor


def use(threads: str) -> None:
    """Set the number of threads."""
    if threads != "default":
        torch.set_num_threads(int(threads))


def flat(arrays: list[Any]) -> tuple[Tensor, list[Tensor]]:
    """All numbers in one vector, and the parts of it in their shapes, as leaves of their own."""
    vector = torch.cat([torch.from_numpy(a).reshape(-1) for a in arrays])
    parts = vector.split([a.size for a in arrays])
    return vector, [
        p.view(a.shape).detach().requires_grad_() for p, a in zip(parts, arrays, strict=True)
    ]


def joined(tensors: Iterable[Tensor]) -> Tensor:
    """The opposite of `flat`."""
    return torch.cat([t.reshape(-1) for t in tensors])


def paired(tensors: list[Tensor]) -> list[tuple[Any, Any]]:
    """W, b, W, b, … as arrays (W, b) of each layer."""
    arrays = [t.detach().numpy() for t in tensors]
    return list(zip(arrays[::2], arrays[1::2], strict=True))


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """`torch.compile` at its quickest to call."""
    return torch.compile(function, fullgraph=True, dynamic=False, options={"cpp_wrapper": True})


class Moons:
    """One step; loss and gradient by autograd, SGD in place."""

    def __init__(self, threads: str) -> None:
        use(threads)
        self.theta, self.parts = flat([a for layer in moons.weights() for a in layer])
        self.theta.requires_grad_()
        self.X, self.y = map(torch.from_numpy, moons.data())

    def cost(self, theta: Tensor, *parts: Tensor) -> Tensor:
        """Mean hinge loss plus L2, which takes the vector as a whole."""
        W1, b1, W2, b2, W3, b3 = parts
        h = functional.linear(self.X, W1, b1).relu()
        h = functional.linear(h, W2, b2).relu()
        scores = functional.linear(h, W3, b3).squeeze(1)
        return torch.relu(1 - self.y * scores).mean() + moons.ALPHA * theta.dot(theta)

    def __call__(self) -> float:
        """One step; returns the loss before it."""
        loss = self.cost(self.theta, *self.parts)
        decay, *gradient = torch.autograd.grad(loss, [self.theta, *self.parts])
        with torch.no_grad():
            self.theta.add_(decay.add_(joined(gradient)), alpha=-moons.RATE)
        self.loss = loss.item()
        return self.loss

    def numbers(self) -> Numbers:
        """The last loss and the parameters."""
        return moons.numbers(self.loss, paired(self.parts))


class MoonsCompiled(Moons):
    """The whole step compiled."""

    def __init__(self, threads: str) -> None:
        super().__init__(threads)
        self.shapes = [p.shape for p in self.parts]
        self.theta.requires_grad_(False)
        self.step = compiled(self.stepped)

    def cost_of_vector(self, theta: Tensor) -> Tensor:
        """The same, the vector parted inside."""
        parts = theta.split([shape.numel() for shape in self.shapes])
        shaped = [p.view(shape) for p, shape in zip(parts, self.shapes, strict=True)]
        return self.cost(theta, *shaped)

    def stepped(self, theta: Tensor) -> Tensor:
        """One step in place; returns the loss before it."""
        gradient, loss = torch.func.grad_and_value(self.cost_of_vector)(theta)
        theta.add_(gradient, alpha=-moons.RATE)
        return loss

    @torch.no_grad()
    def __call__(self) -> float:
        """One step; returns the loss before it."""
        self.loss = self.step(self.theta).item()
        return self.loss


class Digits:
    """One epoch; loss and gradient by autograd, and what `optim.Adam(fused=True)` calls."""

    def __init__(self, threads: str) -> None:
        use(threads)
        self.theta, self.parts = flat([a for layer in digits.weights() for a in layer])
        self.batches = [(torch.from_numpy(X), torch.from_numpy(y)) for X, y in digits.batches()]
        self.m, self.v = torch.zeros_like(self.theta), torch.zeros_like(self.theta)
        self.t = torch.zeros(())

    def cost(self, X: Tensor, y: Tensor, *parts: Tensor) -> Tensor:
        """Mean cross-entropy."""
        W1, b1, W2, b2 = parts
        logits = functional.linear(functional.linear(X, W1, b1).relu(), W2, b2)
        return functional.cross_entropy(logits, y)

    def __call__(self) -> float:
        """One epoch; returns the last batch's loss."""
        for X, y in self.batches:
            loss = self.cost(X, y, *self.parts)
            self.adam(joined(torch.autograd.grad(loss, self.parts)))
        self.loss = loss.item()
        return self.loss

    @torch.no_grad()
    def adam(self, gradient: Tensor) -> None:
        """Move the parameters in place."""
        self.t += 1
        torch._fused_adam_(
            [self.theta], [gradient], [self.m], [self.v], [], [self.t], lr=digits.RATE,
            beta1=digits.BETA1, beta2=digits.BETA2, eps=digits.EPS,
            weight_decay=0.0, amsgrad=False, maximize=False,
        )  # fmt: skip

    def numbers(self) -> Numbers:
        """The last loss and the parameters."""
        return digits.numbers(self.loss, paired(self.parts))


class DigitsCompiled(Digits):
    """Loss, gradient and Adam compiled as one function."""

    def __init__(self, threads: str) -> None:
        super().__init__(threads)
        self.shapes = [p.shape for p in self.parts]
        self.step = compiled(self.stepped)

    def cost_of_vector(self, theta: Tensor, X: Tensor, y: Tensor) -> Tensor:
        """The same, the vector parted inside."""
        parts = theta.split([shape.numel() for shape in self.shapes])
        return self.cost(X, y, *[p.view(s) for p, s in zip(parts, self.shapes, strict=True)])

    def stepped(self, t: Tensor, X: Tensor, y: Tensor) -> Tensor:
        """Step t in place; returns the loss before it."""
        theta, m, v = self.theta, self.m, self.v
        g, loss = torch.func.grad_and_value(self.cost_of_vector)(theta, X, y)
        m.lerp_(g, 1 - digits.BETA1)
        v.mul_(digits.BETA2).addcmul_(g, g, value=1 - digits.BETA2)
        root = v.sqrt() / (1 - digits.BETA2**t).sqrt() + digits.EPS
        theta.sub_(digits.RATE / (1 - digits.BETA1**t) * m / root)
        return loss

    @torch.no_grad()
    def __call__(self) -> float:
        """One epoch; returns the last batch's loss."""
        for X, y in self.batches:
            self.t += 1
            loss = self.step(self.t, X, y)
        self.loss = loss.item()
        return self.loss


class LSTM:
    """Loss and gradient through `nn.LSTM`."""

    def __init__(self, threads: str) -> None:
        use(threads)
        X, Y = lstm.data()
        self.X = torch.from_numpy(X.swapaxes(0, 1).copy())
        self.Y = torch.from_numpy(Y)
        self.weights = self.prepared({k: torch.from_numpy(w) for k, w in lstm.weights().items()})

    def prepared(self, weights: dict[str, Tensor]) -> list[Tensor]:
        """Put the weights where `last_state` reads them, and give them as leaves."""
        self.module = torch.nn.LSTM(lstm.INPUTS, lstm.HIDDEN)
        self.module.load_state_dict({f"{name}_l0": w for name, w in weights.items()})
        return [self.module.get_parameter(f"{name}_l0") for name in weights]

    def last_state(self) -> Tensor:
        """h after the last step."""
        _, (h, _) = self.module(self.X)
        return h[0]

    def __call__(self) -> Any:
        """Loss and gradient."""
        self.loss = functional.mse_loss(self.last_state(), self.Y)
        self.gradient = torch.autograd.grad(self.loss, self.weights)
        return self.gradient

    def numbers(self) -> Numbers:
        """Loss and gradient, weight by weight."""
        named = zip(lstm.NAMES, self.gradient, strict=True)
        return {"loss": [self.loss.item()], **{name: g.numpy().ravel() for name, g in named}}


class LSTMCell(LSTM):
    """Loss and gradient through a loop over `nn.LSTMCell`."""

    def prepared(self, weights: dict[str, Tensor]) -> list[Tensor]:
        """Put the weights where `last_state` reads them, and give them as leaves."""
        self.module = torch.nn.LSTMCell(lstm.INPUTS, lstm.HIDDEN)
        self.module.load_state_dict(weights)
        return [self.module.get_parameter(name) for name in weights]

    def last_state(self) -> Tensor:
        """h after the last step."""
        state = None
        for x in self.X.unbind():
            state = self.module(x, state)
        return state[0]


class LSTMByHand(LSTM):
    """Loss and gradient through gates written out, the inputs' products outside the loop."""

    def prepared(self, weights: dict[str, Tensor]) -> list[Tensor]:
        """The weights as leaves."""
        return [w.requires_grad_() for w in weights.values()]

    def last_state(self) -> Tensor:
        """h after the last step."""
        return last_state(self.X, *self.weights)


def last_state(X: Tensor, W: Tensor, U: Tensor, b: Tensor, c: Tensor) -> Tensor:
    """h after the last step; the first starts from zeros."""
    first, *inputs = functional.linear(X, W, b + c).unbind()
    i, _, g, o = first.chunk(4, 1)
    state = i.sigmoid() * g.tanh()
    h = o.sigmoid() * state.tanh()
    for z in inputs:
        i, f, g, o = torch.addmm(z, h, U.t()).chunk(4, 1)
        state = f.sigmoid() * state + i.sigmoid() * g.tanh()
        h = o.sigmoid() * state.tanh()
    return h


class LSTMCompiled(LSTMByHand):
    """The same, loss and gradient compiled as one function."""

    def __init__(self, threads: str) -> None:
        super().__init__(threads)
        self.weights = [w.detach() for w in self.weights]
        self.run = compiled(torch.func.grad_and_value(self.cost, argnums=(0, 1, 2, 3)))

    def cost(self, *weights: Tensor) -> Tensor:
        """Mean squared error of the last state."""
        return functional.mse_loss(last_state(self.X, *weights), self.Y)

    @torch.no_grad()
    def __call__(self) -> Any:
        """Loss and gradient."""
        self.gradient, self.loss = self.run(*self.weights)
        return self.gradient


class BlackScholes:
    """Prices and derivatives by autograd."""

    def __init__(self, threads: str) -> None:
        use(threads)
        self.arguments = [torch.from_numpy(x).requires_grad_() for x in black_scholes.data()]
        self.ones = torch.ones(black_scholes.ROWS)

    def __call__(self) -> Any:
        """Prices and derivatives."""
        prices = price(*self.arguments)
        self.result = prices, torch.autograd.grad(prices, self.arguments, self.ones)
        return self.result

    def numbers(self) -> Numbers:
        """The last prices and derivatives."""
        prices, gradient = self.result
        return black_scholes.numbers(prices.detach().numpy(), tuple(g.numpy() for g in gradient))


class BlackScholesCompiled(BlackScholes):
    """Prices and derivatives compiled as one function."""

    def __init__(self, threads: str) -> None:
        super().__init__(threads)
        self.run = compiled(prices_and_derivatives)
        self.arguments = [x.detach() for x in self.arguments]

    @torch.no_grad()
    def __call__(self) -> Any:
        """Prices and derivatives."""
        self.result = self.run(*self.arguments)
        return self.result


def prices_and_derivatives(*arguments: Tensor) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Of every row."""
    slopes = torch.func.grad(summed_price, argnums=(0, 1, 2, 3, 4), has_aux=True)
    derivatives, prices = slopes(*arguments)
    return prices, derivatives


def summed_price(*arguments: Tensor) -> tuple[Tensor, Tensor]:
    """What has every row's derivatives as its gradient, and the prices themselves."""
    prices = price(*arguments)
    return prices.sum(), prices


def price(S: Tensor, K: Tensor, T: Tensor, r: Tensor, sigma: Tensor) -> Tensor:
    """The prices of calls."""
    spread = sigma * T.sqrt()
    d1 = ((S / K).log() + (r + 0.5 * sigma * sigma) * T) / spread
    d2 = d1 - spread
    return S * normal(d1) - K * (-r * T).exp() * normal(d2)


def normal(x: Tensor) -> Tensor:
    """Φ(x)."""
    return 0.5 * (1.0 + torch.erf(black_scholes.ROOT_HALF * x))
