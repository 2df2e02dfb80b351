"""Programs: scalar code, traced once and replayed at array speed.

`trace` runs a function and writes down its scalar graph, the `plan`; `normal` and `arrange` lift
it to array statements; `lower` writes them as NumPy source, forward and backward, with the
primitives' own rules read through `symbols`; `straight` writes a graph without regularity as
Python over floats; `execution` runs the source over batches; `compiled` is what users hold.

`arguments` takes a call's arguments apart (with the engine's `structures`: containers, and arrays
of any library; `rules`: what is batched, what is static); `traces` keeps the latest traces, each a
`replay`. A program within a trace or a transform goes `through`; `flat` keeps its parameters in one
array; `methods` and `sending` bind it to objects and pickle it. `outside` walks through what a
function reads, and `surroundings` says whether that is still what it was.
"""

from autograd.program.program import Program, compile
from autograd.program.tracing.surroundings import Surroundings

__all__ = ["Program", "Surroundings", "compile"]
