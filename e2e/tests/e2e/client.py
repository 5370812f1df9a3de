"""Asks a server through prometheus-api-client, as scripts and notebooks do, and prints what came as JSON.

Usage: client.py URL START END   (seconds since 1970)
"""

import json
import sys
from datetime import datetime, timedelta, timezone

from prometheus_api_client import (
    MetricRangeDataFrame,
    MetricSnapshotDataFrame,
    MetricsList,
    PrometheusApiClientException,
    PrometheusConnect,
)


def refusal(call):
    """The status with which the server refuses a call, as it must."""
    try:
        call()
    except PrometheusApiClientException as error:
        return str(error).split("(")[0]
    return "no exception"


def by_labels(series):
    """Series in the order of their labels: servers may send them in any."""
    return sorted(series, key=lambda one: sorted(one["metric"].items()))


def main(url, start_s, end_s):
    client = PrometheusConnect(url=url, disable_ssl=True)
    start = datetime.fromtimestamp(start_s, timezone.utc)
    end = datetime.fromtimestamp(end_s, timezone.utc)
    at_end = {"time": end_s}

    fruits = client.get_metric_range_data(
        "recent_fruits", start_time=start, end_time=end, chunk_size=timedelta(seconds=end_s - start_s)
    )
    rates = client.custom_query_range("rate(hello_total[1m])", start_time=start, end_time=end, step="15")
    snapshot = client.custom_query("recent_fruits", params=at_end)
    operations = ["sum", "max", "min", "variance", "percentile_95", "deviation", "average"]
    answers = {
        "connected": client.check_prometheus_connection(),
        "all_metrics": sorted(client.all_metrics()),
        "label_names": sorted(client.get_label_names(params={"match[]": "requests_total"})),
        "label_values": sorted(client.get_label_values("fruit")),
        "current": client.get_current_metric_value("recent_fruits", {"fruit": "apples"}, params=at_end),
        "query": by_labels(client.custom_query("sum by (status) (requests_total)", params=at_end)),
        "range": rates,
        "range_data": by_labels(fruits),
        "aggregation": client.get_metric_aggregation("hello_total", operations, start, end, "15"),
        "metadata": client.get_metric_metadata("hello_total"),
        "targets": [target["labels"] for target in client.get_targets("active")["activeTargets"]],
        "pools": client.get_scrape_pools(),
        "refused": refusal(lambda: client.custom_query("rate(hello_total)")),
        "refused_range": refusal(lambda: client.custom_query_range("up", start, end, "0")),
        "metrics_list": len(MetricsList(fruits)),
        "range_frame": MetricRangeDataFrame(rates).shape,
        "snapshot_frame": MetricSnapshotDataFrame(snapshot).shape,
    }
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]))
