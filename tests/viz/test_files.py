"""Writing finished pictures and pages."""

import pytest

from viz.errors import DrawingError, SaveError
from viz.files import checked_suffix, write


def test_a_suffix_is_read_in_lower_case(tmp_path) -> None:
    assert checked_suffix(tmp_path / "b.SVG", ".png", ".svg") == ".svg"


@pytest.mark.parametrize("name", ["j.htm", "j", "j.html.txt"])
def test_another_suffix_is_refused_with_the_right_name(tmp_path, name: str) -> None:
    with pytest.raises(DrawingError, match=r"write 'j.*\.html'"):
        checked_suffix(tmp_path / name, ".html")
    with pytest.raises(DrawingError, match=r"write 'figure\.html'"):
        checked_suffix("", ".html")


def test_where_nothing_can_be_written(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "d.svg").mkdir()
    with pytest.raises(SaveError, match=r"cannot write .*x\.svg: .*file is no folder"):
        write(tmp_path / "file" / "x.svg", b"")
    with pytest.raises(SaveError, match=r"cannot write .*d\.svg: "):
        write(tmp_path / "d.svg", b"")
