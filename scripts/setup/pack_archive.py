"""
Packs files of a folder: python pack_archive.py ROOT LIST ARCHIVE FOLDER. LIST is JSON, a list of [name here, name
in the archive]. There they lie in FOLDER, belong to nobody in particular, and everybody may read them.
"""

import json
import os
import sys
import tarfile

root, names, archive, folder = sys.argv[1:]


def for_everybody(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    if not entry.issym():
        entry.mode = 0o755 if entry.mode & 0o100 else 0o644
    return entry


with open(names, encoding="utf-8") as file:
    files = json.load(file)
with tarfile.open(archive, "w:gz", compresslevel=6) as tar:
    for here, there in files:
        tar.add(os.path.join(root, here), f"{folder}/{there}", recursive=False, filter=for_everybody)
