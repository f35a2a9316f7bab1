"""Who has signed up, with which password: one file that only the hub may read."""

import contextlib
import fcntl
import hashlib
import hmac
import json
import os
import secrets

LEAST = 8  # characters of a password
MOST = 1000


class AccountProblem(ValueError):
    """What keeps one out, in words."""


class Accounts:
    """Passwords as scrypt hashes, by name."""

    def __init__(self, folder):
        self._file = os.path.join(folder, "accounts.json")
        self._class_password = os.path.join(folder, "class-password")
        self._names = os.path.join(folder, "names.json")

    def log_in(self, name, password, class_password=""):
        """Lets a student in, who at the first time also gives the class password. Raises AccountProblem."""
        accounts = self._read()
        if name in accounts:
            if not _is_right(accounts[name], password):
                raise AccountProblem("This name has signed up, with another password.")
            return
        self._check_sign_up(name, password, class_password)
        hashed = _hashed(password)
        with self._alone():  # a whole class signs up at once, and two may choose the same name
            accounts = self._read()
            if name in accounts:
                raise AccountProblem("This name has signed up, with another password.")
            self._write({**accounts, name: hashed})

    def set_password(self, name, password):
        hashed = _hashed(password)
        with self._alone():
            self._write({**self._read(), name: hashed})

    def forget(self, name):
        """Lets a name sign up again; its work stays. Returns whether there was one."""
        with self._alone():
            accounts = self._read()
            if accounts.pop(name, None) is None:
                return False
            self._write(accounts)
        return True

    @contextlib.contextmanager
    def _alone(self):
        """Lets one at a time change the file, of all threads and processes."""
        handle = os.open(f"{self._file}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _check_sign_up(self, name, password, class_password):
        with open(self._class_password, encoding="utf8") as file:
            right = file.read().strip()
        if class_password == "":
            raise AccountProblem(
                "This name has not signed up. The first time, give the class password too, and choose a password."
            )
        if not hmac.compare_digest(class_password.encode(), right.encode()):
            raise AccountProblem("The class password is another one.")
        if os.path.exists(self._names):
            with open(self._names, encoding="utf8") as file:
                if name not in json.load(file):
                    raise AccountProblem("This name is not in the class's list. Ask your teacher.")
        if not LEAST <= len(password) <= MOST:
            raise AccountProblem(f"Choose a password of {LEAST} characters or more.")
        if hmac.compare_digest(password.encode(), right.encode()):
            raise AccountProblem("Choose a password of your own: the whole class knows this one.")

    def _read(self):
        try:
            with open(self._file, encoding="utf8") as file:
                return json.load(file)
        except FileNotFoundError:
            return {}

    def _write(self, accounts):
        fresh = f"{self._file}.new"
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(handle, "w", encoding="utf8") as file:
            json.dump(accounts, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self._file)


def _scrypt(password, salt):
    return hashlib.scrypt(password.encode("utf8", "surrogatepass"), salt=salt, n=2**14, r=8, p=1)


def _hashed(password):
    salt = secrets.token_bytes(16)
    return {"salt": salt.hex(), "scrypt": _scrypt(password, salt).hex()}


def _is_right(account, password):
    if len(password) > MOST:
        return False
    hashed = _scrypt(password, bytes.fromhex(account["salt"]))
    return hmac.compare_digest(hashed.hex(), account["scrypt"])
