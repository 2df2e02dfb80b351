"""Writing a finished picture or page to a file."""

from __future__ import annotations

import os
from pathlib import Path

from viz.errors import DrawingError, SaveError

__all__ = ["write"]


def write(path: str | os.PathLike[str], text: str, *, suffix: str) -> Path:
    """Write `text` to `path`, which must end in `suffix`; folders are made as needed.

    Raises:
        DrawingError: another suffix.
        SaveError: the file cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() != suffix:
        given = f"suffix {path.suffix!r}" if path.suffix else "no suffix"
        right = Path(path.name or "figure").with_suffix(suffix)
        raise DrawingError(f"cannot save {path}: it has {given}; write '{right}'")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except (FileExistsError, NotADirectoryError):
        raise SaveError(f"cannot write {path}: {path.parent} is no folder") from None
    except OSError as error:
        raise SaveError(f"cannot write {path}: {error.strerror or error}") from None
    return path
