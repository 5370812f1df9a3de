"""The code that five workshops write, as they write it, on this package: each snippet in the smallest program around it.

The programs are put together from the texts in `../shared/seeds`, run under `python -m ferula run`, which needs no change of
theirs, and once more with only the import changed. Where there is a binary of Ferula, it scrapes them.
"""

import os
import re
import subprocess
import sys
import textwrap
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Dict, List

import pytest
from scraping import ferula, free_port, get, is_up, until

SEEDS = Path(__file__).parents[2].parent / "shared" / "seeds"


def seed(start: str) -> str:
    """The text whose file begins so."""
    found = list(SEEDS.glob(f"{start}_*.txt")) if SEEDS.exists() else []
    if not found:
        print(f"no seeds at {SEEDS}: nothing to try", file=sys.stderr)
        pytest.skip("no seeds here")
    return found[0].read_text()


def snippets(text: str, language: str) -> List[str]:
    """The blocks of code of a text."""
    return re.findall(rf"```\s*{language}\n(.*?)```", text, re.DOTALL)


def added(block: str) -> str:
    """What a diff adds, or a block that marks only some lines."""
    return "\n".join(line[1:] for line in block.splitlines() if line.startswith("+") and not line.startswith("+++"))


def whole(block: str) -> str:
    """What stands there after a diff: every line has a mark or a space before it."""
    return "".join(line[1:] + "\n" for line in block.splitlines())


@contextmanager
def running(folder: Path, program: str, url: str, alias: bool) -> Iterator[None]:
    """Runs a program: as it is, under the alias, or with the import changed."""
    if not alias:
        program = re.sub(r"\bprometheus_client\b", "ferula", program)
        program = program.replace("from sanic_prometheus", "from ferula.middleware.sanic")
        for other in folder.glob("*.py"):
            other.write_text(re.sub(r"\bprometheus_client\b", "ferula", other.read_text()))
    script = folder / "main.py"
    script.write_text(program)
    command = [sys.executable, *(["-m", "ferula", "run", "--"] if alias else []), str(script)]
    with open(folder / "log", "w") as log, subprocess.Popen(command, cwd=folder, stdout=log, stderr=log) as process:
        try:
            until(lambda: process.poll() is not None or is_up(url))
            assert process.poll() is None, (folder / "log").read_text()
            yield
        finally:
            process.terminate()


both = pytest.mark.parametrize("alias", [True, False], ids=["run", "import"])


@both
def test_flask_course(alias: bool, tmp_path: Path) -> None:
    pytest.importorskip("flask")
    text = seed("000")
    import_and_call, module = snippets(text, "python")
    (tmp_path / "prometheus_metrics.py").write_text(module)
    port = free_port()
    first, call = import_and_call.strip().splitlines()
    program = f"{first}\nfrom flask import Flask\napp = Flask(__name__)\n{call}\n"
    program += f"@app.route('/')\ndef index():\n    return 'hello'\napp.run(port={port})\n"
    url = f"http://127.0.0.1:{port}"
    with running(tmp_path, program, f"{url}/", alias), ferula(tmp_path, f"127.0.0.1:{port}") as query:
        for _ in range(3):
            get(f"{url}/")
        with pytest.raises(urllib.error.HTTPError):
            get(f"{url}/missing")
        page = get(f"{url}/metrics")
        # The text of the workshop is from before OpenMetrics: a counter's name ends in `_total` since.
        found = re.search(r'app:request_count_total\{endpoint="/",http_status="200",method="GET"\} (\S+)', page)
        assert found and float(found[1]) >= 3
        assert 'app:request_count_total{endpoint="/missing",http_status="404",method="GET"} 1.0' in page
        assert 'app:request_processing_seconds_bucket{endpoint="/",le="0.0001",method="GET"}' in page
        if "FERULA_BINARY" in os.environ:
            until(lambda: any("endpoint=/,http_status=200" in name for name in query("app:request_count_total")))


