"""Beside other packages: micrograd's names, copies and pickles, a namesake on PyPI."""
