"""Build hook: the wheel's compiled core, if CHAINRULE_COMPILE=1 asks for one.

An editable install has the binaries in the checkout, under `autograd/binaries`, and nowhere else
is anything written; a wheel has them in the archive alone.
"""

import contextlib
import os
import runpy
import shlex
import shutil
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# A fused multiply-add, which some machines have, would round once where Python rounds twice.
OPTIONS = [] if os.name == "nt" else ["-O3", "-g0", "-ffp-contract=off"]
# What is typed as a node may be None; a look at it is then an error. Pytest runs the doctests.
DIRECTIVES = {"language_level": 3, "nonecheck": True, "auto_pickle": False, "autotestdict": False}


class Compiled(BuildHookInterface):
    """The hook that hatchling calls before and after it makes a wheel."""

    def dependencies(self) -> list[str]:
        """The extra `compile`, if it can be of use."""
        useful = _is_wanted() and not _missing()
        return self.metadata.core.optional_dependencies["compile"] if useful else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and put the binaries where this kind of install has them."""
        self.made = tempfile.TemporaryDirectory()
        if not _is_wanted():
            return
        if missing := _missing():
            self.app.display_warning(f"CHAINRULE_COMPILE=1, but {missing}: nothing is compiled")
            return
        read = runpy.run_path(str(Path(self.root, "autograd", "fingerprint.py")))
        package = Path(self.root, "autograd")
        binaries = _compile(Path(self.root), read["modules"](package), Path(self.made.name))
        place = Path("autograd", "binaries", read["fingerprint"](package))
        if version == "editable":
            _install(binaries, Path(self.root, place))
            return
        build_data["pure_python"], build_data["infer_tag"] = False, True
        for path in binaries:
            build_data["force_include"][str(path)] = str(place / path.name)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Leave nothing behind."""
        self.made.cleanup()


def _is_wanted() -> bool:
    asked = os.environ.get("CHAINRULE_COMPILE", "0")
    if asked not in ("", "0", "1"):
        raise ValueError(f"CHAINRULE_COMPILE is {asked!r}; write 1 to compile the core, or 0")
    return asked == "1"


def _missing() -> str | None:
    """A reason why nothing can be compiled here."""
    if not Path(sysconfig.get_path("include"), "Python.h").exists():
        return "Python's headers (Python.h) are not installed"
    compiler = os.environ.get("CC") or sysconfig.get_config_var("CC")  # none on Windows
    if compiler and not shutil.which(shlex.split(compiler)[0]):
        return f"there is no C compiler ({compiler})"
    return None


def _compile(root: Path, modules: dict[str, Path], folder: Path) -> list[Path]:
    """The binaries of these modules, each named after its own."""
    from Cython.Build import cythonize
    from setuptools import Distribution, Extension

    sources = {
        f"autograd.{name}": path.with_suffix(".pyx" if path.with_suffix(".pyx").exists() else ".py")
        for name, path in modules.items()
    }
    with contextlib.chdir(root):  # what the tracebacks of compiled code name is relative to it
        extensions = cythonize(
            [
                Extension(name, [str(path.relative_to(root))], extra_compile_args=OPTIONS)
                for name, path in sources.items()
            ],
            build_dir=str(folder / "c"),
            compiler_directives=DIRECTIVES,
            force=True,
            quiet=True,
        )
        command = Distribution({"ext_modules": extensions}).get_command_obj("build_ext")
        command.build_lib, command.build_temp = str(folder / "lib"), str(folder / "objects")
        command.parallel = os.cpu_count()
        command.ensure_finalized()
        command.run()
    flat = folder / "binaries"
    flat.mkdir()
    return [
        Path(command.get_ext_fullpath(name)).rename(
            flat / f"{name.removeprefix('autograd.')}{sysconfig.get_config_var('EXT_SUFFIX')}"
        )
        for name in sources
    ]


def _install(binaries: list[Path], place: Path) -> None:
    """Put binaries into a checkout, in the place of those of other sources."""
    place.mkdir(parents=True, exist_ok=True)
    for path in binaries:
        beside = place / f"{path.name}.new"
        shutil.copyfile(path, beside)  # a process that has the old one open keeps it
        beside.replace(place / path.name)
    for other in place.parent.iterdir():
        if other != place:
            shutil.rmtree(other)
