"""Logging in: a name and a password of one's own; the first time, the class password too."""

import asyncio
import time

from jupyterhub.auth import Authenticator
from jupyterhub.handlers.login import LoginHandler

from .accounts import AccountProblem, Accounts
from .names import NameProblem, student_name
from .settings import SETTINGS

TRIES = 8  # wrong ones in a row, then a name waits
WAIT = 60  # seconds


class ClassLogin(LoginHandler):
    """The login page, which says what is wrong in words."""

    problem = None

    async def _render(self, login_error=None, username=None):
        return await super()._render(login_error=self.problem or login_error, username=username)


class ClassAuthenticator(Authenticator):
    """Names and passwords of a class."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.accounts = Accounts(SETTINGS["state"])
        self._wrong = {}

    def get_handlers(self, app):
        return [("/login", ClassLogin)]

    def normalize_username(self, username):
        return username  # done where a problem can be told

    def validate_username(self, username):
        try:
            return student_name(username) == username
        except NameProblem:
            return False

    async def authenticate(self, handler, data):
        try:
            name = student_name(data.get("username", ""))
            await self._hold(name)
            # Hashing takes a moment; the hub goes on meanwhile.
            words = (data.get("password", ""), data.get("class_password", ""))
            await asyncio.to_thread(self.accounts.log_in, name, *words)
        except (NameProblem, AccountProblem) as problem:
            handler.problem = str(problem)
            if isinstance(problem, AccountProblem):
                self._count(name)
                await asyncio.sleep(0.5)
            return None
        self._wrong.pop(name, None)
        return name

    async def _hold(self, name):
        count, last = self._wrong.get(name, (0, 0))
        if count >= TRIES and time.monotonic() - last < WAIT:
            raise NameProblem(f"Too many wrong passwords for this name. Wait {WAIT} seconds, then try again.")

    def _count(self, name):
        now = time.monotonic()
        count, last = self._wrong.get(name, (0, 0))
        self._wrong[name] = (count + 1 if now - last < WAIT else 1, now)
        if len(self._wrong) > 10_000:
            self._wrong.clear()
