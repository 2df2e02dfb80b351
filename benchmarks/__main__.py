"""Run every benchmark: `make bench`."""

from benchmarks import measure, memory, moons, operators, pictures, scaling

if __name__ == "__main__":
    print(measure.machine())
    for part in (operators, moons, memory, scaling, pictures):
        part.report()
