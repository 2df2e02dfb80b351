"""Direct parts of derivatives, ∂⁺: wires beside which longer paths have the same ends."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_


def bypassed(
    below: Mapping[int, Sequence[int]], asked: Iterable[tuple[int, int]]
) -> set[tuple[int, int]]:
    """Those of the wires `asked`, as (above, below), beside which longer paths have the same ends.

    Over such a wire goes only the direct part of ∂above/∂below, which is written ∂⁺. Upwards goes,
    for each value, the set of lower ends it is computed from, as the bits of a number; it is
    forgotten as soon as all that needs it has been seen.

    Args:
        below: what each value is computed from.
        asked: wires of that graph.

    >>> sorted(bypassed({3: (1, 2), 4: (3, 1), 5: (4, 3)}, [(4, 1), (4, 3), (5, 3)]))
    [(4, 1), (5, 3)]
    """
    ends: defaultdict[int, list[int]] = defaultdict(list)
    for i, p in asked:
        if any(other > p and below.get(other) for other in below[i]):
            ends[i].append(p)
    bits = {p: 1 << k for k, p in enumerate({p for lower in ends.values() for p in lower})}
    if not bits:
        return set()
    waiting = Counter(p for parents in below.values() for p in parents)
    reached: dict[int, int] = {}
    found: set[tuple[int, int]] = set()
    for i in sorted(below):
        longer = reduce(or_, (reached.get(p, 0) for p in below[i]), 0)
        reached[i] = reduce(or_, (bits.get(p, 0) for p in below[i]), longer)
        found.update((i, p) for p in ends.get(i, ()) if longer & bits[p])
        for p in below[i]:
            waiting[p] -= 1
            if not waiting[p]:
                reached.pop(p, None)
    return found
