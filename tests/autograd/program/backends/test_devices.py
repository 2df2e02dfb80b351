"""Four devices, and two processes: what `devices_script` checks, on this machine's processor."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import autograd

pytest.importorskip("jax")

ROOT = Path(autograd.__file__).parent.parent
SCRIPT = Path(__file__).with_name("devices_script.py")


def started(devices: int, *args: str) -> subprocess.Popen[str]:
    flags = f"--xla_force_host_platform_device_count={devices}"
    env = {**os.environ, "XLA_FLAGS": flags, "PYTHONPATH": str(ROOT), "JAX_PLATFORMS": "cpu"}
    return subprocess.Popen(
        [sys.executable, "-W", "error", str(SCRIPT), *args], cwd=ROOT, env=env, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def assert_well(processes: list[subprocess.Popen[str]]) -> None:
    try:
        texts = [process.communicate(timeout=240)[0] for process in processes]
    finally:
        for process in processes:
            process.kill()
    for process, text in zip(processes, texts, strict=True):
        assert process.returncode == 0 and "all is well" in text, text[-4000:]


def test_four_devices() -> None:
    assert_well([started(4)])


def test_two_processes_of_two_devices() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    assert_well([started(2, number, port) for number in ("0", "1")])
