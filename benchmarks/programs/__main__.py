"""Some contests, or all: `python -m benchmarks.programs moons lstm`."""

import sys

from benchmarks.measure import machine
from benchmarks.programs.report import report

if __name__ == "__main__":
    print(machine())
    report(sys.argv[1:] or None)
