"""Run every benchmark: `make bench`."""

from benchmarks import measure, memory, moons, operators, pictures, scaling
from benchmarks.programs import report as programs

if __name__ == "__main__":
    print(measure.machine())
    for part in (operators, moons, memory, scaling, pictures, programs):
        part.report()
