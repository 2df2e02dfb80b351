"""Speed and memory of the engine, as ratios measured in one run: `make bench`."""
