"""Celery tasks that count, and one that kills the process that runs it."""

import os
import signal

from celery import Celery

import ferula as prometheus_client

FOLDER = os.environ["BROKER_FOLDER"]
app = Celery("counting", broker="filesystem://")
app.conf.broker_transport_options = {
    "data_folder_in": FOLDER,
    "data_folder_out": FOLDER,
    "store_processed": False,
    "control_folder": os.path.join(FOLDER, "control"),
}
app.conf.worker_hijack_root_logger = False
app.conf.broker_connection_retry_on_startup = True

TASKS = prometheus_client.Counter("tasks", "Tasks", ["kind"])


@app.task
def count() -> None:
    TASKS.labels("count").inc()


@app.task
def die() -> None:
    TASKS.labels("die").inc()
    os.kill(os.getpid(), signal.SIGKILL)
