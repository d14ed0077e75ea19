"""The limits themselves: a process that does not end is killed, a wait says what it waited for."""

import subprocess
import sys

import pytest
import serving

DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("http://127.0.0.1:1/deep/", flush=True)
time.sleep(600)
"""


def test_a_server_that_ignores_the_request_to_end_is_killed(tmp_path, monkeypatch):
    monkeypatch.setattr(serving, "END_S", 0.2)
    started = []
    popen = subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda *a, **k: started.append(popen(*a, **k)) or started[0]
    )
    with serving.tensorboard(tmp_path, program=[sys.executable, "-c", DEAF]) as url:
        assert url == "http://127.0.0.1:1/deep/"
    assert started[0].returncode == -9


def test_a_server_that_ends_at_once_says_why(tmp_path):
    with (
        pytest.raises(AssertionError, match="TensorBoard ended: no such flag"),
        serving.tensorboard(tmp_path, program=[sys.executable, "-c", "exit('no such flag')"]),
    ):
        pass


def test_a_wait_says_what_it_waited_for(monkeypatch):
    monkeypatch.setattr(serving, "LIMIT_S", 0.1)
    with pytest.raises(AssertionError, match=r"within 0\.1 s\. 3 steps"):
        serving.eventually(lambda: False, lambda: "3 steps")


def test_a_program_that_does_not_end_is_killed(monkeypatch):
    monkeypatch.setattr(serving, "LIMIT_S", 0.1)
    with pytest.raises(subprocess.TimeoutExpired):
        serving.run(sys.executable, "-c", "import time; time.sleep(600)")