@both
def test_pull_beside_push(alias: bool, tmp_path: Path) -> None:
    pytest.importorskip("flask")
    text = seed("001")
    # No code in this one: names, labels and pages are what it tells.
    assert "counter: `requests` with the description: `Application Request Count`, and the label: `endpoint`" in text
    port = free_port()
    program = textwrap.dedent(
        f"""
        import time
        from flask import Flask, Response
        import prometheus_client
        from prometheus_client import Counter, Histogram
        REQUESTS = Counter('requests', 'Application Request Count', ['endpoint'])
        TIMER = Histogram('slow', 'Slow Requests', ['endpoint'])
        app = Flask(__name__)

        @app.route('/')
        def index():
            REQUESTS.labels(endpoint='/').inc()
            return 'Development Prometheus-backed Flask App'

        @app.route('/database/')
        def database():
            with TIMER.labels('/database').time():
                time.sleep(0.01)
            return 'Completed expensive database operation'

        @app.route('/metrics/')
        def metrics():
            return Response(prometheus_client.generate_latest(), mimetype='text/plain; version=0.0.4; charset=utf-8')

        app.run(port={port})
        """
    )
    url = f"http://127.0.0.1:{port}"
    with running(tmp_path, program, f"{url}/metrics/", alias):
        for _ in range(20):
            get(f"{url}/")
        for _ in range(6):
            get(f"{url}/database/")
        page = get(f"{url}/metrics/")
        for line in re.findall(r"^(?:# TYPE )?(?:requests_total|slow)\S*(?: \S+)$", text, re.MULTILINE):
            assert line in page.splitlines(), line


@both
def test_http_server_workshop(alias: bool, tmp_path: Path) -> None:
    handler, declare, count = snippets(seed("002"), "python")
    port = free_port()
    # The handler's three dots stand for what the workshop's application has there.
    head, _, condition = handler.partition("    ...\n    ...\n")
    program = "from http.server import HTTPServer\nfrom prometheus_client import MetricsHandler\n" + declare + head
    program += textwrap.indent(
        textwrap.dedent(
            f"""
            def do_GET(self):
                endpoint = self.path
                if endpoint == '/treecounter':
                    {count.strip()}
                    self.send_response(200)
                    self.end_headers()
                    self.wfile.write(b'trees')
            """
        ),
        "    ",
    )
    program += textwrap.indent(textwrap.dedent(condition), "        ")
    program += f"\nHTTPServer(('127.0.0.1', {port}), HTTPRequestHandler).serve_forever()\n"
    url = f"http://127.0.0.1:{port}"
    with running(tmp_path, program, f"{url}/metrics", alias), ferula(tmp_path, f"127.0.0.1:{port}") as query:
        for _ in range(4):
            assert get(f"{url}/treecounter") == "trees"
        assert 'requests_total{endpoint="/treecounter",status="200"} 4.0' in get(f"{url}/metrics")
        if "FERULA_BINARY" in os.environ:
            until(lambda: list(query("requests_total").values()) == [4.0])


@both
def test_sanic_job_server(alias: bool, tmp_path: Path) -> None:
    pytest.importorskip("sanic")
    server, job = (added(block) for block in snippets(seed("003"), "diff"))
    lines = job.splitlines()
    declared = "\n".join(line for line in lines if "import" in line or line.startswith("METRICS"))
    by_status = {s: [line.strip() for line in lines if f"status='{s}'" in line] for s in ("timeout", "error", "ok")}
    begin = next(line.strip() for line in lines if "JOB_RUNNING'].inc" in line)
    end = next(line.strip() for line in lines if "JOB_RUNNING'].dec" in line)
    monitor_import, monitor_call = (next(x.strip() for x in server.splitlines() if w in x) for w in ("import monitor", "monitor(sanic_app)"))
    port = free_port()
    callback = f"def _execute_cb(elapsed, outcome):\n    {end}\n"
    for status, updates in by_status.items():
        callback += f"    if outcome == {status!r}:\n" + "".join(f"        {update}\n" for update in updates)
    program = f"{declared}\n{monitor_import}\nfrom sanic import Sanic, text\nsanic_app = Sanic('ays')\n{callback}"
    program += textwrap.dedent(
        f"""
        @sanic_app.get('/job/<outcome>')
        async def run(request, outcome):
            {begin}
            _execute_cb(0.25, outcome)
            return text('done')

        {monitor_call}
        if __name__ == '__main__':
            sanic_app.run(host='127.0.0.1', port={port}, single_process=True, motd=False)
        """
    )
    url = f"http://127.0.0.1:{port}"
    with running(tmp_path, program, f"{url}/metrics", alias), ferula(tmp_path, f"127.0.0.1:{port}") as query:
        for outcome in ("ok", "ok", "error", "timeout"):
            get(f"{url}/job/{outcome}")
        with pytest.raises(urllib.error.HTTPError):
            get(f"{url}/nowhere")
        page = get(f"{url}/metrics")
        for line in (
            'ays_job_count_total{status="ok"} 2.0',
            'ays_job_count_total{status="error"} 1.0',
            'ays_job_latency_sec_sum{status="ok"} 0.5',
            'ays_job_latency_sec_count{status="timeout"} 1.0',
            "ays_job_running 0.0",
            'sanic_request_count_total{endpoint="/job/<outcome:str>",http_status="200",method="GET"} 4.0',
            'sanic_request_latency_sec_count{endpoint="/job/<outcome:str>",http_status="200",method="GET"} 4.0',
            'sanic_request_count_total{endpoint="__unmatched__",http_status="404",method="GET"} 1.0',
        ):
            assert line in page.splitlines(), line
        if "FERULA_BINARY" in os.environ:
            # The queries of the text.
            queries = [q.strip() for q in snippets(seed("003"), "PromQL") if q.strip()]
            assert queries
            until(lambda: list(query("sum(ays_job_running)").values()) == [0.0])


