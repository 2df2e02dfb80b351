"""`python -m notebooks copy`: a copy of the walkthroughs to work in, which keeps a learner's work.

A file of the copy is brought up to date for as long as nobody has changed it. What was copied is
noted beside the copy, as the sum of each file, so that the next time tells who changed what.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from notebooks.execution import FOLDER

__all__ = ["NOTE", "copy"]

KINDS = ("[0-9][0-9]_*.ipynb", "README.md", "thumbnails/*.png", "exercises/*.py", "data/*")
NOTE = ".copied.json"


def copy(folder: Path, source: Path = FOLDER) -> list[str]:
    """Bring the copy in `folder` up to date; the lines that its learner should read.

    A file that was changed in the copy stays as it is. If there is a newer one, a line says so.
    """
    note = folder / NOTE
    before: dict[str, str] = json.loads(note.read_text()) if note.exists() else {}
    after, lines = {}, []
    for name in _names(source):
        original, mine = source / name, folder / name
        new, old = _sum(original), before.get(name)
        is_changed = mine.exists() and _sum(mine) not in (old, new)
        if not is_changed:
            mine.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(original, mine)
        elif new != old:
            lines.append(f"{mine}: kept, with your changes; rename it to get the newer one.")
        after[name] = old if is_changed and old else new
    lines += _gone(folder, before, after)
    note.write_text(json.dumps(after, indent=1))
    return lines


def _names(source: Path) -> list[str]:
    found = (path for kind in KINDS for path in source.glob(kind))
    return sorted(path.relative_to(source).as_posix() for path in found)


def _gone(folder: Path, before: dict[str, str], after: dict[str, str]) -> Iterator[str]:
    """Take away what no longer is among the walkthroughs, unless it was changed."""
    for name in sorted(before.keys() - after.keys()):
        mine = folder / name
        if mine.exists() and _sum(mine) == before[name]:
            mine.unlink()
        elif mine.exists():
            yield f"{mine}: kept, with your changes; it is no longer one of the walkthroughs."


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
