"""Executes one notebook on a fresh kernel: python execute.py NOTEBOOK OUTPUT. Prints one JSON line for each event.

{"cell": i, "of": n}                        before a code cell
{"failed": i, "message": "..."}             a cell failed, or wrote to stderr; nothing is written, exit status 1
{"seconds": s, "kernelSeconds": k}          done: all in all, and until the kernel was ready
"""

import json
import os
import sys
import time

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

notebook, output = sys.argv[1:3]
TIME_LIMIT = int(os.environ.get("CELL_TIME_LIMIT", "600"))


def tell(**event):
    print(json.dumps(event), flush=True)


def fail(index, message):
    tell(failed=index, message=message)
    sys.exit(1)


def stderr_of(cell):
    return "".join(o.text for o in cell.outputs if o.output_type == "stream" and o.name == "stderr").strip()


nb = nbformat.read(notebook, as_version=4)
client = NotebookClient(
    nb,
    kernel_name=nb.metadata.kernelspec.name,
    timeout=TIME_LIMIT,
    store_widget_state=False,
    record_timing=False,
    resources={"metadata": {"path": os.path.dirname(os.path.abspath(notebook))}},
)
started = time.monotonic()
with client.setup_kernel():
    kernel_seconds = time.monotonic() - started
    client.reset_execution_trackers()
    executed = 0
    for index, cell in enumerate(nb.cells):
        if cell.cell_type != "code":
            continue
        executed += 1
        tell(cell=index, of=len(nb.cells))
        try:
            client.execute_cell(cell, index, execution_count=executed)
        except CellExecutionError as error:
            fail(index, f"{error.ename}: {error.evalue}")
        except CellTimeoutError:
            fail(index, f"still running after {TIME_LIMIT} s")
        except DeadKernelError:
            fail(index, "the kernel died")
        if stderr_of(cell):  # a failure that nothing waited for, or a warning that the course must not show
            fail(index, stderr_of(cell))
nbformat.write(nb, output)
tell(seconds=time.monotonic() - started, kernelSeconds=kernel_seconds)
