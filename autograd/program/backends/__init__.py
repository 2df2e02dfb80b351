"""A plan as array statements, written as NumPy source."""
