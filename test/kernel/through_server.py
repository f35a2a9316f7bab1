"""Runs a cell in a kernel of a real Jupyter server, as a browser does: python through_server.py FOLDER CODE [--limited].

Prints what came as one line of JSON: {"text": all that was printed, "messages": how many, "idle": whether the cell ended}.
With --limited the server drops what is more than its own default limits allow.
"""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request

import websocket

folder, code = sys.argv[1:3]
limited = "--limited" in sys.argv
token = secrets.token_hex(16)
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]


def call(method, path, body=None):
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", method=method, data=body and json.dumps(body).encode()
    )
    request.add_header("Authorization", f"token {token}")
    with urllib.request.urlopen(request) as response:
        text = response.read()
        return json.loads(text) if text else None


def wait_for_server():
    for _ in range(600):
        try:
            return call("GET", "/api")
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server does not answer")


server = subprocess.Popen(
    [
        *(sys.executable, "-m", "jupyter_server", "--no-browser", "--ip=127.0.0.1", f"--port={port}"),
        *(f"--ServerApp.root_dir={folder}", "--ServerApp.log_level=ERROR", "--allow-root"),
        *(["--ZMQChannelsWebsocketConnection.limit_rate=True"] if limited else []),
    ],
    env={**os.environ, "JUPYTER_TOKEN": token},
    stdout=subprocess.DEVNULL,
)
try:
    wait_for_server()
    kernel = call("POST", "/api/kernels", {"name": "tslab"})
    channels = websocket.create_connection(
        f"ws://127.0.0.1:{port}/api/kernels/{kernel['id']}/channels?token={token}", timeout=60
    )
    header = {"msg_id": secrets.token_hex(8), "msg_type": "execute_request", "session": "test", "username": "test", "version": "5.3", "date": ""}
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
    channels.send(json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}))
    text, messages, idle = [], 0, False
    while not idle:
        try:
            message = json.loads(channels.recv())
        except websocket.WebSocketTimeoutException:
            break
        if message["parent_header"].get("msg_id") != header["msg_id"]:
            continue
        if message["msg_type"] == "stream":
            messages += 1
            text.append(message["content"]["text"])
        idle = message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"
    channels.close()
    call("DELETE", f"/api/kernels/{kernel['id']}")
finally:
    server.terminate()
    server.wait()
print(json.dumps({"text": "".join(text), "messages": messages, "idle": idle}))
