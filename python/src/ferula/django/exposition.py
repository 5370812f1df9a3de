"""The page as a view of Django."""

from __future__ import annotations

import os
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views import View

from .. import exposition, multiprocess
from ..registry import REGISTRY, Collector, CollectorRegistry


class PrometheusDjangoView(View):
    """`path('metrics', PrometheusDjangoView.as_view())`."""

    registry: Collector = REGISTRY

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; that of all workers, if they share one."""
        registry = self.registry
        if registry is REGISTRY and "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)
        status, headers, output = exposition._bake_output(
            registry,
            request.headers.get("Accept", ""),
            request.headers.get("Accept-Encoding", ""),
            dict(request.GET.lists()),
            False,
        )
        return HttpResponse(output, status=int(status.split(" ")[0]), headers=dict(headers))

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What may be asked."""
        return HttpResponse(status=200, headers={"Allow": "OPTIONS,GET"})
