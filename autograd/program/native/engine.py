"""Machine code of LLVM text, by llvmlite: for this machine, kept while the process lives."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, NamedTuple

from autograd.extras import need
from autograd.program.native.mathematics import Lanes
from autograd.program.native.stored import Stored

KEPT = 64
"""So many modules' code is kept."""
SHORT = 60
"""Up to so many instructions are translated as they stand, in 10 ms. For longer text registers are
chosen with care: Black–Scholes over a batch (91) takes 15 ms and runs a tenth faster, moons (6,000)
0.26 s and 1.7 times as fast. LLVM's passes find nothing in such text, and take ten times as long.
"""
_LIBRARIES = ("libmvec.so.1", "libm.so.6")


class Engine(NamedTuple):
    """The functions of a module, and what keeps their code alive."""

    before: Callable[..., None]
    pieces: Callable[..., None]
    after: Callable[..., None]
    whole: Callable[..., None]
    owner: Any


@cache
def llvm() -> Any:
    """llvmlite's binding, ready for this machine."""
    binding = need("llvmlite.binding", extra="native", what="backend='native'")
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    for library in _LIBRARIES:
        try:
            binding.load_library_permanently(library)
        except RuntimeError:  # a platform without it: functions are looked up by name, below
            continue
    return binding


@cache
def lanes(kind: str) -> Lanes:
    """The widest vectors of this machine, for float or double."""
    features = llvm().get_host_cpu_features()
    more = 2 if kind == "float" else 1
    if features.get("avx512f") and features.get("avx512dq"):
        return Lanes(8 * more, "e")
    if features.get("avx2") and features.get("fma"):
        return Lanes(4 * more, "d")
    return Lanes(2 * more, "b" if features.get("sse2") else "")


@cache
def is_offered(name: str) -> bool:
    """True if there is a function of this name (a call of one that is missing would crash)."""
    return llvm().address_of_symbol(name) is not None


@lru_cache(maxsize=KEPT)
def engine(text: str, operations: int) -> Engine:
    """Compile a module."""
    binding = llvm()
    parsed = binding.parse_assembly(text)
    parsed.verify()
    target = {
        "cpu": binding.get_host_cpu_name(),
        "features": binding.get_host_cpu_features().flatten(),
        "opt": 0 if operations <= SHORT else 1,
    }
    machine = binding.Target.from_default_triple().create_target_machine(**target)
    owner = binding.create_mcjit_compiler(parsed, machine)
    folder = os.environ.get("CHAINRULE_CACHE")
    if folder:
        stored = Stored(folder, (text, target, binding.llvm_version_info))
        owner.set_object_cache(lambda _, code: stored.write(code), lambda _: stored.read())
    owner.finalize_object()
    pointer, count = ctypes.c_void_p, ctypes.c_int64
    operands = {
        "before": (pointer, pointer),
        "pieces": (pointer, count, count, pointer),
        "after": (pointer, count, pointer),
        "whole": (pointer, count, pointer),
    }
    made = {
        name: ctypes.CFUNCTYPE(None, *kinds)(owner.get_function_address(name))
        for name, kinds in operands.items()
    }
    owner.remove_module(parsed)  # it takes three times as much memory as its code
    return Engine(**made, owner=owner)


def threads() -> int:
    """The number of threads for a batch: that of the processors, or CHAINRULE_THREADS."""
    given = os.environ.get("CHAINRULE_THREADS", "")
    if given.isdecimal() and int(given):
        return int(given)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
