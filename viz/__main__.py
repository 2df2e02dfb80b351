"""`python -m viz FORMULA NAME=NUMBER …`: every value and gradient of a formula, and its picture.

For example: `python -m viz "(w*x + b - y)**2" w=5 x=1 b=1 y=2 --wrt w,b --out out/j.svg`. With
`--out j.html` it is a page of steps, with `--live` one on which every number follows as one drags
an input; with `--out j.c` (or .py, .js) a file of code that computes them, which needs nothing of
ours.
"""

from __future__ import annotations

import argparse
import inspect
import io
import math
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from autograd import AutogradError, Program, Value, compile
from viz.errors import EngineNotFoundError, FormulaError, VizError
from viz.figure.draw import draw
from viz.figure.figure import Figure
from viz.files import checked_suffix, saving
from viz.formulas.parse import Formula, parse
from viz.formulas.tokens import checked_name
from viz.live.live import Live, live
from viz.steps.stepper import Stepper, step
from viz.tables.values import table
from viz.text import full, number

CODE, PAGES = (".c", ".py", ".js"), Live.suffixes
_FLAG = re.compile(r"-h|--[a-z-]+(=.*)?", re.DOTALL)


class UsageError(VizError, ValueError):
    """The command line cannot be understood."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see python -m viz --help)")


def prepare_streams() -> None:
    """Let `∂` pass through stdout and stderr, as `?` where their encoding cannot write it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def stepped(parameters: Mapping[str, Value], alpha: float) -> dict[str, float]:
    """The parameters after one step of gradient descent, θ − α ∂C/∂θ (the blog post)."""
    return {name: value.data - alpha * value.grad for name, value in parameters.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0 on success, 2 with one clear message on stderr otherwise."""
    prepare_streams()
    try:
        _run(_options(sys.argv[1:] if arguments is None else arguments))
    except (VizError, AutogradError) as error:
        print(f"viz: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> _Parser:
    parser = _Parser(
        prog="python -m viz",
        description="Every value and gradient of a formula, as a table and as a picture.",
        epilog='example: python -m viz "(w*x + b - y)**2" w=5 x=1 b=1 y=2 --wrt w,b --out j.svg',
        allow_abbrev=False,
    )
    parser.add_argument("formula", nargs="?", help='such as "z = w*x + b; 0.5*(sigmoid(z) - y)**2"')
    parser.add_argument("values", nargs="*", metavar="name=number", help="a value for each name")
    parser.add_argument("--wrt", metavar="NAMES", default="", help="parameters, as in w,b")
    parser.add_argument("--step", metavar="ALPHA", help="take a step of gradient descent")
    parser.add_argument(
        "--out", metavar="FILE", action="append", default=[],
        help="a picture (.svg, .png, .pdf, .tex, .gv), a page of steps (.html) or code (.c, .py, "
        ".js); may repeat",
    )  # fmt: skip
    parser.add_argument(
        "--live", action="store_true", help="--out page.html is a live page, not one of steps"
    )
    parser.add_argument("--constants", action="store_true", help="draw constants as boxes")
    return parser


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = _parser()
    options = parser.parse_intermixed_args(_guarded(arguments))
    if options.formula is None:
        parser.error('give a formula, such as "w*x + b"')
    return options


def _guarded(arguments: Sequence[str]) -> list[str]:
    """The arguments with a space before formulas such as `-x**2`, which argparse takes for flags.

    After `--` everything is a formula or a value, however it starts.
    """
    end = [*arguments, "--"].index("--")
    guarded = [
        f" {one}" if one.startswith("-") and not _FLAG.fullmatch(one) else one
        for one in arguments[:end]
    ]
    return guarded + [f" {one}" for one in arguments[end + 1 :]]


def _run(options: argparse.Namespace) -> None:
    suffixes = [checked_suffix(path, *Figure.suffixes, *PAGES, *CODE) for path in options.out]
    if options.live and not any(suffix in PAGES for suffix in suffixes):
        raise UsageError("--live goes with a page to write: --live --out page.html")
    alpha = _alpha(options.step)
    text = options.formula.strip()
    values = assignments(options.values)
    formula = parse(text, **values)
    parameters = _parameters(formula, options.wrt)
    if alpha is not None and not parameters:
        raise UsageError("--step needs --wrt: say which names may move, as in --wrt w,b")
    formula.output.backward()
    print(table(formula.output))
    figure = draw(formula.output, wrt=parameters, constants=options.constants, title=text)
    _report_gradients(formula, parameters)
    if alpha is not None:
        _report_step(formula, parameters, alpha)
    kinds = dict(zip(options.out, suffixes, strict=True))
    _save(figure, [path for path, suffix in kinds.items() if suffix in Figure.suffixes])
    for path, suffix in kinds.items():
        if suffix in CODE:
            with saving(path):
                print(f"wrote {_program(formula, values, parameters).export(path)}")
        elif suffix in PAGES:
            page = _page(formula, parameters, is_live=options.live)
            print(f"wrote {page.save(path)}")


def _page(formula: Formula, parameters: list[str], *, is_live: bool) -> Live | Stepper:
    if is_live:
        return live(formula.output, parameters, title=formula.text)
    return step(formula.output, wrt=parameters, title=formula.text)


def assignments(pairs: Sequence[str]) -> dict[str, float]:
    """The values in texts such as `["w=2", "x=-1"]`."""
    values: dict[str, float] = {}
    for pair in pairs:
        name, equals, number = (part.strip() for part in pair.partition("="))
        if not equals or not name:
            raise FormulaError(f"{pair!r} gives no name a value; write name=number, such as w=2")
        name = checked_name(name)
        if name in values:
            raise FormulaError(f"{name} is given twice: {values[name]:g}, and now {pair!r}")
        try:
            values[name] = float(number)
        except ValueError:
            raise FormulaError(
                f"{name}={number} is not a number; write one such as {name}=2 or {name}=-0.5"
            ) from None
    return values


def _alpha(given: str | None) -> float | None:
    if given is None:
        return None
    try:
        alpha = float(given)
    except ValueError:
        raise UsageError(f"--step takes a number such as 0.1, not {given!r}") from None
    if not math.isfinite(alpha):
        raise UsageError(f"--step takes a finite number, not {given}")
    return alpha


def _parameters(formula: Formula, names: str) -> list[str]:
    """The names after --wrt, each of which must have been given a value."""
    found: list[str] = []
    for name in filter(None, (part.strip() for part in names.split(","))):
        if name not in formula.leaves:
            known = ", ".join(formula.leaves) or "none"
            raise FormulaError(f"--wrt {name} is no name that was given a value; those are {known}")
        if name not in found:
            found.append(name)
    return found


def _report_gradients(formula: Formula, parameters: list[str]) -> None:
    if parameters:
        print()
    for name in parameters:
        print(f"∂{formula.output.label}/∂{name} = {full(formula.leaves[name].grad)}")


def _report_step(formula: Formula, parameters: list[str], alpha: float) -> None:
    before = {name: value.data for name, value in formula.leaves.items()}
    moved = stepped({name: formula.leaves[name] for name in parameters}, alpha)
    after = parse(formula.text, **(before | moved)).output
    print(f"\nstep with α = {number(alpha)}")
    for name in parameters:
        print(f"{name}: {number(before[name])} → {number(moved[name])}")
    print(f"{after.label}: {number(formula.output.data)} → {number(after.data)}")


def _program(formula: Formula, values: Mapping[str, float], parameters: list[str]) -> Program:
    """The formula as a program of what is no parameter; by all names where there are none."""
    held = {name: Value(values[name], label=name) for name in parameters}
    inputs = [name for name in values if name not in held]

    def function(*numbers: Any) -> Value:
        return parse(formula.text, **held, **dict(zip(inputs, numbers, strict=True))).output

    function.__name__ = formula.output.label
    kind = inspect.Parameter.POSITIONAL_ONLY
    signature = inspect.Signature([inspect.Parameter(name, kind) for name in inputs])
    function.__signature__ = signature  # type: ignore[attr-defined]
    argnums = None if held or not inputs else tuple(range(len(inputs)))
    program: Program = compile(function, argnums=argnums)
    return program.trace(*(values[name] for name in inputs))


def _save(figure: Figure, paths: list[str]) -> None:
    if paths:
        print("" if figure.complete else f"\n{figure}\n")
    for path in paths:
        try:
            print(f"wrote {figure.save(path)}")
        except EngineNotFoundError:
            print(figure)
            raise


if __name__ == "__main__":
    sys.exit(main())
