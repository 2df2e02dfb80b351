"""Mathematical functions in LLVM's language: the C library's, lane by lane or on vectors.

glibc has functions of vectors (libmvec): within 6e-16 of the exact result (4e-7 for float), with
the edges of IEEE 754 and subnormal results, measured with glibc 2.36. Where there are none, the C
library's own function is called for each lane.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from autograd.program.backends.expressions import IN_C

INTRINSIC = {"absolute": "fabs", "sqrt": "sqrt", "floor": "floor"}
"""Elementary operations that LLVM knows itself."""
IN_LIBM = {op: name for op, name in IN_C.items() if op not in INTRINSIC}
"""Those that are called."""
TWO_OPERANDS = {"arctan2", "fmod", "hypot", "power"}


class Lanes(NamedTuple):
    """The width of the machine's vectors, and the letter that libmvec has for them (or none)."""

    width: int
    letter: str = ""


class Functions:
    """The functions that a module calls, of numbers of a type (float or double) or vectors.

    Attributes:
        declared: the lines that declare or define them.
    """

    def __init__(self, kind: str, lanes: Lanes, is_offered: Callable[[str], bool]) -> None:
        self.kind, self.lanes, self._is_offered = kind, lanes, is_offered
        self.declared: dict[str, str] = {}

    def name(self, op: str, width: int) -> str:
        """The function that computes an elementary operation."""
        if op in INTRINSIC:
            bits = "f64" if self.kind == "double" else "f32"
            return self._declare(
                f"llvm.{INTRINSIC[op]}.{bits if width == 1 else f'v{width}{bits}'}", op, width
            )
        plain = IN_LIBM[op] + ("f" if self.kind == "float" else "")
        if width == 1:
            return self._declare(plain, op, 1)
        vector = self.vector_name(op, width)
        if vector is not None:
            return self._declare(vector, op, width)
        return self._lane_by_lane(op, plain, width)

    def vector_name(self, op: str, width: int) -> str | None:
        """The name that an operation has in libmvec, if it is there."""
        letters = "bde"[: "bde".find(self.lanes.letter) + 1] if self.lanes.letter else ""
        widths = {self.lanes.width >> i: letter for i, letter in enumerate(reversed(letters))}
        if op not in IN_LIBM or width not in widths:
            return None
        operands = "vv" if op in TWO_OPERANDS else "v"
        plain = IN_LIBM[op] + ("f" if self.kind == "float" else "")
        name = f"_ZGV{widths[width]}N{width}{operands}_{plain}"
        return name if self._is_offered(name) else None

    def most(self, op: str) -> int:
        """So many calls of an operation can be one call of vectors."""
        return self.lanes.width if self.vector_name(op, self.lanes.width) else 1

    def pack_width(self, op: str, count: int) -> int:
        """The width of the narrowest vectors for so many calls of an operation."""
        width = self.lanes.width
        while width // 2 >= count and self.vector_name(op, width // 2):
            width //= 2
        return width

    def _declare(self, name: str, op: str, width: int) -> str:
        kind = vector_type(self.kind, width)
        operands = ", ".join([kind] * (2 if op in TWO_OPERANDS else 1))
        self.declared[name] = f"declare {kind} @{name}({operands}) #1"
        return name

    def _lane_by_lane(self, op: str, plain: str, width: int) -> str:
        name = f"lanes_{plain}"
        if name in self.declared:
            return name
        self._declare(plain, op, 1)
        kind, scalar = vector_type(self.kind, width), self.kind
        given = ["%x", "%y"] if op in TWO_OPERANDS else ["%x"]
        lines = [f"define internal {kind} @{name}({', '.join(f'{kind} {x}' for x in given)}) #0 {{"]
        before = "poison"
        for i in range(width):
            parts = []
            for x in given:
                lines.append(f"  {x}{i} = extractelement {kind} {x}, i32 {i}")
                parts.append(f"{scalar} {x}{i}")
            lines.append(f"  %r{i} = call {scalar} @{plain}({', '.join(parts)})")
            lines.append(f"  %v{i} = insertelement {kind} {before}, {scalar} %r{i}, i32 {i}")
            before = f"%v{i}"
        self.declared[name] = "\n".join([*lines, f"  ret {kind} {before}", "}"])
        return name


def vector_type(kind: str, width: int) -> str:
    """The type of so many numbers side by side."""
    return kind if width == 1 else f"<{width} x {kind}>"
