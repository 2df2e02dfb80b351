"""Writing a finished picture or page to a file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograd import write_file
from viz.errors import DrawingError, SaveError


def checked_suffix(path: str | os.PathLike[str], *allowed: str) -> str:
    """The suffix of `path` in lower case, if it is one of those allowed."""
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in allowed:
        given = f"suffix {path.suffix!r}" if suffix else "no suffix"
        right = Path(path.name or "figure").with_suffix(allowed[0])
        several = f"give one of {', '.join(allowed)}"
        advice = several if len(allowed) > 1 else f"write {str(right)!r}"
        raise DrawingError(f"cannot save {path}: it has {given}; {advice}")
    return suffix


def write(path: str | os.PathLike[str], content: bytes) -> Path:
    """Write `content` to `path`, whole or not at all; folders are made as needed."""
    with saving(path):
        return write_file(path, content)


@contextmanager
def saving(path: str | os.PathLike[str]) -> Iterator[None]:
    """Turn what the system says of a file that cannot be written into an error of ours."""
    path = Path(path)
    try:
        yield
    except (FileExistsError, NotADirectoryError):
        raise SaveError(f"cannot write {path}: {path.parent} is no folder") from None
    except OSError as error:
        raise SaveError(f"cannot write {path}: {error.strerror or error}") from None
