"""`python -m notebooks copy`: a copy of the walkthroughs to work in, which keeps a learner's work.

A file of the copy is brought up to date for as long as nobody has changed it. What was copied is
noted beside the copy, as the sum of each file, so that the next time tells who changed what.

The guides in `docs` come along, in a folder of that name: a link from them into the walkthroughs
then leads into the copy, too. Links to what is not copied lead back into the checkout.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from notebooks.execution import FOLDER, WIDGET

__all__ = ["NOTE", "CopyError", "copy"]

KINDS = ("[0-9][0-9]_*.ipynb", "README.md", "thumbnails/*.png", "exercises/*.py", "data/*")
NOTE = ".copied.json"

_LINK = re.compile(r"(?<=\]\()[\w./-]+\.\w+(?=[)#])")


class CopyError(RuntimeError):
    """There can be no copy in this folder; the text says what to do."""


def copy(folder: Path, source: Path = FOLDER) -> list[str]:
    """Bring the copy in `folder` up to date; the lines that its learner should read.

    A file that was changed in the copy stays as it is. If there is a newer one, a line says so.

    Raises:
        CopyError: `folder` holds the originals, or its note cannot be read.
        OSError: a file cannot be read or written.
    """
    if source.resolve().is_relative_to(folder.resolve()):
        raise CopyError(f"{folder} holds the walkthroughs themselves: name another folder")
    note = folder / NOTE
    before = _noted(note)
    after, lines = {}, []
    copies = _copies(folder, source)
    for original, mine in copies.items():
        content, name = _content(original, copies), mine.relative_to(folder).as_posix()
        new, old = _sum(content), before.get(name)
        is_changed = mine.exists() and _sum(mine.read_bytes()) not in (old, new)
        if not is_changed:
            mine.parent.mkdir(parents=True, exist_ok=True)
            mine.write_bytes(content)
        elif new != old:
            lines.append(f"{mine}: kept, with your changes; rename it to get the newer one.")
        after[name] = old if is_changed and old else new
    lines += _gone(folder, before, after)
    for mine in sorted(folder.glob("*.ipynb")):
        lines += _without_widgets(mine)
    note.write_text(json.dumps(after, indent=1), encoding="utf-8")
    return lines


def _noted(note: Path) -> dict[str, str]:
    """The sums of what was copied before."""
    if not note.exists():
        return {}
    try:
        noted = json.loads(note.read_bytes())
    except ValueError:
        noted = None
    if not isinstance(noted, dict):
        raise CopyError(f"{note} is damaged: delete it; what differs in your copy is kept")
    return noted


def _copies(folder: Path, source: Path) -> dict[Path, Path]:
    """The copy of each file that is copied."""
    found = sorted(path for kind in KINDS for path in source.glob(kind))
    copies = {path: folder / path.relative_to(source) for path in found}
    guides = source.parent / "docs"
    return copies | {path: folder / "docs" / path.name for path in sorted(guides.glob("*.*"))}


def _content(original: Path, copies: dict[Path, Path]) -> bytes:
    """The bytes of a copy: those of its original, with relative links that lead to the same."""
    if original.suffix not in (".ipynb", ".md"):
        return original.read_bytes()

    def link(found: re.Match[str]) -> str:
        target = Path(os.path.normpath(original.parent / found[0]))
        if not target.is_file():
            return found[0]
        moved = copies.get(target, target)
        return Path(os.path.relpath(moved, copies[original].parent)).as_posix()

    return _LINK.sub(link, original.read_text(encoding="utf-8")).encode()


def _without_widgets(mine: Path) -> Iterator[str]:
    """Leave of each question the folded form: no kernel knows the boxes of a session that ended."""
    text = mine.read_bytes()
    if WIDGET.encode() not in text:
        return
    try:
        notebook = json.loads(text)
    except ValueError:
        yield f"{mine}: left as it is; it is damaged, and no notebook."
        return
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)
    mine.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _gone(folder: Path, before: dict[str, str], after: dict[str, str]) -> Iterator[str]:
    """Take away what no longer is among the walkthroughs, unless it was changed."""
    for name in sorted(before.keys() - after.keys()):
        mine = folder / name
        if mine.exists() and _sum(mine.read_bytes()) == before[name]:
            mine.unlink()
        elif mine.exists():
            yield f"{mine}: kept, with your changes; it is no longer one of the walkthroughs."


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
