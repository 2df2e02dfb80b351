"""Fresh nodes. (When the core is compiled, `untracked.pyx` stands in for this module.)"""

from __future__ import annotations

from typing import Any

bare: Any = object.__new__
"""A node of a class, without contents and whatever `__new__` and `__init__` the class has."""
