"""Programs in the documents run as they stand there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = ("docs/book/src/python.md", "docs/book/src/first-steps.md", "python/README.md", "README.md")
PROGRAMS = [
    (document, number, program)
    for document in DOCUMENTS
    for number, program in enumerate(re.findall(r"```python\n(.*?)```", (ROOT / document).read_text(), re.DOTALL))
]


@pytest.mark.parametrize(("document", "number", "program"), PROGRAMS, ids=[f"{document}-{number}" for document, number, _ in PROGRAMS])
def test_programs_run(document: str, number: int, program: str, tmp_path: Path) -> None:
    # Ports as they come: others may be testing.
    program = re.sub(r"start_http_server\(\d+\)", "start_http_server(0, '127.0.0.1')", program)
    shares = "multiprocess" in program
    environment = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)} if shares else {}
    done = subprocess.run(
        [sys.executable, "-m", "ferula", "run", "--", "-c", program], env=environment, capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 0, done.stderr
