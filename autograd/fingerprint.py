"""The compiled modules: their names, their sources, and the fingerprint of those.

A module is compiled if a `.pxd` file, which types it, stands beside it. If there is a `.pyx` of
the same name, that is what is compiled, and the `.py` is its stand-in. The build hook reads this
file by itself, so it imports nothing of ours.
"""

from __future__ import annotations

import zlib
from pathlib import Path


def modules(package: Path) -> dict[str, Path]:
    """The names of the modules within the package, and the Python source of each."""
    typed = (path.with_suffix(".py") for path in sorted(package.rglob("*.pxd")))
    return {".".join(path.relative_to(package).with_suffix("").parts): path for path in typed}


def fingerprint(package: Path) -> str:
    """Checksum of the names and contents of all sources that are compiled.

    A checksum tells an edit from none; importing Python's hashes would cost every user 3 ms.
    """
    found = 0
    for name, source in modules(package).items():
        for path in (source, source.with_suffix(".pyx"), source.with_suffix(".pxd")):
            if path.exists():
                contents = path.read_bytes()
                found = zlib.crc32(f"{name}{path.suffix} {len(contents)}\n".encode(), found)
                found = zlib.crc32(contents, found)
    return f"{found:08x}"
