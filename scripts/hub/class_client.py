"""A student at a hub, without a browser: logs in by the form, starts a server and a kernel, runs cells."""

import asyncio
import json
import re
import time
import uuid
from urllib.parse import urlencode

from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.simple_httpclient import SimpleAsyncHTTPClient
from tornado.websocket import websocket_connect

AsyncHTTPClient.configure(SimpleAsyncHTTPClient, max_clients=200)


async def fetch(url, *, token=None, method="GET", body=None, headers=None, follow=True):
    headers = {**(headers or {}), **({"Authorization": f"token {token}"} if token else {})}
    request = HTTPRequest(
        url, method=method, body=body, headers=headers, follow_redirects=follow,
        request_timeout=300, connect_timeout=60, allow_nonstandard_methods=True,
    )
    return await AsyncHTTPClient().fetch(request, raise_error=False)


class Student:
    """One student; `token` is that of a service which may do all for students."""

    def __init__(self, name, *, port, token, class_password):
        self.name, self.token, self.class_password = name, token, class_password
        self.base = f"127.0.0.1:{port}"
        self.pid = self.kernel_pid = None

    async def log_in(self):
        page = await fetch(f"http://{self.base}/hub/login")
        cookies = "; ".join(one.split(";")[0] for one in page.headers.get_list("Set-Cookie"))
        xsrf = re.search(r'name="_xsrf" value="([^"]+)"', page.body.decode())[1]
        form = {"username": self.name, "password": f"{self.name}-password", "class_password": self.class_password, "_xsrf": xsrf}
        answer = await fetch(f"http://{self.base}/hub/login", method="POST", body=urlencode(form), headers={"Cookie": cookies}, follow=False)
        if answer.code != 302:
            raise RuntimeError(f"{self.name} cannot log in: {answer.code}")

    async def start_server(self):
        answer = await fetch(f"http://{self.base}/hub/api/users/{self.name}/server", token=self.token, method="POST", body="{}")
        if answer.code not in (201, 202):
            raise RuntimeError(f"{self.name}'s server: {answer.code} {answer.body[:200]}")
        while True:
            model = json.loads((await fetch(f"http://{self.base}/hub/api/users/{self.name}", token=self.token)).body)
            server = model["servers"].get("")
            if server is None:
                raise RuntimeError(f"{self.name}'s server has ended")
            if server["ready"]:
                self.pid = server["state"]["pid"]
                return
            await asyncio.sleep(0.3)

    async def start_kernel(self):
        session = {"path": "notebooks/load.ipynb", "name": "load", "type": "notebook", "kernel": {"name": "tslab"}}
        answer = await fetch(
            f"http://{self.base}/user/{self.name}/api/sessions", token=self.token, method="POST", body=json.dumps(session),
            headers={"Content-Type": "application/json"},
        )
        if answer.code != 201:
            raise RuntimeError(f"{self.name}'s kernel: {answer.code} {answer.body[:300]}")
        kernel = json.loads(answer.body)["kernel"]["id"]
        url = f"ws://{self.base}/user/{self.name}/api/kernels/{kernel}/channels"
        request = HTTPRequest(url, headers={"Authorization": f"token {self.token}"}, connect_timeout=300, request_timeout=300)
        self.channels = await websocket_connect(request, max_message_size=2**28)
        self.kernel_pid = int((await self.run("console.log(process.pid);"))[0].strip())

    async def run(self, code):
        """Runs a cell to its end: what it printed, and the seconds to the end."""
        started = time.monotonic()
        header = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "session": self.name,
                  "username": self.name, "version": "5.3", "date": ""}
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
        await self.channels.write_message(json.dumps(
            {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}))
        printed, status = "", None
        while True:
            text = await self.channels.read_message()
            if text is None:
                raise RuntimeError(f"{self.name}'s kernel has gone")
            message = json.loads(text)
            if message["parent_header"].get("msg_id") != header["msg_id"]:
                if message["msg_type"] == "status" and message["content"]["execution_state"] in ("dead", "restarting"):
                    raise RuntimeError(f"{self.name}'s kernel has ended")
                continue
            if message["msg_type"] == "stream":
                printed += message["content"]["text"]
            if message["msg_type"] == "error":
                status = "\n".join(message["content"]["traceback"])
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                break
        if status is not None:
            raise RuntimeError(f"{self.name}: {status}")
        return printed, time.monotonic() - started
