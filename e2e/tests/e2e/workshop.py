"""The seeds' workshop in one program: a fruit shop with its workers, instrumented with prometheus_client.

Usage: workshop.py PORT

GET /hello, POST /fruit?fruit=NAME&quantity=N, GET /fruit, GET /work (a worker's job), GET /metrics.
"""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from urllib.parse import parse_qs, urlsplit

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, Summary, generate_latest

HELLO = Counter("hello_total", "Total number of hello requests")
FRUITS = Gauge("all_fruits", "Total number of recent fruits in the database")
RECENT = Gauge("recent_fruits", "Total number of recent fruits in the database, of each kind", ["fruit"])
LATENCY = Histogram("http_latency", "Latency of requests in seconds", ["method", "endpoint"])
REQUESTS = Counter("requests_total", "Requests", ["status", "endpoint"])
JOBS = Summary("job_duration_seconds", "Duration of jobs")
JOBS_BY_STATUS = Histogram("ays_job_latency_sec", "AYS job latency", ["status"])
RUNNING = Gauge("ays_job_running", "AYS, number of jobs that run")
PAGES = Counter("app:request_count", "Requests by page", ["method", "endpoint", "http_status"])

# Series that are there from the start: whoever counts an increase must have seen the zero.
ROUTES = [("GET", "/hello"), ("GET", "/fruit"), ("POST", "/fruit")]
for method, endpoint in ROUTES:
    LATENCY.labels(method, endpoint)
for code in ("200", "503"):
    REQUESTS.labels(code, "/hello")
for status in ("ok", "error", "timeout"):
    JOBS_BY_STATUS.labels(status)

stock = {}
# Durations are drawn and not waited for.
random = Random(4)


class Shop(BaseHTTPRequestHandler):
    """Counts what it is asked."""

    def do_GET(self):
        """Answers a visitor, or whoever reads the metrics."""
        path = urlsplit(self.path).path
        if path == "/metrics":
            PAGES.labels("GET", "/metrics", "200").inc(0)
            self.answer(200, generate_latest(), CONTENT_TYPE_LATEST)
        elif path == "/hello":
            HELLO.inc()
            status = 503 if random.random() < 0.15 else 200
            REQUESTS.labels(str(status), "/hello").inc()
            PAGES.labels("GET", "/hello", str(status)).inc()
            self.timed(status, b"hello")
        elif path == "/fruit":
            FRUITS.set(sum(stock.values()))
            self.timed(200, str(stock).encode())
        elif path == "/work":
            with RUNNING.track_inprogress():
                duration = random.lognormvariate(0, 1)
                JOBS.observe(duration)
                JOBS_BY_STATUS.labels("ok" if duration < 3 else "error").observe(duration)
            self.answer(200, b"done")
        else:
            self.answer(404, b"no such page")

    def do_POST(self):
        """Takes a delivery."""
        wanted = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        fruit = wanted["fruit"]
        stock[fruit] = stock.get(fruit, 0) + int(wanted["quantity"])
        RECENT.labels(fruit).set(stock[fruit])
        self.timed(200, b"thank you")

    def timed(self, status, body):
        """Answers, and notes a latency."""
        LATENCY.labels(self.command, urlsplit(self.path).path).observe(random.uniform(0.05, 0.5))
        self.answer(status, body)

    def answer(self, status, body, content_type="text/plain"):
        """Sends a whole answer."""
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Stays silent."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Shop).serve_forever()
