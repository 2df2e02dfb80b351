"""Generated source: compiled, and kept where tracebacks, debuggers and IPython's `??` look."""

from __future__ import annotations

import linecache
from itertools import count
from typing import Any

MOST_TEXTS = 1000
"""So many passing texts are kept; the oldest are forgotten then, and run on without one."""

_numbers = count()
_passing: list[str] = []


def compiled_source(name: str, text: str, scope: dict[str, Any], *, passing: bool = False) -> Any:
    """The thing that `text` defines as `name`, run in `scope`; `inspect.getsource` shows it.

    `passing` texts, of which a long run may make any number, are forgotten in time.

    >>> double = compiled_source("double", "def double(x):\\n    return x + x\\n", {})
    >>> double(2.0)
    4.0
    """
    file = f"<autograd: {name} {next(_numbers)}>"
    exec(compile(text, file, "exec"), scope)
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    if passing:
        _passing.append(file)
        for old in _passing[:-MOST_TEXTS]:
            linecache.cache.pop(old, None)
        del _passing[:-MOST_TEXTS]
    return scope[name]
