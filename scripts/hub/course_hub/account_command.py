"""Changes who may log in: account_command.main("set" | "forget", FOLDER, NAME); a password comes on standard input."""

import sys

from .accounts import Accounts
from .names import student_name


def main(command, folder, name):
    accounts, name = Accounts(folder), student_name(name)
    if command == "set":
        accounts.set_password(name, sys.stdin.read().strip())
    elif not accounts.forget(name):
        sys.exit(f"{name} has not signed up.")
