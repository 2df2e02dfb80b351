"""Makes `program_support.py` importable, as ../conftest.py does for the engine's support."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
