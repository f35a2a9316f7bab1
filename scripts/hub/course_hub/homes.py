"""A student's home and, with users, Linux account."""

import os
import pwd
import re
import subprocess
import threading
import time

from .names import linux_name
from .settings import SETTINGS

#: Linux adds one user at a time, and a class comes all at once.
ADDING = threading.Lock()
TRIES = 20

GECOS = "student of the course on guidance"


class Home:
    """Where a student works, and as whom. uid and gid are None where there are no users."""

    def __init__(self, name):
        self.with_users = SETTINGS["users"]
        self.account = linux_name(name)
        self.folder = os.path.join(SETTINGS["homes"], self.account if self.with_users else name)
        self.uid = self.gid = None
        if self.with_users:
            self._find()
        else:
            os.makedirs(self.folder, mode=0o700, exist_ok=True)

    def _find(self):
        try:
            entry = pwd.getpwnam(self.account)
        except KeyError:
            self._add()
            entry = pwd.getpwnam(self.account)
        if entry.pw_gecos != GECOS or entry.pw_dir != self.folder or entry.pw_uid == 0:
            raise PermissionError(f"The account {self.account} is there already, and is none of the course's.")
        self.uid, self.gid = entry.pw_uid, entry.pw_gid
        if not os.path.isdir(self.folder):  # an account that came with a backup
            os.makedirs(self.folder, mode=0o700)
            os.chown(self.folder, self.uid, self.gid)
        os.chmod(self.folder, 0o700)

    def _add(self):
        command = ["useradd", "--create-home", "--home-dir", self.folder, "--comment", GECOS]
        for attempt in range(TRIES):
            with ADDING:
                done = subprocess.run([*command, "--user-group", "--shell", "/bin/bash", self.account])
            if done.returncode == 0:
                return
            time.sleep(0.1 * (attempt + 1))  # another program may be changing users
        raise RuntimeError(f"The account {self.account} cannot be made: useradd ends with {done.returncode}.")

    def as_student(self):
        """What makes a program of Python's subprocess the student's."""
        if not self.with_users:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def environment(self):
        return {"HOME": self.folder, "USER": self.account, "LOGNAME": self.account, "SHELL": "/bin/bash"}

    def read(self, *parts, most=4_000_000):
        """A file of the student's, read with the student's rights: a link of theirs leads to nothing of others'."""
        file = os.path.join(self.folder, *parts)
        command = ["head", "-c", str(most), "--", file]
        done = subprocess.run(
            command, capture_output=True, timeout=20, cwd="/", stdin=subprocess.DEVNULL, **self.as_student()
        )
        return done.stdout if done.returncode == 0 else None


def homes():
    """The homes that there are, by the student's name."""
    folder, prefix = SETTINGS["homes"], linux_name("") if SETTINGS["users"] else ""
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    return {
        name[len(prefix) :]: name for name in names if re.fullmatch(rf"{prefix}[a-z][a-z0-9_-]*", name)
    }
