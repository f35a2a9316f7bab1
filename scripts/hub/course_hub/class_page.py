"""The teacher's page: progress sheets and the board of the whole class."""

import asyncio
import json
import os
import shutil
import tempfile
from html import escape

from jupyterhub.handlers.base import BaseHandler
from jupyterhub.scopes import needs_scope

from .homes import Home, homes
from .settings import SETTINGS

FILES = {"sheet": "my-exercises.json", "board": "board.json"}


class ClassHandler(BaseHandler):
    """/hub/class, for teachers alone."""

    @needs_scope("admin-ui")
    async def get(self):
        found = await asyncio.to_thread(_collect)
        self.finish(await self._page(found))

    async def _page(self, found):
        page = "".join(_table(found[part]) for part in ("sheets", "board"))
        problems = "".join(f"<li>{escape(one)}</li>" for one in found["complaints"])
        return await self.render_template("class.html", page=page, problems=problems, students=found["students"])


def _table(rows):
    if len(rows) < 2:
        return "<p>None yet.</p>"
    lines = ["<tr>" + "".join(f"<{tag}>{escape(str(cell))}</{tag}>" for cell in row) + "</tr>"
             for tag, row in zip(["th"] + ["td"] * (len(rows) - 1), rows)]
    return f'<table class="table table-striped table-sm">{"".join(lines)}</table>'


def _collect():
    """What is in the homes, as tables; read by the same code that the course's own commands use."""
    names = [name for name in homes() if name != SETTINGS["teacher"]]
    folder = tempfile.mkdtemp(prefix="class-", dir=SETTINGS["state"])
    try:
        for name in names:
            _copy(name, os.path.join(folder, name))
        return {**_read(folder), "students": len(names)}
    finally:
        shutil.rmtree(folder)


def _copy(name, folder):
    os.mkdir(folder)
    try:
        home = Home(name)
    except PermissionError:
        return  # no student's account
    for file in FILES.values():
        content = home.read("work", "notebooks", file)
        if content is not None:
            with open(os.path.join(folder, file), "wb") as copy:
                copy.write(content)


def _read(folder):
    import subprocess

    script = os.path.join(SETTINGS["root"], "scripts", "hub", "class.ts")
    command = [SETTINGS["node"], "--import", "tsx", script, folder]
    done = subprocess.run(command, cwd=SETTINGS["root"], capture_output=True, timeout=120, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        return {"sheets": [], "board": [], "complaints": [done.stderr.decode(errors="replace")[-2000:]]}
    return json.loads(done.stdout)
