"""Whether the client's process lives: the server must not outlive it, even when somebody else holds its standard input open."""

from __future__ import annotations

import asyncio
import os
import sys

EVERY = 2.0  # seconds between looks


async def watch(pid: int | None) -> None:
    """End the server when the process `pid` ends. One that is not there now is on another machine or in a container: left alone."""
    if not pid or not alive(pid):
        return
    while alive(pid):
        await asyncio.sleep(EVERY)
    sys.exit(1)


def alive(pid: int) -> bool:
    """Whether a process with this id runs."""
    if pid <= 0:
        return False
    if sys.platform == "win32":  # there `os.kill` ends a process whatever the signal
        return _alive_on_windows(pid)
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True


def _alive_on_windows(pid: int) -> bool:
    import ctypes

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    synchronize, still_running = 0x00100000, 0x102
    handle = kernel.OpenProcess(synchronize, False, pid)
    if not handle:
        return False
    try:
        return bool(kernel.WaitForSingleObject(handle, 0) == still_running)
    finally:
        kernel.CloseHandle(handle)
