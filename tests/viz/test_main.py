"""The command line `python -m viz`."""

import math
import subprocess
import sys

import pytest

from viz.__main__ import assignments, main
from viz.errors import FormulaError
from viz.formulas.parse import parse

COST = ["0.5*(sigmoid(w*x+b)-y)**2", "w=2", "x=-1", "b=-3", "y=1"]


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    return code, *capsys.readouterr()


def test_table_only(capsys) -> None:
    code, out, err = run(capsys, *COST)
    assert (code, err) == (0, "")
    assert out.splitlines()[0].startswith("value  operation")
    assert "wrote" not in out


def test_gradients_and_files(capsys, tmp_path) -> None:
    files = [str(tmp_path / "out" / name) for name in ("c.svg", "c.png", "c.gv")]
    outs = [part for file in files for part in ("--out", file)]
    code, out, err = run(capsys, *COST, "--wrt", "w, b", *outs)
    assert (code, err) == (0, "")
    assert "∂f/∂w = 0.0066035622185" in out
    assert "∂f/∂b = −0.0066035622185" in out
    assert out.splitlines()[-3:] == [f"wrote {file}" for file in files]
    assert "<svg" in (tmp_path / "out" / "c.svg").read_text()


def test_files_of_code(capsys, tmp_path) -> None:
    files = [str(tmp_path / name) for name in ("c.py", "c.c", "c.js", "c.gv")]
    outs = [part for file in files for part in ("--out", file)]
    code, out, err = run(capsys, *COST, "--wrt", "w, b", *outs)
    assert (code, err) == (0, "")
    assert sorted(out.splitlines()[-4:]) == sorted(f"wrote {file}" for file in files)
    found: dict = {}
    exec((tmp_path / "c.py").read_text(), found)
    assert (found["INPUTS"], found["NAMES"], found["PARAMETERS"]) == (
        ["x", "y"],
        ["w", "b"],
        [2, -3],
    )
    value, gradient = found["value_and_grad"]([-1.0, 1.0])
    assert f"{gradient[0]:.8f}" == "0.00660356"
    assert value == pytest.approx(0.4933, abs=1e-4)
    assert "double f_value_and_gradient(" in (tmp_path / "c.c").read_text()


@pytest.mark.parametrize("formula", ["2*3**-1*x/(0 - 1)", "exp(1)*x + (0 - 1)**0.5", "-3 + 0*x/0"])
def test_numbers_that_meet_only_numbers_are_numbers_of_the_file(
    capsys, tmp_path, formula: str
) -> None:
    path = tmp_path / "c.py"
    assert run(capsys, formula, "x=2", "--out", str(path))[0] == 0
    found: dict = {}
    exec(path.read_text(), found)
    want = parse(formula, x=2)
    want.output.backward()
    value, gradient = found["value_and_grad"]([2.0])
    assert value == pytest.approx(want.output.data, nan_ok=True)
    assert list(gradient) == pytest.approx([want.leaves["x"].grad], nan_ok=True)


def test_a_step(capsys) -> None:
    code, out, _ = run(capsys, "(w*x + b - y)**2", "w=5", "x=1", "b=1", "y=2",
                       "--wrt=w,b", "--step", "0.25")  # fmt: skip
    assert code == 0
    assert out.endswith("step with α = 0.25\nw: 5 → 3\nb: 1 → −1\nf: 16 → 0\n")


