"""Words and tables of messages."""

from __future__ import annotations

from nn.text import columns, counted, short, some


def test_what_is_long_is_cut_off() -> None:
    assert short("a" * 50) == "'" + "a" * 36 + "..."
    assert short([1, 2]) == "[1, 2]"


def test_one_is_told_in_the_singular() -> None:
    assert [counted(n, "layer") for n in (0, 1, 2)] == ["0 layers", "1 layer", "2 layers"]


def test_the_first_of_many() -> None:
    assert some(["a", "b"]) == "a, b"
    assert some(list("abcdef")) == "a, b, c, d and 2 more"
    assert some(list("abcdef"), most=1) == "a and 5 more"


def test_columns_are_as_wide_as_their_longest_entry() -> None:
    rows = [["layer", "size"], ["hidden", "16"]]
    assert columns(rows) == ["layer   size", "hidden  16"]
    assert columns(rows, numbers_from=1) == ["layer   size", "hidden    16"]
