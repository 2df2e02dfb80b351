"""The demonstrations behind `python -m nn`."""
