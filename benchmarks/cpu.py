"""Who works: processor time by program, which says where capacity goes even while other programs share the machine."""

from collections import defaultdict
from collections.abc import Mapping

import psutil


def used(pid: int) -> dict[str, float]:
    """Seconds of processor time that each program below process `pid` has used so far."""
    seconds: dict[str, float] = defaultdict(float)
    for process in psutil.Process(pid).children(recursive=True):
        try:
            times = process.cpu_times()
            seconds[_name(process)] += times.user + times.system
        except psutil.NoSuchProcess:
            continue
    return seconds


def between(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """What each program used in between, the busiest first. One that ended meanwhile counts as having done nothing."""
    spent = {name: max(0.0, seconds - before.get(name, 0.0)) for name, seconds in after.items()}
    return dict(sorted(spent.items(), key=lambda pair: -pair[1]))


def _name(process: psutil.Process) -> str:
    """`java` is Kafka, a Python module goes by its own name."""
    name = process.name()
    if name == "java":
        return "kafka"
    if name.startswith("python"):
        command = process.cmdline()
        return command[-1] if "-m" in command else name
    return name
