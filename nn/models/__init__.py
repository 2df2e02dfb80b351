"""Models: modules, layers, recurrent cells, and their parameters by path and in files."""
