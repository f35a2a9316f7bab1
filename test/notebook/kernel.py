"""Runs cells in a real Jupyter kernel for kernel.ts: one JSON object a line, orders on stdin, events on stdout."""

import json
import queue
import sys
import threading

from jupyter_client.manager import KernelManager

orders = queue.Queue()


def read_orders():
    for line in sys.stdin:
        orders.put(json.loads(line))
    orders.put({"order": "close"})


def say(**event):
    print(json.dumps(event), flush=True)


def take(get):
    try:
        return get(timeout=0.01)
    except queue.Empty:
        return None


manager = KernelManager(kernel_name=sys.argv[2])
manager.start_kernel(cwd=sys.argv[1])
client = manager.client()
client.start_channels()
try:
    client.wait_for_ready(timeout=60)
    threading.Thread(target=read_orders, daemon=True).start()
    say(event="ready")
    while True:
        order = take(orders.get)
        if order and order["order"] == "close":
            break
        if order and order["order"] == "execute":
            say(event="sent", cell=order["cell"], id=client.execute(order["code"]))
        if order and order["order"] == "interrupt":
            manager.interrupt_kernel()
        if order and order["order"] == "restart":
            manager.restart_kernel(now=True)
            client.wait_for_ready(timeout=60)
            say(event="restarted")
        message = take(client.get_iopub_msg)
        if message:
            parent = message["parent_header"].get("msg_id")
            say(event=message["msg_type"], id=parent, content=message["content"])
        reply = take(client.get_shell_msg)
        if reply:
            say(event="reply", id=reply["parent_header"].get("msg_id"), content=reply["content"])
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
