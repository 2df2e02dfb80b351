"""The workloads in PyTorch: float64, no overhead that a user could leave out.

Parameters are one vector, parted inside: one gradient to add instead of six. `torch.compile`, where
there is a C++ compiler, takes loss, gradient and update as one function.

Each class takes the number of threads, or "default".
"""

from __future__ import annotations

from collections.abc import Callable
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


def flat(arrays: list[Any]) -> tuple[Tensor, Callable[[Tensor], list[Tensor]]]:
    """All numbers in one vector, and the function that parts it again."""
    tensors = [torch.from_numpy(a) for a in arrays]
    shapes, sizes = [t.shape for t in tensors], [t.numel() for t in tensors]

    def parted(vector: Tensor) -> list[Tensor]:
        return [p.view(s) for p, s in zip(vector.split(sizes), shapes, strict=True)]

    return torch.cat([t.reshape(-1) for t in tensors]).requires_grad_(), parted


def paired(tensors: list[Tensor]) -> list[tuple[Any, Any]]:
    """W, b, W, b, … as arrays (W, b) of each layer."""
    arrays = [t.detach().numpy() for t in tensors]
    return list(zip(arrays[::2], arrays[1::2], strict=True))


class Moons:
    """One step; loss and gradient by autograd, SGD in place."""

    def __init__(self, threads: str) -> None:
        use(threads)
        self.theta, self.parted = flat([a for layer in moons.weights() for a in layer])
        self.X, self.y = map(torch.from_numpy, moons.data())

    def cost(self, theta: Tensor) -> Tensor:
        """Mean hinge loss plus L2."""
        W1, b1, W2, b2, W3, b3 = self.parted(theta)
        h = functional.linear(self.X, W1, b1).relu()
        h = functional.linear(h, W2, b2).relu()
        scores = functional.linear(h, W3, b3).squeeze(1)
        return torch.relu(1 - self.y * scores).mean() + moons.ALPHA * theta.dot(theta)

    def __call__(self) -> float:
        """One step; returns the loss before it."""
        loss = self.cost(self.theta)
        (gradient,) = torch.autograd.grad(loss, self.theta)
        with torch.no_grad():
            self.theta.add_(gradient, alpha=-moons.RATE)
        self.loss = loss.item()
        return self.loss

    def numbers(self) -> Numbers:
        """The last loss and the parameters."""
        return moons.numbers(self.loss, paired(self.parted(self.theta)))


class MoonsCompiled(Moons):
    """The whole step compiled."""

    def __init__(self, threads: str) -> None:
        super().__init__(threads)
        self.theta.requires_grad_(False)
        self.step = torch.compile(self.stepped, fullgraph=True)

    def stepped(self, theta: Tensor) -> Tensor:
        """One step in place; returns the loss before it."""
        gradient, loss = torch.func.grad_and_value(self.cost)(theta)
        theta.add_(gradient, alpha=-moons.RATE)
        return loss

    @torch.no_grad()
    def __call__(self) -> float:
        """One step; returns the loss before it."""
        self.loss = self.step(self.theta).item()
        return self.loss


class Digits:
    """One epoch; loss and gradient by autograd, PyTorch's fused Adam."""

    def __init__(self, threads: str) -> None:
        use(threads)
        self.theta, self.parted = flat([a for layer in digits.weights() for a in layer])
        self.batches = [(torch.from_numpy(X), torch.from_numpy(y)) for X, y in digits.batches()]
        self.adam = torch.optim.Adam([self.theta], lr=digits.RATE, fused=True)

    def cost(self, theta: Tensor, X: Tensor, y: Tensor) -> Tensor:
        """Mean cross-entropy."""
        W1, b1, W2, b2 = self.parted(theta)
        logits = functional.linear(functional.linear(X, W1, b1).relu(), W2, b2)
        return functional.cross_entropy(logits, y)

    def __call__(self) -> float:
        """One epoch; returns the last batch's loss."""
        for X, y in self.batches:
            loss = self.cost(self.theta, X, y)
            (self.theta.grad,) = torch.autograd.grad(loss, self.theta)
            self.adam.step()
        self.loss = loss.item()
        return self.loss

    def numbers(self) -> Numbers:
        """The last loss and the parameters."""
        return digits.numbers(self.loss, paired(self.parted(self.theta)))


class DigitsCompiled(Digits):
    """Loss, gradient and Adam compiled as one function."""

    def __init__(self, threads: str) -> None:
        super().__init__(threads)
        self.theta.requires_grad_(False)
        self.m, self.v = torch.zeros_like(self.theta), torch.zeros_like(self.theta)
        self.t = torch.zeros(())
        self.step = torch.compile(self.stepped, fullgraph=True, dynamic=False)

    def stepped(self, t: Tensor, X: Tensor, y: Tensor) -> Tensor:
        """Step t in place; returns the loss before it."""
        theta, m, v = self.theta, self.m, self.v
        g, loss = torch.func.grad_and_value(self.cost)(theta, X, y)
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
        self.prepare()

    def prepare(self) -> None:
        """Make the module and collect its weights."""
        self.module = torch.nn.LSTM(lstm.INPUTS, lstm.HIDDEN)
        self.load({f"{name}_l0": w for name, w in lstm.weights().items()})

    def load(self, weights: dict[str, Any]) -> None:
        """Put the weights into the module."""
        self.module.load_state_dict({k: torch.from_numpy(w) for k, w in weights.items()})
        self.weights = [self.module.get_parameter(name) for name in weights]

    def last_state(self) -> Tensor:
        """h after the last step."""
        _, (h, _) = self.module(self.X)
        return h[0]

    def cost(self) -> Tensor:
        """Mean squared error of the last state."""
        return functional.mse_loss(self.last_state(), self.Y)

    def __call__(self) -> Any:
        """Loss and gradient."""
        self.loss = self.cost()
        self.gradient = torch.autograd.grad(self.loss, self.weights)
        return self.gradient

    def numbers(self) -> Numbers:
        """Loss and gradient, weight by weight."""
        named = zip(lstm.NAMES, self.gradient, strict=True)
        return {"loss": [self.loss.item()], **{name: g.numpy().ravel() for name, g in named}}


class LSTMCell(LSTM):
    """Loss and gradient through a loop over `nn.LSTMCell`."""

    def prepare(self) -> None:
        """Make the module and collect its weights."""
        self.module = torch.nn.LSTMCell(lstm.INPUTS, lstm.HIDDEN)
        self.load(lstm.weights())

    def last_state(self) -> Tensor:
        """h after the last step."""
        state = None
        for x in self.X.unbind():
            state = self.module(x, state)
        return state[0]


class LSTMCompiled(LSTMCell):
    """The loop's loss compiled."""

    def __init__(self, threads: str) -> None:
        super().__init__(threads)
        self.cost = torch.compile(self.cost)


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
        self.run = torch.compile(prices_and_derivatives, fullgraph=True)
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
