"""Machine code kept in a folder for other processes, if CHAINRULE_CACHE names one.

The folder should be one that nobody else may write to: what lies in it is run. A file has a digest
in front; one that is damaged, or of another text or machine, is not taken.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any


class Stored:
    """The file of a module's machine code.

    Args:
        made_of: all that the code depends on: the text, the machine, and LLVM's version. Ours shows
            in the text.
    """

    def __init__(self, folder: str, made_of: tuple[Any, ...]) -> None:
        self._key = sha256(repr(made_of).encode()).digest()
        self.path = Path(folder) / f"{self._key.hex()}.o"
        self.path.parent.mkdir(parents=True, exist_ok=True)

    def read(self) -> bytes | None:
        """The code; None if there is none, or it is damaged."""
        try:
            found = self.path.read_bytes()
        except OSError:
            return None
        code = found[32:]
        return code if found[:32] == self._digest(code) else None

    def write(self, code: bytes) -> None:
        """Keep the code: all of it or nothing. A full disk is no reason not to run it."""
        with contextlib.suppress(OSError):
            number, name = tempfile.mkstemp(dir=self.path.parent)
            try:
                with os.fdopen(number, "wb") as file:
                    file.write(self._digest(code) + code)
                os.replace(name, self.path)
            except BaseException:
                os.unlink(name)
                raise

    def _digest(self, code: bytes) -> bytes:
        return sha256(self._key + code).digest()