@both
def test_frontend_and_backend(alias: bool, tmp_path: Path) -> None:
    pytest.importorskip("flask")
    blocks = snippets(seed("004"), "python")
    dispatcher, server, counter, inc, gauge, set_gauge, labelled, set_labelled, histogram, decorated = blocks[:10]
    front, back = free_port(), free_port()
    program = "from flask import Flask\nfrom prometheus_client import Counter, Gauge, Histogram, Summary\n"
    program += whole(dispatcher)
    program += "".join(block for block in (counter, gauge, labelled, histogram))
    program += "WORK = Summary('work', 'Duration of the workers jobs')\n"
    uses = {line.strip() for line in decorated.splitlines() if line.startswith("@HTTP")}
    hello, fruit, post = sorted(uses, key=lambda use: ("/fruit" in use, "POST" in use))
    program += textwrap.dedent(
        f"""
        @app.route('/hello', methods=['GET'])
        {hello}
        def hello():
            {inc.strip()}
            return 'hello'

        @app.route('/fruit', methods=['GET'])
        {fruit}
        def fruit():
            total_quantity, fruit_name = 7, 'banana'
            {set_gauge.strip()}
            {set_labelled.strip()}
            return 'fruit'

        @app.route('/fruit', methods=['POST'])
        {post}
        @WORK.time()
        def add():
            return 'added'

        class Engine:
            def main(self):
                pass
        """
    )
    # On the backend: `start_http_server` in a program that has no server.
    program += whole(server.replace("...", "")).replace("5001", str(back))
    program += f"\nstart()\napp.run(port={front})\n"
    url = f"http://127.0.0.1:{front}"
    with ExitStack() as stack:
        stack.enter_context(running(tmp_path, program, f"{url}/hello", alias))
        query = stack.enter_context(ferula(tmp_path, f"127.0.0.1:{back}"))
        get(f"{url}/hello")
        get(f"{url}/fruit")
        urllib.request.urlopen(urllib.request.Request(f"{url}/fruit", method="POST"), timeout=10).close()
        expected = (
            "all_fruits 7.0",
            'recent_fruits{fruit="banana"} 7.0',
            'http_latency_count{endpoint="/fruit",method="GET"} 1.0',
            'http_latency_bucket{endpoint="/fruit",le="+Inf",method="POST"} 1.0',
            "work_count 1.0",
        )
        for page in (get(f"{url}/metrics"), get(f"http://127.0.0.1:{back}/metrics")):
            for line in expected:
                assert line in page.splitlines(), line
            assert re.search(r"^hello_total [1-9]", page, re.MULTILINE)
            assert "python_info{" in page and "process_open_fds" in page
        if "FERULA_BINARY" in os.environ:
            until(lambda: list(query("sum(recent_fruits)").values()) == [7.0])
            until(lambda: len(query("histogram_quantile(0.95, sum(rate(http_latency_bucket[5m])) by (le))")) == 1)
