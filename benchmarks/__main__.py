"""Every benchmark (`make bench`), or some: `python -m benchmarks programs moons lstm`."""

import argparse

import autograd
from benchmarks import (
    data_parallel,
    measure,
    memory,
    microgpt,
    moons,
    operators,
    pictures,
    scaling,
    training,
)
from benchmarks.programs import report as programs

PARTS = {
    "operators": operators,
    "moons": moons,
    "microgpt": microgpt,
    "memory": memory,
    "scaling": scaling,
    "pictures": pictures,
    "data_parallel": data_parallel,
    "training": training,
    "programs": programs,
}


def main() -> None:
    """Print the tables of all parts, or of the one that is named."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("part", nargs="?", choices=PARTS, help="only this part")
    parser.add_argument("contests", nargs="*", help=f"of programs: {', '.join(programs.CONTESTS)}")
    chosen = parser.parse_args()
    known = programs.CONTESTS if chosen.part == "programs" else ()
    if unknown := [name for name in chosen.contests if name not in known]:
        parser.error(f"{chosen.part} has no contest {', '.join(unknown)}")
    print(measure.machine())
    if not autograd.compiled:
        print("The eager engine only interpreted: `make fast` builds the compiled core.")
    if chosen.part is None:
        for part in PARTS.values():
            part.report()
    else:
        PARTS[chosen.part].report(*chosen.contests)


if __name__ == "__main__":
    main()
