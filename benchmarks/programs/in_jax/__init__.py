"""The workloads in JAX: float64, jitted, parameters in one vector, which is the quickest to pass.

`networks` holds those with weights, `formulas` the others. Dispatch is synchronous: with one small
computation at a time there is nothing to overlap with, and JAX's hand-over to another thread would
take longer than the step. `default_dispatch` makes the same with JAX's default, for comparison.
"""

from importlib import import_module
from typing import Any

import jax

ASYNCHRONOUS = "jax_cpu_enable_async_dispatch"  # read when the first array is made

jax.config.update("jax_enable_x64", True)
jax.config.update(ASYNCHRONOUS, False)


def default_dispatch(module: str, name: str, *settings: str) -> Any:
    """A class of one of the modules, in a process where JAX's dispatch is left as it comes."""
    jax.config.update(ASYNCHRONOUS, True)
    return getattr(import_module(f"benchmarks.programs.in_jax.{module}"), name)(*settings)
