"""Fixtures of the engine's tests; makes `support.py` and `strategies.py` importable."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
