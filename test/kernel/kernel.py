"""Runs cells in a real Jupyter kernel for kernel.ts: one JSON object a line, orders on stdin, events on stdout."""

import base64
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


def ask(order):
    message = client.session.msg(order["type"], order["content"])
    channel = client.control_channel if order["channel"] == "control" else client.shell_channel
    buffers = [base64.b64decode(text) for text in order.get("buffers", [])]
    client.session.send(channel.socket, message, buffers=buffers)
    return message["header"]["msg_id"]


manager = KernelManager(kernel_name=sys.argv[2])
# Node would make our own output one that does not wait, on which long lines come to harm.
manager.start_kernel(cwd=sys.argv[1], stdout=sys.stderr)
client = manager.client()
client.start_channels()
try:
    client.wait_for_ready(timeout=60)
    threading.Thread(target=read_orders, daemon=True).start()
    say(event="ready")
    while True:
        order = take(orders.get)
        while order:  # all that wait, so that cells asked for in one breath are sent so
            if order["order"] == "close":
                sys.exit()
            if order["order"] == "execute":
                say(event="sent", order=order["number"], id=client.execute(order["code"]))
            if order["order"] == "ask":
                say(event="sent", order=order["number"], id=ask(order))
            if order["order"] == "interrupt":
                manager.interrupt_kernel()
            if order["order"] == "restart":
                manager.restart_kernel(now=True)
                client.wait_for_ready(timeout=60)
                say(event="restarted")
            order = None if orders.empty() else orders.get()
        while message := take(client.get_iopub_msg):
            parent = message["parent_header"].get("msg_id")
            buffers = [base64.b64encode(one).decode() for one in message["buffers"]]
            say(event=message["msg_type"], id=parent, content=message["content"], buffers=buffers)
        for channel in (client.get_shell_msg, client.get_control_msg):
            reply = take(channel)
            if reply:
                say(event="reply", id=reply["parent_header"].get("msg_id"), content=reply["content"])
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
