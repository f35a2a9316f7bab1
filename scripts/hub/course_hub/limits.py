"""What a student may use: by control groups where the hub may make them, and by limits of each process everywhere."""

import os
import resource

V2 = "/sys/fs/cgroup"
GROUP = "cfg-hub"
#: Shares of the processors: of one who waits for a picture, and of one who has been training for a while.
NORMAL, LOW = 100, 10
#: Of all students together, beside one other program of the machine's.
CLASS = 1000


class Limits:
    """Memory in bytes, of a student where there are control groups and of each process; processes; threads."""

    def __init__(self, *, memory, processes, with_users):
        self.memory, self.processes, self.with_users = memory, processes, with_users
        self.kind = _kind()

    def rlimits(self):
        """Limits that every process of a student's takes over from the one before it."""
        limits = {"RLIMIT_DATA": self.memory, "RLIMIT_CORE": 0}
        if self.with_users:  # it counts all processes of a user: without users, those of the hub, too
            limits["RLIMIT_NPROC"] = self.processes
        return {name: min(most, _hard(name)) for name, most in limits.items()}

    def join(self, name):
        """Makes a student's groups. Returns the files that a process writes its number to, to join them."""
        if self.kind == 2:
            folder = _made(f"{V2}/{GROUP}/{name}")
            _write(folder, "memory.max", self.memory)
            _write(folder, "memory.swap.max", 0)
            _write(folder, "pids.max", self.processes)
            return [f"{folder}/cgroup.procs"]
        if self.kind == 1:
            folder = _made(f"{V2}/memory/{GROUP}/{name}")
            _write(folder, "memory.limit_in_bytes", self.memory)
            return [f"{folder}/cgroup.procs", f"{_made(f'{V2}/cpu/{GROUP}/{name}')}/cgroup.procs"]
        return []

    def weigh(self, name, weight):
        """Gives a student's group a share of the processors. Returns False where there are no groups."""
        if self.kind == 2:
            return _write(f"{V2}/{GROUP}/{name}", "cpu.weight", weight)
        if self.kind == 1:
            return _write(f"{V2}/cpu/{GROUP}/{name}", "cpu.shares", weight * 1024 // NORMAL)
        return False

    def words(self):
        """What holds here, for the one who starts the hub."""
        most = f"{self.memory / 2**30:.1f} GB of memory"
        if self.kind:
            return f"Each student: {most}, equal shares of the processors, less for who trains (control groups v{self.kind})."
        share = "who trains steps behind the others" if os.geteuid() == 0 else "no share of the processors is kept"
        return f"Each process of a student: {most} (no control groups can be made here); {share}."


def _kind():
    """The version of control groups that can be made here; 0 for none."""
    for version, places in ((2, [V2]), (1, [f"{V2}/memory", f"{V2}/cpu"])):
        try:
            if version == 2:
                with open(f"{V2}/cgroup.controllers", encoding="utf8") as file:
                    if not {"cpu", "memory"} <= set(file.read().split()):
                        continue
                _write(V2, "cgroup.subtree_control", "+cpu +memory +pids")
                _made(f"{V2}/{GROUP}")
                if not _write(f"{V2}/{GROUP}", "cgroup.subtree_control", "+cpu +memory +pids"):
                    continue
                _write(f"{V2}/{GROUP}", "cpu.weight", CLASS)
            else:
                for place in places:
                    if not os.path.exists(f"{place}/cgroup.procs"):
                        raise FileNotFoundError(place)
                    _made(f"{place}/{GROUP}")
                _write(f"{V2}/cpu/{GROUP}", "cpu.shares", CLASS * 1024 // NORMAL)
            return version
        except OSError:
            continue
    return 0


def _made(folder):
    os.makedirs(folder, exist_ok=True)
    return folder


def _write(folder, name, value):
    try:
        with open(os.path.join(folder, name), "w", encoding="utf8") as file:
            file.write(str(value))
        return True
    except OSError:
        return False


def _hard(name):
    hard = resource.getrlimit(getattr(resource, name))[1]
    return 2**62 if hard == resource.RLIM_INFINITY else hard
