"""`python -m ferula run -- ARGS`: runs a program with this package in the place of `prometheus_client`.

ARGS are what would follow `python`: a script, `-m module` or `-c code`, and its arguments. A console script of an
environment (`gunicorn`, `flask`) may be named too.
"""

from __future__ import annotations

import os
import runpy
import shutil
import sys

from . import alias

_USAGE = "usage: python -m ferula run -- (SCRIPT | -m MODULE | -c CODE | COMMAND) [ARGUMENT ...]"
_HELP = f"""\
{_USAGE}

Runs a program whose `import prometheus_client` gives ferula, without changing it. Programs that it starts with the same
interpreter (workers, reloaders) get the same.

  SCRIPT     a file of Python:              python -m ferula run -- app.py --port 8000
  -m MODULE  as `python -m`:                python -m ferula run -- -m flask run
  -c CODE    as `python -c`
  COMMAND    a script of the environment:   python -m ferula run -- gunicorn app:app

Environment:
  PROMETHEUS_MULTIPROC_DIR           the folder in which processes share their metrics
  PROMETHEUS_DISABLE_CREATED_SERIES  `true`: no `_created` series
  FERULA_SERIES_MAX                  series of one family before the rest is counted as `__overflow__` (200000)"""


def _run(arguments: list[str]) -> None:
    alias.install()
    # Programs that this one starts (workers, reloaders) get the alias too.
    folder = os.path.join(os.path.dirname(__file__), "_startup")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (folder, os.environ.get("PYTHONPATH"))))
    first, rest = arguments[0], arguments[1:]
    if first == "-m" and rest:
        sys.argv = rest
        sys.path.insert(0, os.getcwd())
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    elif first == "-c" and rest:
        sys.argv = ["-c", *rest[1:]]
        sys.path.insert(0, os.getcwd())
        exec(compile(rest[0], "<string>", "exec"), {"__name__": "__main__"})
    else:
        script = first if os.path.exists(first) else shutil.which(first)
        if script is None:
            option = " (before a program's own options, ferula knows -m and -c only)" if first.startswith("-") else ""
            sys.exit(f"ferula: no such script or command: {first}{option}")
        sys.argv = [script, *rest]
        sys.path.insert(0, os.path.dirname(os.path.abspath(script)))
        runpy.run_path(script, run_name="__main__")


def main() -> None:
    """The command."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["run"]:
        arguments = arguments[1:]
        if arguments[:1] == ["--"]:
            arguments = arguments[1:]
        elif arguments[:1] in (["-h"], ["--help"]):
            print(_HELP)
            return
        if arguments:
            return _run(arguments)
        sys.exit(f"ferula: what shall run?\n{_USAGE}")
    if arguments[:1] in (["-h"], ["--help"]):
        print(_HELP)
        return
    sys.exit(f"ferula: no such task: {arguments[0]}\n{_USAGE}" if arguments else _USAGE)


if __name__ == "__main__":
    main()
