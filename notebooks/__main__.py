"""`python -m notebooks`: run the walkthroughs again and write what they show.

python -m notebooks                 # all of them
python -m notebooks 03 07           # those whose names begin so
python -m notebooks --check         # write nothing; say which are out of date
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from nbclient.exceptions import CellExecutionError

from notebooks.execution import committed, differences, execute, paths, write

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Run the notebooks named; 0 when all ran (with --check: and none was out of date)."""
    parser = argparse.ArgumentParser(prog="python -m notebooks", description=__doc__)
    parser.add_argument("names", nargs="*", help="how their names begin, such as 03")
    parser.add_argument("--check", action="store_true", help="write nothing")
    given = parser.parse_args(arguments)
    chosen = [p for p in paths() if not given.names or p.name.startswith(tuple(given.names))]
    if not chosen:
        parser.error(f"no notebook's name begins with {' or '.join(given.names)}")
    well = [_run(path, write_it=not given.check) for path in chosen]
    return 0 if all(well) else 1


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
