"""Who trains steps behind those who wait for a picture.

A kernel that has computed without a pause for some time gets a small share of the processors, until it pauses. A share
counts only where others want the processors too: who trains alone trains at full speed.
"""

import asyncio
import os

from .limits import LOW, NORMAL

LOOK = 2  # seconds
LONG = 20  # seconds without a pause
BUSY = 0.02  # of a processor: less is a pause
NICE = 15


class FairShare:
    """Looks at the processes of students' servers; to be told of each server."""

    def __init__(self, limits):
        self._limits = limits
        self._servers = {}  # name: number of the server's process
        self._seen = {}  # name: (ticks, seconds without a pause)
        self._task = None

    def add(self, name, pid):
        self._servers[name] = pid
        if self._task is None and os.geteuid() == 0:
            self._task = asyncio.ensure_future(self._watch())

    def remove(self, name):
        self._servers.pop(name, None)
        self._seen.pop(name, None)

    async def _watch(self):
        while True:
            await asyncio.sleep(LOOK)
            below = await asyncio.to_thread(_children)
            for name, pid in list(self._servers.items()):
                self._judge(name, _descendants(below, pid))

    def _judge(self, name, pids):
        ticks = sum(_ticks(pid) for pid in pids)
        before, busy = self._seen.get(name, (ticks, 0))
        is_busy = ticks - before > BUSY * LOOK * os.sysconf("SC_CLK_TCK")
        now = busy + LOOK if is_busy else 0
        self._seen[name] = (ticks, now)
        if (now >= LONG) != (busy >= LONG) and not self._limits.weigh(name, LOW if now >= LONG else NORMAL):
            for pid in pids:
                _set_nice(pid, NICE if now >= LONG else 0)


def _children():
    """The processes by their parent."""
    below = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                below.setdefault(int(_fields(name)[1]), []).append(int(name))
            except (OSError, IndexError):
                continue  # it has ended
    return below


def _descendants(below, pid):
    return [one for child in below.get(pid, []) for one in (child, *_descendants(below, child))]


def _fields(pid):
    with open(f"/proc/{pid}/stat", encoding="utf8", errors="replace") as file:
        return file.read().rpartition(") ")[2].split()


def _ticks(pid):
    try:
        fields = _fields(pid)
        return int(fields[11]) + int(fields[12])
    except OSError:
        return 0


def _set_nice(pid, nice):
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            os.setpriority(os.PRIO_PROCESS, int(thread), nice)
        with open(f"/proc/{pid}/autogroup", "w", encoding="utf8") as file:
            file.write(str(nice))
    except OSError:
        pass  # it has ended, or the system has no such groups
