"""The head of every test report."""

from __future__ import annotations

import autograd


def pytest_report_header() -> str:
    return f"autograd: {'compiled core' if autograd.compiled else 'pure Python'}"
