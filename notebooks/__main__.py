"""`python -m notebooks`: run the walkthroughs again and write what they show; copies; pages.

python -m notebooks                 # all of them
python -m notebooks 03 07           # those whose names begin so
python -m notebooks --check         # write nothing; say which are out of date
python -m notebooks copy FOLDER     # a copy to work in, by default in out/notebooks
python -m notebooks gallery FOLDER  # pages of them, run afresh, with live figures, and all guides
python -m notebooks docs FOLDER     # the same pages with the notebooks as they are committed
python -m notebooks.pages.check FOLDER  # a look at each of these pages in a headless browser
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

try:
    from nbclient.exceptions import CellExecutionError
except ImportError as error:
    raise SystemExit(
        f"notebooks: {error.name} is not installed: pip install -e '.[docs]'"
    ) from None

from notebooks.copying import CopyError, copy
from notebooks.execution import committed, differences, execute, paths, write
from notebooks.pages.build import SiteError, docs, gallery

__all__ = ["main"]

OUT = Path("out")
SITES: dict[str, Callable[[Path], Path]] = {"gallery": gallery, "docs": docs}


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; 0 when all went well (with --check: and nothing was wrong)."""
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["copy"]:
        return _copy(given[1:])
    if given and given[0] in SITES:
        return _site(given[0], given[1:])
    parser = argparse.ArgumentParser(
        prog="python -m notebooks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", help="how their names begin, such as 03")
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args(given)
    chosen = [p for p in paths() if not options.names or p.name.startswith(tuple(options.names))]
    if not chosen:
        parser.error(f"no notebook's name begins with {' or '.join(options.names)}")
    well = [_run(path, write_it=not options.check) for path in chosen]
    return 0 if all(well) else 1


def _copy(given: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m notebooks copy")
    parser.add_argument("folder", nargs="?", type=Path, default=OUT / "notebooks")
    folder = parser.parse_args(given).folder
    try:
        lines = copy(folder)
    except CopyError as error:
        print(f"copy: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"copy: cannot write {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    for line in lines:
        print(line)
    print(f"Your copy of the walkthroughs is {folder.resolve()}; what you change there is kept.")
    return 0


def _site(kind: str, given: list[str]) -> int:
    parser = argparse.ArgumentParser(prog=f"python -m notebooks {kind}")
    parser.add_argument("folder", nargs="?", type=Path, default=OUT / kind)
    folder = parser.parse_args(given).folder
    try:
        print(f"wrote {SITES[kind](folder)}")
    except (SiteError, CellExecutionError) as error:
        print(f"{kind}: {error}", file=sys.stderr)
        return 1
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
