"""The two builds of the core: the Python sources as they are, and the same ones compiled.

The binaries lie in `binaries/<fingerprint>/`, with the fingerprint of the sources that they were
made from. So they never run in place of sources that were changed since: all is Python then, and
one line says so. Without binaries for this interpreter it is Python, too, and nothing is said.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import struct
import sys
from collections.abc import Sequence
from importlib.machinery import ExtensionFileLoader, ModuleSpec
from pathlib import Path
from types import ModuleType

from autograd.fingerprint import fingerprint, modules

SUFFIX = importlib.machinery.EXTENSION_SUFFIXES[0]
"""End of the names of binaries that this interpreter can load: `.cpython-311-x86_64-…`."""


class Binary(ExtensionFileLoader):
    """Loader of a module from its binary.

    The binary is opened at once, which is when one of another system or a damaged one shows. The
    module's `__file__` is the Python source: that is what tracebacks, `inspect` and pytest look
    for.
    """

    def __init__(self, name: str, source: Path, path: Path) -> None:
        super().__init__(name, str(path))
        self.source = source
        if _is_cut(path):
            raise ImportError(f"{path}: a part of the file is missing")
        self.opened = super().create_module(ModuleSpec(name, self, origin=str(path)))

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """The module, not yet run."""
        self.opened.__file__ = str(self.source)
        return self.opened


class Binaries:
    """Finder of compiled modules, in front of the one that finds their sources."""

    def __init__(self, package: Path, folder: Path) -> None:
        self.loaders = {
            f"autograd.{name}": Binary(f"autograd.{name}", source, folder / f"{name}{SUFFIX}")
            for name, source in modules(package).items()
        }

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of a compiled module; None for all others."""
        loader = self.loaders.get(name)
        if loader is None:
            return None
        return importlib.util.spec_from_file_location(name, loader.source, loader=loader)


def serve_binaries(package: Path) -> bool:
    """Let the compiled modules be imported from their binaries; False if there are none for us.

    CHAINRULE_COMPILE=0 in the environment keeps to the Python sources.
    """
    if os.environ.get("CHAINRULE_COMPILE") == "0":
        return False
    built = {path.parent for path in (package / "binaries").glob(f"*/*{SUFFIX}")}
    if not built:  # then nothing is read
        return False
    folder = package / "binaries" / fingerprint(package)
    if folder not in built:
        _say("its sources have changed since they were compiled")
        return False
    try:
        sys.meta_path.insert(0, Binaries(package, folder))
    except (ImportError, OSError) as error:
        _say(f"its compiled core cannot be loaded ({error})")
        return False
    return True


def _is_cut(path: Path) -> bool:
    """True if a binary of Linux ends before its table of sections does, which is the last thing
    in it. Linux does not look, and the process would die; other systems refuse such a file."""
    with path.open("rb") as file:
        head = file.read(64)
    if len(head) < 64 or not head.startswith(b"\x7fELF\x02"):  # the format for 64 bits
        return False
    (start,), (size, count) = struct.unpack_from("Q", head, 40), struct.unpack_from("HH", head, 58)
    return start + size * count > path.stat().st_size


def _say(reason: str) -> None:
    print(f"autograd runs in pure Python: {reason}; `make fast` compiles it again", file=sys.stderr)


compiled = serve_binaries(Path(__file__).parent)
"""True if the compiled core runs, False if it is all Python."""
