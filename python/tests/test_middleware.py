"""The adapters for web frameworks: routes as labels, one bucket for the rest, and what can be chosen."""

import asyncio
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Dict, List, Tuple

import pytest

from ferula import CollectorRegistry
from ferula.middleware import UNMATCHED, Measures

Requests = List[Tuple[str, str]]
# Paths that a scanner makes up are one series, and so are methods.
ASKED: Requests = [("GET", "/item/1"), ("GET", "/item/2"), ("POST", "/item/3"), ("GET", "/boom"), ("GET", "/a"), ("GET", "/b.php"), ("GET", "/health")]


def expected(template: str, prefix: str) -> Dict[str, float]:
    def name(method: str, route: str, status: int) -> str:
        return f'{prefix}_requests_total{{method="{method}",route="{route}",status="{status}"}}'

    return {
        name("GET", template, 200): 2.0,
        name("POST", template, 405): 1.0,
        name("GET", "/boom", 500): 1.0,
        name("GET", UNMATCHED, 404): 2.0,
        f"{prefix}_requests_in_progress": 0.0,
    }


def check(registry: CollectorRegistry, wanted: Dict[str, float], absent: str = "/health") -> None:
    from ferula import generate_latest

    page = generate_latest(registry).decode()
    lines = page.splitlines()
    for name, value in wanted.items():
        assert f"{name} {value}" in lines, (name, page)
    assert absent not in page


def test_flask() -> None:
    flask = pytest.importorskip("flask")
    from ferula.middleware.flask import monitor

    registry = CollectorRegistry()
    app = flask.Flask(__name__)
    app.add_url_rule("/item/<int:number>", "item", lambda number: str(number))
    app.add_url_rule("/boom", "boom", lambda: 1 / 0)
    app.add_url_rule("/health", "health", lambda: "ok")
    monitor(app, registry=registry, exclude=["/health"])
    client = app.test_client()
    for method, path in ASKED:
        client.open(path, method=method)
    wanted = expected("/item/<int:number>", "flask")
    # Flask knows no rule for a method that a rule doesn't take.
    wanted.pop('flask_requests_total{method="POST",route="/item/<int:number>",status="405"}')
    check(registry, wanted)
    assert b"flask_request_duration_seconds_bucket" in client.get("/metrics").data
    # A request for the page itself isn't measured.
    check(registry, wanted, "/metrics")


def asgi_app(framework: str) -> Any:
    async def item(request: Any) -> Any:
        return PlainTextResponse(str(request.path_params["number"]))

    async def boom(request: Any) -> Any:
        raise ZeroDivisionError

    async def health(request: Any) -> Any:
        return PlainTextResponse("ok")

    from starlette.responses import PlainTextResponse

    if framework == "fastapi":
        from fastapi import FastAPI, Request

        for handler in (item, boom, health):
            handler.__annotations__["request"] = Request
        app = FastAPI()
        app.get("/item/{number}")(item)
        app.get("/boom")(boom)
        app.get("/health")(health)
        return app
    from starlette.applications import Starlette
    from starlette.routing import Route

    return Starlette(routes=[Route("/item/{number}", item, methods=["GET"]), Route("/boom", boom), Route("/health", health)])


@pytest.mark.parametrize("framework", ["starlette", "fastapi"])
def test_asgi(framework: str) -> None:
    pytest.importorskip(framework)
    httpx = pytest.importorskip("httpx")
    from ferula.middleware.asgi import MetricsMiddleware

    registry = CollectorRegistry()
    app = asgi_app(framework)
    app.add_middleware(MetricsMiddleware, registry=registry, exclude=["/health"])

    async def ask() -> None:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            for method, path in ASKED:
                await client.request(method, path)

    asyncio.run(ask())
    check(registry, expected("/item/{number}", "http"))


def test_django() -> None:
    pytest.importorskip("django")
    import subprocess
    import sys

    # A project is a process: settings can be made once.
    program = """
import django
from django.conf import settings
from ferula import CollectorRegistry, generate_latest
REGISTRY = CollectorRegistry()
settings.configure(ROOT_URLCONF=__name__, MIDDLEWARE=["ferula.middleware.django.MetricsMiddleware"], ALLOWED_HOSTS=["*"],
    FERULA_METRICS={"registry": REGISTRY, "exclude": ["/health"]}, DEBUG_PROPAGATE_EXCEPTIONS=False)
django.setup()
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET
urlpatterns = [path("item/<int:number>", require_GET(lambda request, number: HttpResponse(number))),
    path("boom", lambda request: 1 / 0), path("health", lambda request: HttpResponse("ok"))]
from django.test import Client
client = Client(raise_request_exception=False)
import logging; logging.disable()
for method, asked in %r:
    client.generic(method, asked)
print(generate_latest(REGISTRY).decode())
""" % (ASKED,)
    page = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    for name, value in expected("/item/<int:number>", "django").items():
        assert f"{name} {value}" in page.splitlines(), (name, page)
    assert "/health" not in page


