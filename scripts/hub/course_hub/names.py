"""Names of students: as they log in, and as Linux knows them."""

import re

MOST = 24
_NAME = re.compile(rf"[a-z][a-z0-9_-]{{0,{MOST - 1}}}")
RULE = f"1 to {MOST} of the letters a to z, digits, - and _, a letter first"


class NameProblem(ValueError):
    """A name that is not taken, in words."""


def student_name(text):
    """The name that is meant: capitals are small letters, spaces around it do not count.

    Raises NameProblem for all others, so that a name is a safe part of a path, a page and a command.
    """
    name = text.strip(" ").replace("\0", "")
    name = "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in name)  # str.lower knows more capitals
    if _NAME.fullmatch(name) and name == text.strip(" ").lower():
        return name
    shown = ascii(text if len(text) <= 40 else text[:40] + "...")
    raise NameProblem(f"The name {shown} is not taken here. A name is {RULE}.")


def linux_name(name):
    """The Linux account of a student: no name of a student is one of the system's."""
    return f"cfg-{name}"
