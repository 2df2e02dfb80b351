"""Training a network of 784-32-10 on 10,000 rows: the first batch, an epoch, memory; and compiling.

Random numbers with random classes from a fixed seed, batches of 32, cross-entropy, Adam with
PyTorch's defaults, one thread each. An epoch is the median of four after the first. Memory is the
most that the process held, less what it held with packages and model before there were data.
"""

from __future__ import annotations

import math
import os
import re
import statistics
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

import autograd
import nn
from autograd import dot, log_softmax, mean, relu, softmax, take
from benchmarks.contest import Row, spread, verdict, within
from benchmarks.measure import Numbers, Rival, Seconds, in_own_processes

INPUTS, HIDDEN, CLASSES, ROWS, BATCH, EPOCHS = 784, 32, 10, 10_000, 32, 5
ROUNDS = 5
WIDTH, HEADS, LAYERS, LENGTH, LETTERS = 32, 4, 2, 8, 27
FIRST_LIMIT, EPOCH_LIMIT, MEMORY_LIMIT, NETWORK_LIMIT, GPT_LIMIT = 3.0, 0.8, 3.0, 10.0, 5.0


def data() -> tuple[Any, Any]:
    """Inputs, one example a row, and classes."""
    rng = np.random.default_rng(0)
    return rng.random((ROWS, INPUTS)), rng.integers(CLASSES, size=ROWS)


def held() -> float:
    """The most bytes that this process has held (`ru_maxrss` may be that of the one that began it).

    As Linux tells it; nan elsewhere.
    """
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s*(\d+) kB", status.read_text()) if status.exists() else None
    return 1024.0 * int(found[1]) if found else math.nan


class EndedError(Exception):
    """The end of a run whose first batch is over."""


class First:
    """A callback that ends the run after the first batch, and notes when."""

    def __init__(self) -> None:
        self.at = 0.0

    def on_batch_end(self, state: Any) -> None:
        """Note the time, and end the run."""
        self.at = time.perf_counter()
        raise EndedError


class Chainrule:
    """`fit` with these settings, or until the first batch is over."""

    def __init__(self, part: str) -> None:
        self.metric = "accuracy" if part == "with accuracy" else None
        self.model = nn.MLP(INPUTS, [HIDDEN, CLASSES], init="kaiming_uniform", seed=0)
        self.part, self.before = part, held()
        self.data = data()

    def __call__(self) -> None:
        """Train."""

    def numbers(self) -> Numbers:
        """Seconds until the first batch is over; or of an epoch, and memory against the data."""
        settings = {"loss": "cross_entropy", "optimizer": "adam", "batch_size": BATCH}
        settings |= {"epochs": EPOCHS, "metric": self.metric, "progress": False}
        if self.part == "first batch":
            first, start = First(), time.perf_counter()
            with suppress(EndedError):
                nn.fit(self.model, *self.data, callbacks=first, **settings)
            return {"first": first.at - start}
        history = nn.fit(self.model, *self.data, **settings)
        memory = (held() - self.before) / self.data[0].nbytes
        return {"epoch": statistics.median(history.seconds[-4:]), "memory": memory}


class PyTorch:
    """The same loop in PyTorch, on one thread."""

    def __call__(self) -> None:
        """Train."""

    def numbers(self) -> Numbers:
        """Seconds of an epoch."""
        torch: Any = import_module("torch")
        torch.set_num_threads(1)
        X, y = map(torch.from_numpy, data())
        model = torch.nn.Sequential(
            torch.nn.Linear(INPUTS, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, CLASSES)
        ).double()
        optimizer, loss = torch.optim.Adam(model.parameters()), torch.nn.CrossEntropyLoss()
        seconds = []
        for _ in range(EPOCHS):
            start = time.perf_counter()
            order = torch.randperm(ROWS)
            for i in range(0, ROWS, BATCH):
                rows = order[i : i + BATCH]
                found = loss(model(X[rows]), y[rows])
                optimizer.zero_grad()
                found.backward()
                optimizer.step()
            seconds.append(time.perf_counter() - start)
        return {"epoch": statistics.median(seconds[-4:])}


class Network:
    """A program of 784-256-128-10, with its loss: 235,146 parameters."""

    def __init__(self) -> None:
        self.model = nn.MLP(INPUTS, [256, 128, CLASSES], init="kaiming_uniform", seed=0)
        X, y = data()
        self.batch = X[:BATCH], y[:BATCH]

    def __call__(self) -> None:
        """A program made and asked once."""
        cross_entropy = nn.losses.cross_entropy
        program = autograd.compile(lambda x, y: cross_entropy(self.model(x.tolist()), y))
        program.value_and_grad(*self.batch)


