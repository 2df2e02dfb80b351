"""`python -m nn moons` and `python -m nn digits`: two demonstrations that end in pictures."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from typing import NoReturn

from nn.demos.recipes import RECIPE, digits, moons
from nn.errors import NNError, TrainingError


class _Parser(argparse.ArgumentParser):
    """Errors take one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a demonstration.

    Returns:
        0 if it went well, 2 after one line about what did not, 130 after Ctrl-C.
    """
    arguments = _parser().parse_args(argv)
    demo = {"moons": moons, "digits": digits}[arguments.demo]
    try:
        history = demo(arguments)
    except TrainingError as error:
        what, _, _ = str(error).partition("\n")
        print(f"python -m nn {arguments.demo}: {what}; choose a smaller --lr", file=sys.stderr)
        return 2
    except (NNError, OSError) as error:
        line = "; ".join(part.strip() for part in str(error).splitlines())
        print(f"python -m nn {arguments.demo}: {line}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"python -m nn {arguments.demo}: interrupted", file=sys.stderr)
        return 130
    return 130 if history.interrupted else 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m nn", description="Train a small network, scalar by scalar, and draw it."
    )
    demos = parser.add_subparsers(
        dest="demo", required=True, metavar="{moons,digits}", parser_class=_Parser
    )
    told = {
        "moons": (None, None, 1.0, "micrograd's demo: tell two moons apart (about a second)"),
        "digits": (15, 32, 0.01, "learn to read handwritten digits (a few seconds)"),
    }
    for name, (epochs, batch_size, lr, text) in told.items():
        demo = demos.add_parser(name, help=text, description=text)
        _add_flags(demo, epochs, batch_size, lr)
    return parser


def _add_flags(
    demo: argparse.ArgumentParser, epochs: int | None, batch_size: int | None, lr: float
) -> None:
    size = "all" if batch_size is None else batch_size
    until = f"{RECIPE}, and on until every point is right" if epochs is None else epochs
    demo.add_argument("--epochs", metavar="N", type=int, default=epochs, help=f"default {until}")
    demo.add_argument(
        "--batch-size", metavar="N", type=int, default=batch_size, help=f"default {size}"
    )
    demo.add_argument(
        "--seed", metavar="N", type=int, default=0, help="of data, weights and order; default 0"
    )
    demo.add_argument(
        "--lr", metavar="X", type=float, default=lr, help=f"learning rate; default {lr}"
    )
    demo.add_argument(
        "--out", metavar="DIR", default="out", help="folder for the pictures; default out"
    )
    demo.add_argument("--quiet", action="store_true", help="no progress bar, only the result")


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # an old console cannot write →
            stream.reconfigure(errors="replace")
    sys.exit(main())
