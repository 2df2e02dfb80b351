"""`python -m nn`: what it writes, what it says, and how it fails."""

import importlib
import os
import subprocess
import sys

import pytest

from nn.__main__ import main
from nn.training.fit import fit

PNG = b"\x89PNG\r\n\x1a\n"


def is_picture(path):
    return path.read_bytes().startswith(PNG) and path.stat().st_size > 5000


@pytest.fixture(autouse=True)
def _plotting():
    pytest.importorskip("matplotlib")


def test_moons_reach_all_points_and_write_two_pictures(tmp_path):
    result = subprocess.run(
        [sys.executable, "-W", "error", "-m", "nn", "moons", "--out", str(tmp_path / "a" / "b")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert result.returncode == 0, result.stderr
    assert "MLP 2→16→16→1, 337 parameters" in result.stdout
    assert "Training accuracy 100.0% after 100 epochs in" in result.stdout
    assert "epoch 100/100" in result.stderr
    for name in ("moons_loss.png", "moons_boundary.png"):
        assert f"wrote {tmp_path / 'a' / 'b' / name}" in result.stdout
        assert is_picture(tmp_path / "a" / "b" / name)


def test_digits_in_one_epoch(tmp_path, capsys):
    pytest.importorskip("sklearn")
    flags = ["--epochs", "1", "--batch-size", "64", "--out", str(tmp_path)]
    assert main(["digits", *flags]) == 0
    shown = capsys.readouterr()
    assert "1437 to learn from, 360 to test with, MLP 64→32→10, 2410 parameters" in shown.out
    assert "Test accuracy " in shown.out
    assert "val_accuracy=" in shown.err
    assert is_picture(tmp_path / "digits_curves.png")
    assert is_picture(tmp_path / "digits_confusion.png")


def moons(tmp_path, *flags):
    return main(["moons", "--epochs", "2", "--out", str(tmp_path), *flags])


def test_quiet_shows_the_result_only(tmp_path, capsys):
    assert moons(tmp_path, "--quiet") == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    assert [line.split()[0] for line in shown.out.splitlines()] == ["Training", "wrote", "wrote"]


def test_the_seed_reproduces_a_run(tmp_path, capsys):
    said = []
    for seed in ("3", "3", "4"):
        assert moons(tmp_path, "--quiet", "--seed", seed, "--batch-size", "30") == 0
        said.append((tmp_path / "moons_boundary.png").read_bytes())
    assert said[0] == said[1] != said[2]


@pytest.mark.parametrize(
    ("flags", "text"),
    [
        (["--epochs", "0"], "--epochs must be at least 1, not 0"),
        (["--batch-size", "-3"], "--batch-size must be at least 1, not -3"),
        (["--lr", "-1"], "--lr must be a finite number > 0"),
        (["--lr", "nan"], "--lr must be a finite number"),
        (["--seed", "-1"], "--seed must be 0 or more"),
        (["--lr", "1e200"], "in epoch 2, batch 1; choose a smaller --lr"),
    ],
)
def test_flags_that_make_no_sense(flags, text, tmp_path, capsys):
    assert moons(tmp_path, "--quiet", *flags) == 2
    message = capsys.readouterr().err
    assert message.startswith("python -m nn moons: ")
    assert text in message
    assert message.count("\n") == 1
    assert len(message) < 160
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "argv", [[], ["suns"], ["moons", "--epoch"], ["moons", "--epochs", "x"], ["digits", "--what"]]
)
def test_flags_that_do_not_exist(argv, capsys):
    with pytest.raises(SystemExit) as caught:
        main(argv)
    assert caught.value.code == 2
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert message.startswith("python -m nn")


def test_a_folder_that_cannot_be_written(tmp_path, capsys):
    (tmp_path / "file").write_text("in the way")
    assert main(["moons", "--out", str(tmp_path / "file" / "inside")]) == 2
    message = capsys.readouterr().err
    assert "cannot write pictures to" in message
    assert "choose a folder with --out" in message
    assert message.count("\n") == 1


@pytest.mark.parametrize(
    ("demo", "package", "extra"),
    [
        ("moons", "matplotlib", "plot"),
        ("digits", "matplotlib", "plot"),
        ("digits", "sklearn", "data"),
    ],
)
def test_a_missing_extra(demo, package, extra, tmp_path, capsys, monkeypatch):
    real = importlib.import_module

    def without(name, *args):
        if name.startswith(package):
            raise ImportError(name)
        return real(name, *args)

    monkeypatch.setattr(importlib, "import_module", without)
    assert main([demo, "--out", str(tmp_path)]) == 2
    message = capsys.readouterr().err
    assert f'pip install "chainrule[{extra}]"' in message
    assert message.count("\n") == 1


def test_ctrl_c_still_draws_what_was_learned(tmp_path, capsys, monkeypatch):
    def interrupted(*args, **settings):
        def stop(state):
            if state.epoch == 2:
                raise KeyboardInterrupt

        return fit(*args, **{**settings, "callbacks": [stop], "epochs": 50})

    monkeypatch.setattr("nn.__main__.fit", interrupted)
    assert moons(tmp_path) == 130
    assert "after 2 epochs" in capsys.readouterr().out
    assert is_picture(tmp_path / "moons_loss.png")


def test_help_names_every_flag(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["moons", "--help"])
    assert caught.value.code == 0
    text = capsys.readouterr().out
    for flag in ("--epochs", "--batch-size", "--seed", "--lr", "--out", "--quiet"):
        assert flag in text


def test_moons_go_on_until_every_point_is_right(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("nn.__main__.RECIPE", 3)
    assert main(["moons", "--quiet", "--out", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert "Training accuracy 100.0% after" in shown
    assert "after 3 epochs" not in shown


def test_outputs_that_are_not_finite_are_no_picture(tmp_path, capsys):
    flags = ["--quiet", "--epochs", "1", "--lr", "1e300", "--out", str(tmp_path)]
    assert main(["moons", *flags]) == 2
    message = capsys.readouterr().err
    assert "outputs are nan or infinite after 1 epoch" in message
    assert "choose a smaller --lr" in message and message.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_one_epoch_is_one_epoch(tmp_path, capsys):
    assert main(["moons", "--quiet", "--epochs", "1", "--out", str(tmp_path)]) == 0
    assert "after 1 epoch in" in capsys.readouterr().out