class GPT:
    """A GPT of two layers of 32 numbers and eight letters: 26,560 parameters."""

    def __init__(self) -> None:
        rng = np.random.default_rng(0)

        def matrix(m: int, n: int) -> list[list[autograd.Value]]:
            return [list(map(autograd.Value, row)) for row in rng.normal(0.0, 0.08, (m, n))]

        self.tokens, self.out = matrix(LETTERS, WIDTH), matrix(LETTERS, WIDTH)
        self.positions = matrix(LENGTH, WIDTH)
        shapes = dict.fromkeys(("query", "key", "value", "mix"), (WIDTH, WIDTH))
        shapes |= {"up": (4 * WIDTH, WIDTH), "down": (WIDTH, 4 * WIDTH)}
        self.layers = [{name: matrix(*s) for name, s in shapes.items()} for _ in range(LAYERS)]
        self.batch = rng.integers(0, LETTERS, (16, LENGTH + 1))

    def __call__(self) -> None:
        """A program made and asked once."""
        autograd.compile(self.loss).value_and_grad(self.batch)

    def loss(self, letters: Any) -> Any:
        """Mean cross-entropy of the next letter, of one text."""
        seen: list[Any] = [([], []) for _ in range(LAYERS)]
        losses = []
        for t in range(LENGTH):
            x = normed(added(take(self.tokens, letters[t]), self.positions[t]))
            for layer, (keys, values) in zip(self.layers, seen, strict=True):
                h = normed(x)
                keys.append(linear(h, layer["key"]))
                values.append(linear(h, layer["value"]))
                x = added(
                    linear(attended(linear(h, layer["query"]), keys, values), layer["mix"]), x
                )
                hidden = [relu(z) for z in linear(normed(x), layer["up"])]
                x = added(linear(hidden, layer["down"]), x)
            losses.append(-take(log_softmax(linear(x, self.out)), letters[t + 1]))
        return mean(losses)


def linear(x: Any, w: Any) -> list[Any]:
    """A matrix times a vector."""
    return [dot(row, x) for row in w]


def added(x: Any, y: Any) -> list[Any]:
    """The sum of two vectors."""
    return [a + b for a, b in zip(x, y, strict=True)]


def normed(x: Any) -> list[Any]:
    """A vector scaled to mean square 1."""
    scale = (dot(x, x) / len(x) + 1e-5) ** -0.5
    return [a * scale for a in x]


def attended(query: Any, keys: Any, values: Any) -> list[Any]:
    """The values so far, mixed by how well their keys agree with the query, head by head."""
    found: list[Any] = []
    size = WIDTH // HEADS
    for start in range(0, WIDTH, size):
        head = slice(start, start + size)
        weights = softmax([dot(query[head], key[head]) / size**0.5 for key in keys])
        found += [dot(weights, [v[j] for v in values]) for j in range(start, start + size)]
    return found


ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
FITS = {
    part: Rival(f"benchmarks.training:Chainrule:{part}", 1, 0, ONE_THREAD)
    for part in ("first batch", "an epoch", "with accuracy")
}
TORCH = "PyTorch, one thread"
COMPILED = {
    "until 235,146 parameters answer": Rival("benchmarks.training:Network", 1, 0, ONE_THREAD),
    "until a GPT of 26,560 answers": Rival("benchmarks.training:GPT", 1, 0, ONE_THREAD),
}


def report() -> None:
    """Print the table."""
    print(f"\nTraining 784-32-10 on 10,000 rows, and compiling ({os.cpu_count()} cores)")
    found: dict[str, list[Numbers]] = {}
    seconds: Seconds = {name: [] for name in COMPILED}
    for _ in range(ROUNDS):
        with in_own_processes({**FITS, TORCH: Rival("benchmarks.training:PyTorch", 1)}) as rivals:
            for name, process in rivals.items():
                found.setdefault(name, []).append(process.numbers(0))
        with in_own_processes(COMPILED) as rivals:
            for name, process in rivals.items():
                seconds[name].append(process.seconds())
    for row in [*rows_of_fit(found), *rows_of_compiling(seconds)]:
        print(f"  {row.bar:52}{row.measured}   {verdict(row)}", flush=True)


def rows_of_fit(found: dict[str, list[Numbers]]) -> list[Row]:
    """The first batch in seconds, epochs against PyTorch's, memory against the data."""
    first = [float(numbers["first"]) for numbers in found["first batch"]]
    torch = [float(numbers["epoch"]) for numbers in found[TORCH]]
    rows = [
        within(
            {"until the first batch is over": first}, "until the first batch is over", FIRST_LIMIT
        )
    ]
    for name in ("an epoch", "with accuracy"):
        ratios = [float(n["epoch"]) / t for n, t in zip(found[name], torch, strict=True)]
        bar = f"≤ {EPOCH_LIMIT}× PyTorch, {name}" if name == "an epoch" else f"– {name}"
        met = statistics.median(ratios) <= EPOCH_LIMIT if name == "an epoch" else None
        rows.append(Row(bar, f"{spread(ratios)} PyTorch, {name}", met))
    memory = [float(numbers["memory"]) for numbers in found["an epoch"]]
    most = statistics.median(memory)
    rows.append(Row(f"≤ {MEMORY_LIMIT:g}× the data, memory", spread(memory), most <= MEMORY_LIMIT))
    return rows


def rows_of_compiling(seconds: Seconds) -> list[Row]:
    """The times until programs answer."""
    limits = zip(seconds, (NETWORK_LIMIT, GPT_LIMIT), strict=True)
    return [within(seconds, name, limit) for name, limit in limits]
