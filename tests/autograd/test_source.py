"""Generated source can be read where it is asked for."""

from __future__ import annotations

import inspect
import linecache
import traceback

import pytest

from autograd import source
from autograd.source import compiled_source

TEXT = "def third(x):\n    return 1.0 / x\n"


def test_its_text_is_shown() -> None:
    third = compiled_source("third", TEXT, {})
    assert inspect.getsource(third) == TEXT
    with pytest.raises(ZeroDivisionError) as caught:
        third(0.0)
    assert "return 1.0 / x" in "".join(traceback.format_tb(caught.value.__traceback__))


def test_passing_texts_are_forgotten_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MOST_TEXTS", 3)
    lasting = compiled_source("third", TEXT, {})
    first, *_ = [compiled_source("third", TEXT, {}, passing=True) for _ in range(10)]
    known = [file for file in linecache.cache if file.startswith("<autograd: third")]
    assert first.__code__.co_filename not in known
    assert inspect.getsource(lasting) == TEXT
    assert first(2.0) == 0.5