@pytest.mark.parametrize(
    ("arguments", "row"),
    [
        (["-x**2", "x=-3"], "f      neg             −9"),
        (["-x", "x=-3"], "f      neg              3"),
        (["--", "--x", "x=-3"], "x                      −3"),
        (["-(x)*2", "x=1", "--wrt", "x", "--step", "-1"], "f: −2 → 2"),
        (["--wrt", "x", "x*2", "x=-3"], "f      mul             −6"),
    ],
)
def test_formulas_and_values_that_start_with_a_minus(capsys, arguments, row: str) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, err) == (0, "")
    assert row in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], 'viz: give a formula, such as "w*x + b" (see python -m viz --help)\n'),
        (["2*^", "x=1"], "viz: write ** for ^\n  2*^\n    ^\n"),
        (["x", "x=a"], "viz: x=a is not a number; write one such as x=2 or x=-0.5\n"),
        (["x"], "viz: x has no value: give one, such as x=2 (no names are given)\n  x\n  ^\n"),
        (["x", "x=1", "--foo"], "unrecognized arguments: --foo"),
        (["x", "x=1", "--out"], "argument --out: expected one argument"),
        (["x", "x=1", "--out", "c.jpg"], "viz: cannot save c.jpg: it has suffix '.jpg'; give one"),
        (["x", "x=1", "--wrt", "q"], "--wrt q is no name that was given a value; those are x"),
        (["z = 2*x; z", "x=1", "--wrt", "z"], "--wrt z is no name that was given a value"),
        (["x", "x=1", "--step", "1"], "--step needs --wrt: say which names may move"),
        (["x", "x=1", "--live"], "--live goes with a page to write: --live --out page.html"),
        (["x", "x=1", "--live", "--out", "p.svg"], "--live goes with a page to write"),
        (["x", "x=1", "--step", "a"], "--step takes a number such as 0.1, not 'a'"),
        (["x", "x=1", "--step", "nan"], "--step takes a finite number, not nan"),
        (["x", "x=1", "--out", f"{__file__}/c.gv"], "is no folder"),
        (["x", "x=1", "--out", f"{__file__}/c.c"], "is no folder"),
    ],
)
def test_wrong_input_is_one_clear_message(capsys, arguments, message: str) -> None:
    code, _, err = run(capsys, *arguments)
    assert code == 2
    assert err.startswith("viz: ")
    assert message in err
    assert "Traceback" not in err


def test_assignments() -> None:
    assert assignments(["w=2", " x = -1e3", "y=-inf"]) == {"w": 2, "x": -1000, "y": -math.inf}


@pytest.mark.parametrize(
    ("pairs", "reason"),
    [
        (["w"], "'w' gives no name a value; write name=number, such as w=2"),
        (["=2"], "gives no name a value"),
        (["w="], "w= is not a number"),
        (["w=two"], "w=two is not a number; write one such as w=2"),
        (["w=1", "w=2"], "w is given twice: 1, and now 'w=2'"),
        (["1w=2"], "'1w' is no name"),
    ],
)
def test_assignments_that_are_none(pairs: list[str], reason: str) -> None:
    with pytest.raises(FormulaError, match=reason):
        assignments(pairs)


def test_without_an_engine_there_is_a_text_drawing(capsys, no_engine, tmp_path) -> None:
    code, out, err = run(capsys, "2*x", "x=1", "--out", str(tmp_path / "f.svg"))
    assert code == 2
    assert "└─ ×2 ─ x = 1   ∂ 2" in out
    assert err.count("\n") == 1
    assert "pip install graphviz-pure" in err


def test_a_large_formula_says_that_its_picture_is_a_summary(capsys, tmp_path) -> None:
    text = "+".join(["x"] * 200)
    code, out, _ = run(capsys, text, "x=1", "--out", str(tmp_path / "f.gv"))
    assert code == 0
    assert "max_nodes=None draws every value" in out


def test_a_live_page(capsys, tmp_path) -> None:
    page = tmp_path / "page.html"
    code, out, _ = run(
        capsys, "0.5*(sigmoid(w*x + b) - y)**2", "w=2", "x=-1", "b=-3", "y=1", "--wrt", "w,b",
        "--live", "--out", str(page), "--out", str(tmp_path / "f.gv"),
    )  # fmt: skip
    assert code == 0
    assert f"wrote {page}" in out
    html = page.read_text()
    assert "<title>0.5*(sigmoid(w*x + b) - y)**2</title>" in html
    assert html.count('"varied": true') == 2
    assert (tmp_path / "f.gv").exists()


def test_help(capsys) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    assert "example:" in capsys.readouterr().out


def test_as_a_program_in_a_plain_terminal(tmp_path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "viz", "w*x", "w=2", "x=-1", "--wrt", "w"],
        env={"PYTHONPATH": ":".join(sys.path), "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "?f/?w = ?1.0" in done.stdout


def test_a_page_of_steps(capsys, tmp_path) -> None:
    files = [str(tmp_path / name) for name in ("c.html", "c.tex", "c.svg")]
    outs = [part for file in files for part in ("--out", file)]
    code, out, err = run(capsys, *COST, "--wrt", "w,b", *outs)
    assert (code, err) == (0, "")
    assert sorted(out.splitlines()[-3:]) == sorted(f"wrote {file}" for file in files)
    page = (tmp_path / "c.html").read_text(encoding="utf-8")
    assert "<h1>0.5*(sigmoid(w*x+b)-y)**2</h1>" in page
    assert page.count("<li data-phase=") == 17
    assert "\\begin{tikzpicture}" in (tmp_path / "c.tex").read_text(encoding="utf-8")
