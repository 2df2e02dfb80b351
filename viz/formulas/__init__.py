"""Formulas: read from text, and written as derivations in text and LaTeX."""
