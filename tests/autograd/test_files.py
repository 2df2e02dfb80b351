"""Files that are written whole or not at all."""

import os
import stat

import pytest

from autograd import files as room
from autograd import write_file


def left(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(params=["unnamed", "named", "no /proc"])
def way(request, monkeypatch) -> str:
    if request.param == "named":
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    elif request.param == "no /proc":

        def link(*_, **__):
            raise FileNotFoundError

        monkeypatch.setattr(os, "link", link)
    return request.param


def test_a_new_file_has_the_permissions_of_any(tmp_path, way) -> None:
    plain = tmp_path / "plain"
    plain.write_bytes(b"")
    path = write_file(tmp_path / "a" / "b" / "f", b"one")
    assert path.read_bytes() == b"one"
    assert path.stat().st_mode == plain.stat().st_mode
    assert left(path.parent) == ["f"]


def test_an_old_file_keeps_its_permissions_and_a_link_its_target(tmp_path, way) -> None:
    old, link = tmp_path / "old", tmp_path / "link"
    old.write_bytes(b"long before")
    old.chmod(0o640)
    link.symlink_to(old)
    assert write_file(link, b"new") == link
    assert link.is_symlink()
    assert old.read_bytes() == b"new"
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    assert left(tmp_path) == ["link", "old"]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_an_error_anywhere_changes_nothing(tmp_path, monkeypatch, way, step, error) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"before")

    def fail(*_):
        raise error

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(type(error)):
        write_file(path, b"after")
    monkeypatch.undo()
    assert path.read_bytes() == b"before"
    assert left(tmp_path) == ["f"]


def test_a_short_write_is_continued(tmp_path, monkeypatch, way) -> None:
    whole = os.write
    monkeypatch.setattr(os, "write", lambda file, content: whole(file, content[:3]))
    assert write_file(tmp_path / "f", b"0123456789").read_bytes() == b"0123456789"


def test_a_write_protected_file_stays(tmp_path, monkeypatch) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"before")
    monkeypatch.setattr(room.os, "access", lambda *_: False)  # as for anyone but root
    with pytest.raises(PermissionError):
        write_file(path, b"after")
    assert path.read_bytes() == b"before"
    assert left(tmp_path) == ["f"]


def test_what_is_no_file(tmp_path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for path in (tmp_path, tmp_path / "file" / "x", tmp_path / "loop"):
        with pytest.raises(OSError):  # noqa: PT011
            write_file(path, b"")
    assert left(tmp_path) == ["file", "loop"]
