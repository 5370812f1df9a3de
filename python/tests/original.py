"""A pytest plugin that runs prometheus_client's own tests against this package.

    python -m pytest -p original TESTS

TESTS is the `tests` folder of its source archive, taken out of the archive so that the original can't be imported from beside
it. The differences that we stand by are listed here; any other failure is a bug.
"""

import pytest

import ferula

ferula.install()

# Tests of how values are stored, which is in one segment instead of files for each process and kind.
DIFFERENT = {
    "test_multiprocess.py::TestMultiProcess::test_initialization_detects_pid_change": "expects files of these names",
    "test_multiprocess.py::TestMultiProcess::test_merge_no_accumulate": "hands those files to merge()",
    "test_multiprocess.py::TestMultiProcess::test_remove_clear_warning": "expects the warning that remove() is missing",
}
# Fails on the original too, in about every second run: a race between the client's request and the server's refusal.
FLAKY = "test_exposition.py::TestWsgiTLS::test_mtls_untrusted_client_cert_raises"


def pytest_collection_modifyitems(items: "list[pytest.Item]") -> None:
    for item in items:
        for known, reason in DIFFERENT.items():
            if item.nodeid.endswith(known):
                item.add_marker(pytest.mark.xfail(reason=reason, strict=True))
        if item.nodeid.endswith(FLAKY):
            item.add_marker(pytest.mark.xfail(reason="flaky on the original", strict=False))
