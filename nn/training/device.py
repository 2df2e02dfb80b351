"""Parameters on JAX's devices: a step, from a batch to the parameters after it, is computed there.

What a run looks at after each step, the loss and if all is finite, comes back; parameters, the
optimiser's averages and the gradient do when somebody asks for them: callbacks, the validation, you
at the end.
"""

from __future__ import annotations

import copy
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

from nn.checks import Array
from nn.data.examples import Examples
from nn.errors import ArgumentError
from nn.objective.compiled import arrays_of, metric_of
from nn.objective.objective import Measured, Objective
from nn.optim.clipping import scale_for
from nn.training.interrupts import uninterrupted
from nn.training.parameters import CompiledParameters
from nn.training.steps import Steps

__tracebackhide__ = True


class Found(NamedTuple):
    """Results of a step; `is_finite` tells it of "grad" and "data" (the new numbers)."""

    loss: Any
    is_finite: dict[str, Any]
    gradient: Any
    numbers: Any
    progress: Any
    outputs: Any


class DeviceParameters(CompiledParameters):
    """The same by JAX, over the devices of a mesh if there is one.

    Of several processes (`jax.distributed`), each goes through its own examples; the gradient is
    that of all of them, so that all take the same steps.

    Attributes:
        numbers: the parameters' numbers, on the devices.
    """

    moves = True
    gives_outputs = False

    def __init__(
        self, objective: Objective, train: Examples, steps: Steps, *, held_out: bool
    ) -> None:
        super().__init__(objective, train, held_out=held_out)
        self._jax, self._jnp = import_module("jax"), import_module("jax.numpy")
        self._steps, self._mesh = steps, objective.mesh
        self._traces: tuple[Any, ...] = ()
        self._compiled: dict[str, Any] = {}
        self.numbers: Any = None
        self._check_counts(len(train.inputs))

    def read(self) -> None:
        """Read the numbers of the Values; they and the averages go to the devices."""
        self.numbers = None
        with self._jax.enable_x64(True), uninterrupted():
            super().read()
            traces = self._cost.graph, self._reader.graph
            if traces != self._traces:
                self._traces, self._functions = traces, self._cost.to_jax()
                self._output_of = self._reader.to_jax().value
                self._compiled.clear()
            self.numbers, optimizer = self._there(self.theta), self._steps.optimizer
            self._read_by_reader = self._there(self._numbers if self._has_metric else self.theta)
            optimizer.progress = self._jax.tree.map(self._there, optimizer.progress)

    def write(self) -> None:
        """Give the Values their numbers and gradients, and the optimiser its averages."""
        if self.numbers is not None and self.is_read:
            with uninterrupted():
                steps, here = self._steps, self._jax.tree.map
                self._fetch()
                self.gradient = np.array(self.gradient)
                steps.optimizer.progress = here(np.array, steps.optimizer.progress)
                steps.before = here(np.array, steps.before)
        super().write()

    def copied(self) -> Any:
        """The numbers, which are never written to."""
        return self.numbers

    def put_back(self, numbers: Any) -> None:
        """Put numbers back."""
        self.numbers = numbers

    def array(self, what: str) -> Array:
        """The parameters' "data" or "grad"."""
        return np.asarray(self.numbers if what == "data" else self.gradient)

    def is_finite(self, what: str) -> bool:
        """True if none of these is nan or infinite."""
        return bool(self._found.is_finite[what])

    def gradients(self, batch: Examples) -> Measured:
        """Compute the whole step for a batch, which `move` takes; measure it on the way."""
        if not self.place:
            return super().gradients(batch)
        given, optimizer = arrays_of(self.objective, batch), self._steps.optimizer
        with self._jax.enable_x64(True):
            found = self._step()(
                self.numbers, optimizer.progress, optimizer.lr, self._read_by_reader,
                *self._functions.placed(*given),
            )  # fmt: skip
            loss, finite = self._jax.device_get((found.loss, found.is_finite))
            outputs = self._jax.tree.map(self._here, found.outputs)
        self._found, self.gradient = found._replace(is_finite=finite), found.gradient
        self._add_to_others()
        return self._of_all(Measured(float(loss), metric_of(self.objective, outputs, batch)))

    def move(self) -> None:
        """Take the step."""
        self.numbers, self._steps.optimizer.progress = self._found.numbers, self._found.progress

    def measure(self, examples: Examples) -> Measured:
        """Mean loss without penalties, and mean metric."""
        self._fetch()
        return self._of_all(super().measure(examples))

    # A step

    def _step(self) -> Any:
        """The step, compiled for the optimiser's settings; its rate is an argument."""
        optimizer = self._steps.optimizer
        settings = repr(({**optimizer._settings(), "lr": None}, optimizer.groups))
        if settings not in self._compiled:
            self._compiled[settings] = self._jax.jit(self._from_batch_to_numbers)
        return self._compiled[settings]

    def _from_batch_to_numbers(
        self, numbers: Any, progress: Any, lr: Any, by_reader: Any, *given: Any
    ) -> Found:
        jnp, outputs = self._jnp, None
        loss, gradient = self._functions.value_and_grad(numbers, *given)
        if self._has_metric:
            by_reader = by_reader.at[self._to].set(numbers[self._from])
            outputs = self._output_of(by_reader, *given[:2])
        finite = {"grad": jnp.isfinite(gradient).all()}
        gradient = self._clipped(gradient)
        numbers, progress = self._moved(numbers, gradient, progress, lr)
        finite["data"] = jnp.isfinite(numbers).all()
        return Found(loss, finite, gradient, numbers, progress, outputs)

    def _clipped(self, gradient: Any) -> Any:
        jnp, steps = self._jnp, self._steps
        if steps.clip_value is not None:
            gradient = jnp.clip(gradient, -steps.clip_value, steps.clip_value)
        if steps.clip_norm is not None:
            mine = gradient[steps.mine]
            largest = jnp.abs(mine).max()
            norm = jnp.linalg.norm(mine / largest) * largest
            norm = jnp.where((largest > 0.0) & jnp.isfinite(largest), norm, largest)
            gradient = gradient * jnp.minimum(1.0, scale_for(norm, steps.clip_norm))
        return gradient

    def _moved(self, numbers: Any, gradient: Any, progress: Any, lr: Any) -> tuple[Any, Any]:
        """The optimiser's step, by a copy of it that has these averages and this rate."""
        optimizer = copy.copy(self._steps.optimizer)
        vars(optimizer).update(progress=progress, lr=lr)
        places, live = self._steps.moved
        try:
            moved = optimizer.updated(numbers[places], gradient[places], live)
        except self._jax.errors.TracerArrayConversionError as error:
            raise ArgumentError(
                f"backend='jax' computes the step of {type(optimizer).__name__} too, whose _change "
                "calls NumPy's own functions: take those of the arrays that it is given, "
                "xp = theta.__array_namespace__() and xp.sqrt(g), or choose another backend"
            ) from error
        return numbers.at[places].set(moved), optimizer.progress

    # Here and there

    @property
    def _has_metric(self) -> bool:
        return self.objective.metric is not None

    def _there(self, array: Array) -> Any:
        """An array on every device."""
        if self._mesh is None:
            return self._jax.device_put(array)
        sharding = self._jax.sharding
        mesh = sharding.Mesh(self._mesh.devices, self._mesh.axis_names)
        whole = sharding.NamedSharding(mesh, sharding.PartitionSpec())
        try:
            return self._jax.device_put(array, whole)
        except AssertionError:  # JAX compares what the processes give
            raise ArgumentError(
                "the processes that train together must begin with the same numbers: make the "
                "model in each with the same seed, or load the same state into it"
            ) from None

    def _here(self, array: Any) -> Array:
        """All of an array; of one that is spread over processes, what belongs to this one."""
        if not (array.is_fully_addressable or array.is_fully_replicated):
            mesh, spec = array.sharding.mesh, array.sharding.spec
            array = self._utils.global_array_to_host_local_array(array, mesh, spec)
        return np.asarray(array)

    def _fetch(self) -> None:
        """Bring the numbers here, where the programs read them."""
        if self.numbers is not None and self.is_read:
            self.theta[:] = self.numbers

    def _of_all(self, measured: Measured) -> Measured:
        """The means over all processes that train together."""
        if self._mesh is None or not self._mesh.is_multi_process:
            return measured
        loss, *metrics = self._gathered(np.hstack(measured)).mean(axis=0).tolist()
        return Measured(loss, metrics[0] if len(metrics) == 1 else np.array(metrics))

    def _gathered(self, numbers: Any) -> Array:
        """A row of numbers for each process that trains with this one."""
        with self._jax.enable_x64(True):
            found: Array = self._utils.process_allgather(np.array(numbers))
        return found

    def _check_counts(self, examples: int) -> None:
        """Raise unless all processes have equally many examples, without which no mean is one."""
        if self._mesh is None or not self._mesh.is_multi_process:
            return
        counts = self._gathered([examples])[:, 0].tolist()
        if len({*counts}) > 1:
            raise ArgumentError(
                f"the processes that train together must have equally many examples, not {counts}; "
                f"give {min(counts)} in each"
            )

    @property
    def _utils(self) -> Any:
        return import_module("jax.experimental.multihost_utils")


def programs_for(steps: Steps, train: Examples, *, held_out: bool = False) -> CompiledParameters:
    """The parameters of a run by programs, here or on JAX's devices."""
    objective = steps.parameters.objective
    if objective.backend == "jax" and steps.in_arrays:
        return DeviceParameters(objective, train, steps, held_out=held_out)
    return CompiledParameters(objective, train, held_out=held_out)
