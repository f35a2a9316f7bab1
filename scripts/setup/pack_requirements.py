"""
Writes which of a lock file's packages are for which Python on this machine: python pack_requirements.py PIP_WHEEL LOCK
FOLDER MINORS, where MINORS is as "10 11". Prints a JSON list of [release, lock file without conditions]. A Python
has two where its first and its last release need other packages.
"""

import json
import os
import re
import sys

wheel, lock, folder, minors = sys.argv[1:]
sys.path.insert(0, wheel)

from pip._vendor.packaging.markers import Marker  # noqa: E402

with open(lock, encoding="utf-8") as file:
    text = "\n".join(line for line in file.read().splitlines() if not line.lstrip().startswith("#"))
# A requirement goes on as long as its lines end in a backslash.
requirements = re.findall(r"^[\w.-]+(?:\[[\w,.-]*\])?==(?:.*\\\n)*.*$", text, flags=re.MULTILINE)


def needed(requirement: str, version: str) -> str | None:
    """The requirement without its condition; None where that does not hold for this version of Python."""
    match = re.match(r"(\S+)\s*;([^\\\n]*?)(\s*\\\n|\n|$)", requirement)
    if not match:
        return requirement
    python = {"python_full_version": version, "python_version": version.rsplit(".", 1)[0]}
    holds = Marker(match[2].strip()).evaluate(python)
    return match[1] + match[3] + requirement[match.end() :] if holds else None


found = {}
for minor in minors.split():
    for release in ("0", "99"):
        version = f"3.{minor}.{release}"
        kept = [one for one in (needed(one, version) for one in requirements) if one]
        found[(minor, "\n".join(kept) + "\n")] = version  # the last release that needs these
written = []
for number, ((_, text), version) in enumerate(found.items()):
    written.append([version, os.path.join(folder, f"{number}.txt")])
    with open(written[-1][1], "w", encoding="utf-8") as file:
        file.write(text)
print(json.dumps(written))
