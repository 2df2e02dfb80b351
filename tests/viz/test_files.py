"""Writing finished pictures and pages."""

import pytest

from viz.errors import DrawingError, SaveError
from viz.files import write


def test_folders_are_made_and_text_is_utf8(tmp_path) -> None:
    path = write(tmp_path / "a" / "b.SVG", "∂\n", suffix=".svg")
    assert path.read_bytes() == "∂\n".encode()


@pytest.mark.parametrize("name", ["j.htm", "j", "j.html.txt"])
def test_another_suffix_is_refused_with_the_right_name(tmp_path, name: str) -> None:
    with pytest.raises(DrawingError, match=r"write 'j.*\.html'"):
        write(tmp_path / name, "", suffix=".html")
    with pytest.raises(DrawingError, match=r"write 'figure\.html'"):
        write("", "", suffix=".html")
    assert not list(tmp_path.iterdir())


def test_where_nothing_can_be_written(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "d.svg").mkdir()
    with pytest.raises(SaveError, match=r"cannot write .*x\.svg: .*file is no folder"):
        write(tmp_path / "file" / "x.svg", "", suffix=".svg")
    with pytest.raises(SaveError, match=r"cannot write .*d\.svg: "):
        write(tmp_path / "d.svg", "", suffix=".svg")
