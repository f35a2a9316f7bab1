"""
Packs files of a folder: python pack_archive.py ROOT LIST ARCHIVE FOLDER. LIST holds their names, with null characters
between them. In the archive they lie in FOLDER, belong to nobody in particular, and everybody may read them.
"""

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


with open(names, "rb") as file:
    files = [os.fsdecode(name) for name in file.read().split(b"\0")]
with tarfile.open(archive, "w:gz", compresslevel=6) as tar:
    for name in files:
        tar.add(os.path.join(root, name), f"{folder}/{name}", recursive=False, filter=for_everybody)
