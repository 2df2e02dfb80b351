"""Locks across a fork: free in the child, unless the forking thread itself holds them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")

# From Python 3.12 on a fork beside other threads is a DeprecationWarning; it is the subject here.
BESIDE_A_PASS = """
import os, signal, threading, warnings
from autograd import Value
from autograd.context.locks import fork_safe_lock

signal.alarm(20)
warnings.simplefilter("ignore", DeprecationWarning)
entered, leave = threading.Event(), threading.Event()
x = Value(2.0)
slow = Value(4.0, (x,), "slow")
slow._backward = lambda: (entered.set(), leave.wait())
worker = threading.Thread(target=slow.backward)
worker.start()
entered.wait()
child = os.fork()
if not child:
    signal.alarm(10)
    y = Value(3.0)
    (y * y).backward()
    os._exit(0 if y.grad == 6.0 else 1)
_, status = os.waitpid(child, 0)
leave.set()
worker.join()
raise SystemExit(status)
"""

WITHIN_A_PASS = """
import os, signal
from autograd import Value

signal.alarm(20)
x = Value(2.0)
node = Value(4.0, (x,), "fork")
children = []

def fork():
    children.append(os.fork())
    x.grad += 4.0

node._backward = fork
node.backward()
right = x.grad == 4.0
if not children[0]:
    os._exit(0 if right else 1)
_, status = os.waitpid(children[0], 0)
raise SystemExit(status or not right)
"""


@pytest.mark.parametrize("script", [BESIDE_A_PASS, WITHIN_A_PASS])
def test_a_forked_child_can_differentiate(script: str) -> None:
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
