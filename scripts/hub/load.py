"""Drives a hub as a class does: load.py ROOT PACKAGES PORT STUDENTS TRAINERS SWEEPS PAUSE. Prints a table."""

import asyncio
import json
import os
import random
import re
import sys
import time

root, packages = sys.argv[1:3]
sys.path[:0] = [os.path.join(root, "scripts", "hub")]
sys.path.append(packages)
port, students, trainers, sweeps, pause = map(int, sys.argv[3:])

from class_client import Student  # noqa: E402

HOW = {"port": port, "token": os.environ["CFG_HUB_LOAD_TOKEN"], "class_password": "a class at once"}
TICKS = os.sysconf("SC_CLK_TCK")

SWEEP = """
const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const scales = [0, 1, 2, 3, 4];
const swept = cfg.sample(model, {
  labels: scales.flatMap(() => digits),
  guidanceScale: scales.flatMap((w) => digits.map(() => w)),
  noiseIndices: scales.flatMap(() => digits),
  ...{ sampler: cfg.sdeDpmSolver, steps: 8, seed: SEED },
});
const { images: rows } = await cfg.progress(swept, { label: "5 x 10 digits" }).toEnd();
cfg.show(cfg.digitGrid(rows, { rowLabels: scales.map((w) => `w = ${w}`), columnLabels: digits }));
"""


def cells(name):
    with open(os.path.join(root, "notebooks", name), encoding="utf8") as file:
        return ["".join(cell["source"]) for cell in json.load(file)["cells"] if cell["cell_type"] == "code"]


FIRST = cells("00_start_here.ipynb")[:2]
_own = cells("11_your_own_network.ipynb")
TRAIN = [*_own[:2], *_own[3:5]]
TRAIN[0] = TRAIN[0].replace("SECONDS = 90", "SECONDS = 3600")


def cpu(pid):
    """Seconds of processor that a process has used."""
    with open(f"/proc/{pid}/stat", encoding="utf8") as file:
        fields = file.read().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory(pid):
    """Megabytes of a process: its own, and with its part of what is shared."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="utf8") as file:
        text = file.read()
    value = lambda name: int(re.search(rf"^{name}:\s+(\d+) kB", text, re.M)[1]) / 1024  # noqa: E731
    return value("Private_Dirty"), value("Pss")


def available():
    with open("/proc/meminfo", encoding="utf8") as file:
        return int(re.search(r"MemAvailable:\s+(\d+)", file.read())[1]) / 2**20


def share(values, part):
    values = sorted(values)
    return values[min(len(values) - 1, int(part * len(values)))] if values else float("nan")


async def each(what, people, act, failures):
    """Does the same for all at once: what each took, without those that failed."""
    async def one(person):
        started = time.monotonic()
        try:
            await act(person)
            return time.monotonic() - started
        except Exception as error:
            failures.append(f"{what}: {error}")
            return None

    return [took for took in await asyncio.gather(*map(one, people)) if took is not None]


def tell(name, times):
    if times:
        print(f"{name:34}{share(times, 0.5):8.1f}{share(times, 0.95):8.1f}{max(times):8.1f}   s", flush=True)


async def main():
    samplers = [Student(f"student{i:02}", **HOW) for i in range(students)]
    training = [Student(f"trainer{i:02}", **HOW) for i in range(trainers)]
    everyone, failures = [*samplers, *training], []
    before, least = available(), available()

    async def watch():
        nonlocal least
        while True:
            least = min(least, available())
            await asyncio.sleep(0.5)

    watching = asyncio.ensure_future(watch())
    print(f"{students} students sample, {trainers} more train; {os.cpu_count()} processors")
    print(f"{'':34}{'p50':>8}{'p95':>8}{'most':>8}", flush=True)
    tell("log in, all at once", await each("log in", everyone, Student.log_in, failures))
    tell("server ready, all at once", await each("server", everyone, Student.start_server, failures))
    everyone = [one for one in everyone if one.pid]
    tell("kernel ready, all at once", await each("kernel", everyone, Student.start_kernel, failures))
    samplers = [one for one in samplers if one.kernel_pid]
    training = [one for one in training if one.kernel_pid]
    idle = [memory(one.kernel_pid) for one in samplers]

    async def train(person):
        for cell in TRAIN:
            await person.run(cell)

    trainings = [asyncio.ensure_future(each("training", [one], train, failures)) for one in training]
    if training:
        await asyncio.sleep(30)
    used = {one.name: cpu(one.kernel_pid) for one in samplers}

    async def first(person):
        for cell in FIRST:
            await person.run(cell)

    pictures = await each("first picture", samplers, first, failures)
    tell("first picture, all in one second", pictures)
    first_cpu = [cpu(one.kernel_pid) - used[one.name] for one in samplers]
    took, used = [], {one.name: cpu(one.kernel_pid) for one in samplers}
    drawing = random.Random(0)
    pauses = {one.name: [drawing.uniform(0.5, 1.5) * pause for _ in range(sweeps)] for one in samplers}

    async def sweep(person):
        for seed, wait in enumerate(pauses[person.name]):
            await asyncio.sleep(wait)
            took.append((await person.run(SWEEP.replace("SEED", str(seed))))[1])

    await each("sweep", samplers, sweep, failures)
    tell("sweep of 50 digits", took)
    sweep_cpu = [(cpu(one.kernel_pid) - used[one.name]) / max(1, sweeps) for one in samplers]
    kernels, servers = [memory(one.kernel_pid) for one in samplers], [memory(one.pid) for one in everyone]
    for one in trainings:
        if one.done() and one.result():
            failures.append("a training ended before the sweeps")
    training_memory = [memory(one.kernel_pid) for one in training]
    print(f"\n{'memory in MB':34}{'own':>8}{'share':>8}")
    for name, values in {"kernel, idle": idle, "kernel, after its sweeps": kernels,
                         "kernel that trains": training_memory, "server": servers}.items():
        if values:
            print(f"{name:34}{share([v[0] for v in values], 0.5):8.0f}{share([v[1] for v in values], 0.5):8.0f}   median")
    whole = sum(pss for _, pss in [*kernels, *servers, *training_memory]) / 1024
    print(f"{'all kernels and servers':34}{whole:16.1f}   GB at the end")
    print(f"{'the machine, at the most':34}{before - least:16.1f}   GB more than before")
    print("\nprocessor seconds: first picture " f"{share(first_cpu, 0.5):.1f}, sweep {share(sweep_cpu, 0.5):.2f} (medians)")
    print(f"pause between sweeps {pause} s on average; {len(took)} sweeps")
    print(f"failures: {len(failures)}")
    for failure in failures[:10]:
        print(f"  {failure}")
    watching.cancel()
    for one in trainings:
        one.cancel()
    return 1 if failures else 0


sys.exit(asyncio.run(main()))
