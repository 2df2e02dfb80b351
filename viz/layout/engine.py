"""The layout engine: finds a program that lays out DOT, and runs it.

Looked for, in order:

1. an explicit setting: the `engine=` argument, `set_engine(...)`, the environment variable
   `CHAINRULE_DOT`;
2. `dot` on PATH;
3. `graphviz-pure`, which the wheel of that name puts beside the interpreter.

A figure is piped through the engine directly. Where there is no `dot`, the `graphviz` package is
told of `graphviz-pure` once, when `viz` is imported, so that a notebook's own `Digraph` can be
drawn; `engine_for_graphviz` lends it another engine for one call at a time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graphviz.backend import dot_command, execute

from viz.errors import EngineNotFoundError, LayoutError
from viz.layout.svg import faced

ADVICE = "install one with `pip install graphviz-pure`, or name it in CHAINRULE_DOT"
PAGE = "8.96,400"
"""The inches that a page, or the output of a notebook's cell, has for a figure."""
PNG_DPI, PNG_SIZE = 192, "160,160"
"""Dots per inch, and inches: few programs open a picture of more than 32,767 dots a side."""
BEGINNINGS: dict[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF",),
    "svg": (b"<?xml", b"<svg", b"<!DOCTYPE svg"),
    "png": (b"\x89PNG",),
}
"""The first bytes of each kind of picture."""
TIMEOUT = 120.0
_swap = threading.RLock()
_chosen: list[str] = []


def set_engine(engine: str | os.PathLike[str] | None) -> None:
    """Lay out with this program (a path, or a name on PATH) from now on; None looks again.

    Raises:
        EngineNotFoundError: there is no such program.
    """
    if engine is not None:
        _explicit(os.fspath(engine), "set_engine")
    _chosen[:] = [] if engine is None else [os.fspath(engine)]


def find_engine(engine: str | os.PathLike[str] | None = None) -> str:
    """The path of the program that lays out DOT, found in the order this module states.

    Raises:
        EngineNotFoundError: none was found, or the one asked for is not there.
    """
    if engine is not None:
        return _explicit(os.fspath(engine), "engine=")
    if _chosen:
        return _explicit(_chosen[0], "set_engine")
    if setting := os.environ.get("CHAINRULE_DOT"):
        return _explicit(setting, "CHAINRULE_DOT")
    found = shutil.which("dot") or _bundled()
    if found is None:
        raise EngineNotFoundError(f"no layout engine for pictures: {ADVICE}")
    return found


def _explicit(engine: str, source: str) -> str:
    found = shutil.which(engine)
    if found is None:
        raise EngineNotFoundError(f"{source} names {engine!r}, which is no program: {ADVICE}")
    return found


def _bundled() -> str | None:
    folders = [*_script_folders(), None]
    return next(filter(None, (shutil.which("graphviz-pure", path=one) for one in folders)), None)


def _script_folders() -> Iterator[str]:
    """The folders of wheels' programs: beside the interpreter, or the user's."""
    yield sysconfig.get_path("scripts")
    if sys.executable:
        yield str(Path(sys.executable).parent)
    yield sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user"))


def render(
    source: str,
    kind: str,
    engine: str | os.PathLike[str] | None = None,
    *,
    size: str = "",
    dpi: float = PNG_DPI,
) -> bytes:
    """Lay out DOT `source` as "svg" or "png", and return the picture's bytes.

    Width warnings of the engine are dropped: labels are measured in Helvetica, and the SVG names
    faces of the same widths. `size` are inches that it is shrunk to, such as `PAGE`; `dpi` are
    the pixels of a PNG for each inch.

    Raises:
        EngineNotFoundError: no engine.
        LayoutError: the engine refused `source`, cannot write `kind`, or did not finish.
    """
    program = find_engine(engine)
    command = [program, *dot_command.command("dot", kind)[1:]]
    if kind == "png":
        command.append(f"-Gdpi={dpi:.4g}")
        size = size or PNG_SIZE
    if size:
        command.append(f"-Gsize={size}")
    picture = _run(command, source.encode(), kind)
    return faced(picture.decode()).encode() if kind == "svg" else picture


def _run(command: list[str | os.PathLike[str]], source: bytes, kind: str) -> bytes:
    program = Path(command[0]).name
    try:
        done = execute.run_check(
            command, input=source, capture_output=True, quiet=True, timeout=TIMEOUT
        )
    except subprocess.CalledProcessError as error:
        raise LayoutError(_explain(error.stderr or b"", program, kind)) from None
    except subprocess.TimeoutExpired:
        raise LayoutError(
            f"{program} did not finish within {TIMEOUT:g} s; draw fewer values (max_nodes=)"
        ) from None
    except (OSError, execute.ExecutableNotFound) as error:
        raise LayoutError(f"{program} could not be run: {error}") from None
    picture = bytes(done.stdout)
    if not picture.lstrip().startswith(BEGINNINGS[kind]):
        raise LayoutError(f"{program} gave no {kind} picture; name another program: {ADVICE}")
    return picture


def _explain(stderr: bytes, program: str, kind: str) -> str:
    lines = [line.strip() for line in stderr.decode(errors="replace").splitlines()]
    if any("not recognized" in line and "ormat" in line for line in lines):
        return (
            f"{program} cannot write {kind}: save .svg or .png, or install Graphviz itself "
            "(the `dot` program of graphviz.org) and draw again"
        )
    telling = [line for line in lines if line and "Warning" not in line]
    return f"{program} could not lay out the graph: " + (" ".join(telling) or "it gave no reason")


def introduce_to_graphviz() -> None:
    """Let the `graphviz` package find `graphviz-pure` where its own program is not installed."""
    if shutil.which(dot_command.DOT_BINARY) is None and (found := _bundled()):
        dot_command.DOT_BINARY = Path(found)


@contextmanager
def engine_for_graphviz(engine: str | os.PathLike[str] | None = None) -> Iterator[None]:
    """Inside this context the `graphviz` package lays out with our engine; afterwards as before.

    Raises:
        EngineNotFoundError: no engine.
        LayoutError: what is done in this context could not be laid out.
    """
    program = Path(find_engine(engine))
    with _swap:
        before = dot_command.DOT_BINARY
        dot_command.DOT_BINARY = program
        try:
            yield
        except subprocess.CalledProcessError as error:
            kind = next((str(a)[2:] for a in error.cmd if str(a).startswith("-T")), "")
            raise LayoutError(_explain(error.stderr or b"", program.name, kind)) from None
        finally:
            dot_command.DOT_BINARY = before
