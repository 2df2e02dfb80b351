"""Files that are written whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path


def write_file(path: str | os.PathLike[str], content: bytes) -> Path:
    """Write `content` to `path`; folders are made as needed, links followed, permissions kept.

    Until all of it is on the disk, the file of this name stays what it was: a full disk, an error
    or Ctrl-C changes nothing. Returns the path as it was given.

    Raises:
        OSError: the file cannot be written.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> write_file(folder / "a" / "w.txt", b"5.0").read_bytes()
    b'5.0'
    """
    given, path = Path(path), _followed(Path(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{secrets.token_hex(6)}.tmp")
    try:
        if not _written_unnamed(draft, content):
            with draft.open("xb") as file:
                _write(file.fileno(), content)
        if path.exists():
            if not os.access(path, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            draft.chmod(stat.S_IMODE(path.stat().st_mode))
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return given


def _followed(path: Path) -> Path:
    try:
        return path.resolve()
    except RuntimeError:  # until Python 3.12 it is no OSError
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path)) from None
    except ValueError as error:  # a zero byte, or half a character
        raise OSError(errno.EINVAL, f"no name of a file ({error})", str(path)) from None


def _written_unnamed(draft: Path, content: bytes) -> bool:
    """True if the system could keep the file without a name until it was complete.

    Then a program that is killed meanwhile leaves nothing behind.
    """
    if not hasattr(os, "O_TMPFILE"):
        return False
    try:
        file = os.open(draft.parent, os.O_TMPFILE | os.O_WRONLY, 0o666)
    except OSError:  # not on this file system; if the folder is at fault, a named file says so
        return False
    try:
        _write(file, content)
        with suppress(OSError):  # without /proc
            os.link(f"/proc/self/fd/{file}", draft, follow_symlinks=True)
            return True
        return False
    finally:
        os.close(file)


def _write(file: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(file, left) :]
    os.fsync(file)
