"""How a reader is told of rows and sums: as the shortest NumPy that means the same."""

from __future__ import annotations

from autograd.program.arrays.patterns import Index, affine


def summed_text(said: str, axis: int) -> str:
    """The sum of something over an axis."""
    simple = said.replace("_", "").isalnum()
    return f"{said if simple else f'({said})'}.sum({axis})"


def rows_text(index: Index, count: int) -> str:
    """How a reader takes these rows of an array of `count` rows: [0:16], .reshape(4, 4, -1), …"""
    found = affine(index)
    if found is None:
        return "[…]"
    base, steps = found
    last = int(index.max())
    whole = "" if (base, last) == (0, count - 1) else f"[{base}:{last + 1}]"
    sizes = [n for n in index.shape if n > 1]
    if len(sizes) <= 1 and index.ndim == 1:
        step = f":{steps[0]}" if steps[0] > 1 else ""
        return f"[{base}:{last + 1}{step}]" if step else whole
    if index.ndim == 2:
        return _table(base, steps, index.shape, count, whole)
    axes = ", ".join(f"np.arange({n}) * {step}" for n, step in zip(index.shape, steps, strict=True))
    return f"[{base} + np.add.outer({axes})]"


def _table(
    base: int, steps: tuple[int, ...], shape: tuple[int, ...], count: int, whole: str
) -> str:
    """Rows in two loops: a column or a row of rows, a table, or a part of the whole as a table."""
    (m, n), (down, across) = shape, steps
    if across == 0:
        return f"[{base}:{base + (m - 1) * down + 1}{f':{down}' if down > 1 else ''}, None]"
    if down == 0:
        return f"[None, {base}:{base + (n - 1) * across + 1}{f':{across}' if across > 1 else ''}]"
    if across == 1 and down == n:
        return f"{whole}.reshape({m}, {n}, -1)"
    top, left = divmod(base, down)
    if across == 1 and down > n and count % down == 0 and left + n <= down:
        return f".reshape({count // down}, {down}, -1)[{top}:{top + m}, {left}:{left + n}]"
    return f"[{base} + np.add.outer(np.arange({m}) * {down}, np.arange({n}) * {across})]"
