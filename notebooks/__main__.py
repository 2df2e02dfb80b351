"""`python -m notebooks`: run the walkthroughs again and write what they show; make pages of them.

python -m notebooks                 # all of them
python -m notebooks 03 07           # those whose names begin so
python -m notebooks --check         # write nothing; say which are out of date
python -m notebooks gallery FOLDER  # pages of all of them, run afresh, with live figures
python -m notebooks docs FOLDER     # the same pages as committed: the reference and the guides
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from nbclient.exceptions import CellExecutionError

from notebooks.execution import committed, differences, execute, paths, write
from notebooks.pages.build import SiteError, docs, gallery

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Run the notebooks named; 0 when all ran (with --check: and none was out of date)."""
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] in (["gallery"], ["docs"]):
        return _site(given)
    parser = argparse.ArgumentParser(prog="python -m notebooks", description=__doc__)
    parser.add_argument("names", nargs="*", help="how their names begin, such as 03")
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args(given)
    chosen = [p for p in paths() if not options.names or p.name.startswith(tuple(options.names))]
    if not chosen:
        parser.error(f"no notebook's name begins with {' or '.join(options.names)}")
    well = [_run(path, write_it=not options.check) for path in chosen]
    return 0 if all(well) else 1


def _site(given: list[str]) -> int:
    kind = given[0]
    parser = argparse.ArgumentParser(prog=f"python -m notebooks {kind}")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("out") / kind)
    options = parser.parse_args(given[1:])
    try:
        page = gallery(options.folder) if kind == "gallery" else docs(options.folder)
    except (SiteError, CellExecutionError) as error:
        print(f"{kind}: {error}", file=sys.stderr)
        return 1
    print(f"wrote {page}")
    return 0


def _run(path: Path, *, write_it: bool) -> bool:
    before = committed(path)
    try:
        after, _ = execute(before)
    except CellExecutionError as error:
        print(f"{path.name}: {error}", file=sys.stderr)
        return False
    found = differences(before, after)
    if write_it:
        write(after, path)
        print(f"{path.name}: {'written' if found else 'as it was'}")
        return True
    print(f"{path.name}: {'out of date' if found else 'up to date'}")
    for text in found:
        print(f"  {text}")
    return not found


if __name__ == "__main__":
    sys.exit(main())
