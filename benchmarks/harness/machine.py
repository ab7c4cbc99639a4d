"""What machine this is, and whether it is quiet enough to measure on."""

import datetime
import os
import pathlib
import platform
import re
import resource
import time


def describe() -> dict:
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "kernel": platform.release(),
        "architecture": platform.machine(),
        "cpu": _cpu_model(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
    }


def busy_share(seconds: float = 2.0) -> float:
    """How much of all cores others use now, from 0 to 1."""
    busy_before, all_before = _processor_ticks()
    time.sleep(seconds)
    busy_after, all_after = _processor_ticks()
    return (busy_after - busy_before) / max(1, all_after - all_before)


def raise_descriptor_limit(wanted: int) -> int:
    """Allows this process and its children as many descriptors as are wanted, or as the system lets them have."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(wanted, hard), max(wanted, hard)))
    except (ValueError, PermissionError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def _cpu_model() -> str:
    text = pathlib.Path("/proc/cpuinfo").read_text()
    model = re.search(r"^model name\s*: (.*)$", text, re.MULTILINE)
    return model.group(1) if model else platform.machine()


def _processor_ticks() -> tuple[int, int]:
    with open("/proc/stat") as stat:
        ticks = [int(field) for field in stat.readline().split()[1:9]]
    idle = ticks[3] + ticks[4]
    return sum(ticks) - idle, sum(ticks)
