"""`python -m viz.demo`: document 004's neuron."""

import pytest

from viz import demo
from viz.__main__ import stepped


def test_the_numbers_of_document_004() -> None:
    before = demo.neuron()
    before["C"].backward()
    assert before["z"].data == 1.0
    assert before["a"].data == pytest.approx(0.7311, abs=5e-5)
    assert before["C"].data == pytest.approx(0.0362, abs=5e-5)
    assert before["a"].grad == pytest.approx(-0.27, abs=5e-3)
    assert before["w1"].grad == pytest.approx(0.053, abs=5e-4)
    moved = stepped({name: before[name] for name in demo.PARAMETERS}, 1.0)
    assert {name: round(value, 3) for name, value in moved.items()} == {
        "w1": 1.947,
        "w2": -3.106,
        "b": -2.947,
    }
    assert demo.neuron(moved)["a"].data == pytest.approx(0.7887, abs=5e-5)


def test_what_it_prints_and_writes(capsys, tmp_path) -> None:
    assert demo.main(["--out", str(tmp_path / "out")]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    for text in ("w1   2.000 →   1.947", "w2  −3.000 →  −3.106", "b   −3.000 →  −2.947"):
        assert text in out
    for text in ("a   0.7311 →  0.7887", "C   0.0362 →  0.0223", "0.0729", "w1·x1", "w2·x2"):
        assert text in out
    for name in ("neuron.svg", "neuron.png"):
        assert f"wrote {tmp_path / 'out' / name}" in out
        assert (tmp_path / "out" / name).stat().st_size > 1000


def test_a_folder_that_cannot_be_written(capsys, tmp_path) -> None:
    (tmp_path / "out").write_text("")
    assert demo.main(["--out", str(tmp_path / "out")]) == 1
    err = capsys.readouterr().err
    assert err.startswith("demo: cannot write ")
    assert err.count("\n") == 1
