"""Runs cells as a student of a hub: run_cells.py HUB_SCRIPTS PACKAGES PORT NAME CLASS_PASSWORD; on stdin a JSON list
of cells. Prints a JSON list of what they printed, or of their errors."""

import asyncio
import json
import os
import sys

scripts, packages, port, name, class_password = sys.argv[1:]
sys.path[:0] = [scripts]
sys.path.append(packages)
from class_client import Student  # noqa: E402


async def main():
    student = Student(name, port=port, token=os.environ["CFG_HUB_LOAD_TOKEN"], class_password=class_password)
    await student.log_in()
    await student.start_server()
    await student.start_kernel()
    said = []
    for cell in json.load(sys.stdin):
        try:
            said.append((await student.run(cell))[0])
        except RuntimeError as error:
            said.append(str(error))
    print(json.dumps({"server": student.pid, "kernel": student.kernel_pid, "said": said}))


asyncio.run(main())
