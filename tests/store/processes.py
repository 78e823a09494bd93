"""Several Python processes that do the same thing at the same moment."""

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

_ROOT = Path(__file__).parents[2]
_PREFACE = """
import sys
from engine.store import claims, database, ledger
url = sys.argv[1]
print("ready", flush=True)
sys.stdin.readline()
"""


def run_at_once(code: str, *, url: str, processes: int) -> list[str]:
    """Start processes, let them go when all are ready, and return what each printed. Fails with the words of one."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", _PREFACE + dedent(code), url],
            cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(processes)
    ]  # fmt: skip
    try:
        for process in started:
            assert process.stdout is not None
            process.stdout.readline()
        for process in started:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        answers = [process.communicate(timeout=180) for process in started]
    finally:
        for process in started:
            process.kill()
    for process, (_out, err) in zip(started, answers, strict=True):
        assert process.returncode == 0, err
    return [out.strip() for out, _err in answers]