def test_wsgi() -> None:
    from ferula.middleware.wsgi import MetricsMiddleware

    def app(environ: Dict[str, Any], start_response: Any) -> Any:
        path = environ["PATH_INFO"]
        if path == "/boom":
            raise ZeroDivisionError
        status = "200 OK" if path.startswith("/item/") or path == "/health" else "404 Not Found"
        start_response("405 No" if environ["REQUEST_METHOD"] == "POST" else status, [])
        return [b"x"]

    def route(environ: Dict[str, Any]) -> Any:
        path = environ["PATH_INFO"]
        return "/item/*" if path.startswith("/item/") else "/boom" if path == "/boom" else None

    registry = CollectorRegistry()
    measured = MetricsMiddleware(app, route=route, registry=registry, exclude=["/health"])
    for method, path in ASKED:
        try:
            body = measured({"REQUEST_METHOD": method, "PATH_INFO": path}, lambda status, headers: None)
            list(body)
            getattr(body, "close", lambda: None)()
        except ZeroDivisionError:
            pass
    check(registry, expected("/item/*", "http"))


def test_http_server() -> None:
    from ferula.middleware.http_server import measured

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path in ("/item", "/health") else 404)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    registry = CollectorRegistry()
    server = HTTPServer(("127.0.0.1", 0), measured(Handler, ["/item", "/health"], registry=registry, exclude=["/health"], group_status=True))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    for path in ("/item", "/item?x=1", "/other", "/health"):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}{path}").close()
        except urllib.error.HTTPError:
            pass
    server.shutdown()
    server.server_close()
    wanted = {
        'http_requests_total{method="GET",route="/item",status="2xx"}': 1.0,
        'http_requests_total{method="GET",route="/item",status="4xx"}': 1.0,
        f'http_requests_total{{method="GET",route="{UNMATCHED}",status="4xx"}}': 1.0,
    }
    check(registry, wanted)


def test_strange_methods_are_one_series() -> None:
    registry = CollectorRegistry()
    measures = Measures(registry=registry, requests_name="my_count")
    for method in ("BREW", "WHEN", "PROPFIND"):
        running = measures.begin("/pot")
        assert running is not None
        running.end(method, "/pot", 418)
        # Twice is once.
        running.end(method, "/pot", 500)
    check(registry, {'my_count_total{method="__other__",route="/pot",status="418"}': 3.0})


# Packages that know only prometheus_client, each in a small program, run as they are on the alias.
THIRD_PARTY = {
    "prometheus_flask_exporter": """
from flask import Flask
from prometheus_flask_exporter import PrometheusMetrics
app = Flask(__name__)
metrics = PrometheusMetrics(app, group_by='url_rule')
metrics.info('app_info', 'Application info', version='1.0.3')
@app.route('/item/<number>')
@metrics.counter('items', 'Items', labels={'number': lambda: 'n'})
def item(number): return number
c = app.test_client()
c.get('/item/1'); c.get('/item/2')
print(c.get('/metrics').data.decode())
""",
    "prometheus_fastapi_instrumentator": """
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_fastapi_instrumentator import Instrumentator
app = FastAPI()
@app.get('/item/{number}')
def item(number: str): return number
Instrumentator().instrument(app).expose(app)
c = TestClient(app)
c.get('/item/1'); c.get('/item/2')
print(c.get('/metrics').text)
""",
    "starlette_exporter": """
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette_exporter import PrometheusMiddleware, handle_metrics
app = Starlette(routes=[Route('/item/{number}', lambda request: PlainTextResponse('x')), Route('/metrics', handle_metrics)])
app.add_middleware(PrometheusMiddleware, group_paths=True)
c = TestClient(app)
c.get('/item/1'); c.get('/item/2')
print(c.get('/metrics').text)
""",
    "django_prometheus": """
import django
from django.conf import settings
settings.configure(ROOT_URLCONF=__name__, INSTALLED_APPS=['django_prometheus'], ALLOWED_HOSTS=['*'], MIDDLEWARE=[
    'django_prometheus.middleware.PrometheusBeforeMiddleware', 'django_prometheus.middleware.PrometheusAfterMiddleware'])
django.setup()
from django.http import HttpResponse
from django.urls import include, path
urlpatterns = [path('item/<number>', lambda request, number: HttpResponse(number), name='item'), path('', include('django_prometheus.urls'))]
from django.test import Client
c = Client()
c.get('/item/1'); c.get('/item/2')
print(c.get('/metrics').content.decode())
""",
}
SHOWN = {
    "prometheus_flask_exporter": ['items_total{number="n"} 2.0', 'app_info{version="1.0.3"} 1.0', 'flask_http_request_total{method="GET",status="200"} 2.0'],
    "prometheus_fastapi_instrumentator": ['http_requests_total{handler="/item/{number}",method="GET",status="2xx"} 2.0'],
    "starlette_exporter": ['starlette_requests_total{app_name="starlette",method="GET",path="/item/{number}",status_code="200"} 2.0'],
    "django_prometheus": ['django_http_requests_total_by_view_transport_method_total{method="GET",transport="http",view="item"} 2.0'],
}


@pytest.mark.parametrize("package", list(THIRD_PARTY))
def test_third_party(package: str, tmp_path: Any) -> None:
    import importlib.util
    import subprocess
    import sys

    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    script = tmp_path / "main.py"
    script.write_text(THIRD_PARTY[package] + "\nimport prometheus_client; assert prometheus_client.__name__ == 'ferula'\n")
    run = subprocess.run([sys.executable, "-m", "ferula", "run", "--", str(script)], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    for line in SHOWN[package]:
        assert line in run.stdout.splitlines(), run.stdout
