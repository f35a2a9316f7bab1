"""Starts a student's server: in a home of their own, with their rights, within their limits."""

import asyncio
import json
import os
import socket
import sys

from jupyterhub.spawner import LocalProcessSpawner
from jupyterhub.utils import random_port

from .fair_share import FairShare
from .homes import Home
from .limits import Limits
from .settings import SETTINGS

LIMITS = Limits(
    memory=SETTINGS["memory"], processes=SETTINGS["processes"], with_users=SETTINGS["users"]
)
SHARE = FairShare(LIMITS)
#: How many students' folders are filled at once; each takes a processor for a moment.
PREPARING = asyncio.Semaphore(os.cpu_count() or 1)


class ForkServer:
    """The process whose forks the servers are, started with the first one."""

    def __init__(self):
        self._lock = asyncio.Lock()
        self._process = None
        self._socket = None

    async def fork(self, request):
        """Returns the number of a new process that serves this request."""
        async with self._lock:
            if self._process is None or self._process.returncode is not None:
                await self._start()
            read, write = os.pipe()
            try:
                socket.send_fds(self._socket, [b"f"], [read])
            finally:
                os.close(read)
            with open(write, "w", encoding="utf8") as pipe:
                json.dump(request, pipe)
            return int(await self._answer())

    async def _start(self):
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        run = os.path.join(os.path.dirname(__file__), "run.py")
        command = [sys.executable, "-I", run, SETTINGS["packages"], "fork-server", str(theirs.fileno())]
        self._process = await asyncio.create_subprocess_exec(
            *command, env=SETTINGS["environment"], pass_fds=[theirs.fileno()], start_new_session=True, cwd="/"
        )
        theirs.close()
        self._socket = ours
        if await self._answer() != b"ready":
            raise RuntimeError("The process that starts students' servers has ended.")

    async def _answer(self):
        answer = b""
        while not answer.endswith(b"\n"):
            part = await asyncio.get_running_loop().sock_recv(self._socket, 100)
            if not part:
                self._process = None
                raise RuntimeError("The process that starts students' servers has ended.")
            answer += part
        return answer.strip()


FORKS = ForkServer()


class StudentSpawner(LocalProcessSpawner):
    """A server for one student."""

    def user_env(self, env):
        return env  # that of the home, see start

    async def start(self):
        home = await asyncio.to_thread(Home, self.user.name)
        places = await self._prepare(home)
        self.port = self.port or random_port()
        self.notebook_dir = places["folder"]
        env = {**places["env"], **self.get_env(), **home.environment(), **SETTINGS["threads"]}
        env["PATH"] = SETTINGS["environment"]["PATH"]
        request = {
            "arguments": ["jupyterhub-singleuser", *self.get_args()],
            "env": {key: str(value) for key, value in env.items() if value is not None},
            "cwd": home.folder,
            "log": os.path.join(places["state"], "server.log"),
            "uid": home.uid,
            "gid": home.gid,
            "cgroups": LIMITS.join(self.user.name),
            "rlimits": LIMITS.rlimits(),
        }
        self.pid = await FORKS.fork(request)
        SHARE.add(self.user.name, self.pid)
        return ("127.0.0.1", self.port)

    async def _prepare(self, home):
        """Fills the student's folder with copies of the notebooks, with the student's rights."""
        script = os.path.join(SETTINGS["root"], "scripts", "hub", "home.mjs")
        env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **home.environment()}
        async with PREPARING:
            process = await asyncio.create_subprocess_exec(
                *(SETTINGS["node"], script),
                env=env,
                cwd=home.folder,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                umask=0o077,
                **home.as_student(),
            )
            output, problem = await process.communicate()
        if process.returncode != 0:
            text = problem.decode(errors="replace").strip()
            self.log.error("%s's folder cannot be filled: %s", self.user.name, text)
            raise RuntimeError(text)
        return json.loads(output)

    def load_state(self, state):
        super().load_state(state)
        if self.pid and _is_server(self.pid):
            SHARE.add(self.user.name, self.pid)
        else:
            self.pid = 0  # another program may have its number by now

    def clear_state(self):
        super().clear_state()
        SHARE.remove(self.user.name)


def _is_server(pid):
    try:
        with open(f"/proc/{pid}/cmdline", encoding="utf8", errors="replace") as file:
            return "fork-server" in file.read()
    except OSError:
        return False
