"""Starts students' servers as forks of one process that has loaded all their modules.

A student's server then shares the modules' memory with all others, and starts at once. A request comes through a pipe
of its own, which only the fork reads: what is secret in it never lies in the memory of another student's server.
"""

import gc
import json
import os
import resource
import signal
import socket
import sys


def serve(number):
    """Serves the hub at the other end of this socket, and ends with it. Students' servers go on."""
    hub = socket.socket(fileno=number)
    _load()
    signal.signal(signal.SIGCHLD, lambda *_: _reap())
    hub.sendall(b"ready\n")
    while True:
        message, fds, _, _ = socket.recv_fds(hub, 1, 1)
        if not message:
            return
        pid = os.fork()
        if pid == 0:
            hub.close()
            _become_server(fds[0])
        os.close(fds[0])
        hub.sendall(f"{pid}\n".encode())


def _load():
    """Loads what every server needs, and keeps the collector from touching it, so that it stays shared."""
    import jupyter_server.serverapp  # noqa: F401
    import jupyter_server.services.contents.largefilemanager  # noqa: F401
    import jupyter_server.services.kernels.kernelmanager  # noqa: F401
    import jupyter_server_terminals  # noqa: F401
    import jupyterhub.singleuser.extension  # noqa: F401
    import jupyterlab.labapp  # noqa: F401
    import nbconvert.exporters  # noqa: F401
    import zmq.eventloop.zmqstream  # noqa: F401

    for part in _PARTS:
        __import__(part)
    gc.collect()
    gc.freeze()


#: What a server loads as it starts, found by comparing sys.modules of one that runs.
_PARTS = [
    *("jupyter_server.extension.application", "jupyter_server.services.api.handlers", "jupyter_server.auth.login"),
    *("jupyter_server.services.sessions.sessionmanager", "jupyter_server.gateway.managers", "jupyter_client.asynchronous"),
    *("jupyter_server.services.contents.handlers", "jupyter_server.services.kernels.websocket"),
    *("jupyter_server.nbconvert.handlers", "jupyterlab_server.handlers", "jupyterlab.handlers.extension_manager_handler"),
    *("jupyter_client.provisioning.local_provisioner", "nbformat.v4", "notebook_shim.nbserver", "jupyter_lsp"),
]


def _reap():
    """Takes note of servers that have ended."""
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                return
        except ChildProcessError:
            return


def _become_server(number):
    """Becomes one student's server, with that student's rights and limits. Never returns."""
    status = 1
    try:
        with open(number, encoding="utf8") as pipe:
            request = json.load(pipe)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        for file in request["cgroups"]:
            with open(file, "w", encoding="utf8") as procs:
                procs.write(str(os.getpid()))
        for name, most in request["rlimits"].items():
            resource.setrlimit(getattr(resource, name), (most, most))
        if request["uid"] is not None:
            os.setgroups([])
            os.setgid(request["gid"])
            os.setuid(request["uid"])
        os.umask(0o077)
        os.environ.clear()
        os.environ.update(request["env"])
        os.chdir(request["cwd"])
        _log_to(request["log"])
        sys.argv = request["arguments"]
        from jupyterhub.singleuser.extension import main

        main()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        try:
            sys.stderr.flush()
        finally:
            os._exit(status)


def _log_to(file):
    """What it says goes to a file of the student's own."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    log, nothing = os.open(file, flags, 0o600), os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.closerange(3, 1024)
