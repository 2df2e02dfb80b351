"""The compiled modules: their names, their sources, and the fingerprint of those.

A module is compiled if a `.pxd` file, which types it, stands beside it. If there is a `.pyx` of
the same name, that is what is compiled, and the `.py` is its stand-in. The build hook reads this
file by itself, so it imports nothing of ours.
"""

from __future__ import annotations

import hashlib
from pathlib import Path


def modules(package: Path) -> dict[str, Path]:
    """The names of the modules within the package, and the Python source of each."""
    typed = (path.with_suffix(".py") for path in sorted(package.rglob("*.pxd")))
    return {".".join(path.relative_to(package).with_suffix("").parts): path for path in typed}


def fingerprint(package: Path) -> str:
    """Hash of the names and contents of all sources that are compiled."""
    found = hashlib.sha256()
    for name, source in modules(package).items():
        for path in (source, source.with_suffix(".pyx"), source.with_suffix(".pxd")):
            if path.exists():
                contents = path.read_bytes()
                found.update(f"{name}{path.suffix} {len(contents)}\n".encode())
                found.update(contents)
    return found.hexdigest()[:16]
