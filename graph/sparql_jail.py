"""Takes away from the present process what a query never needs: the network, and more memory than is reasonable.

A third lock behind :mod:`graph.sparql_guard`, on Linux. Where the platform has no such lock the functions say so by
giving False; the query is then held by the guard alone.
"""

import ctypes
import platform
import struct
import sys
from pathlib import Path

_SOCKET_CALL = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}  # audit architecture, number of socket(2)
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06  # classic BPF: load a word, jump if equal, return
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 13  # SECCOMP_RET_ALLOW; SECCOMP_RET_ERRNO with EACCES
_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _FILTER = 22, 38, 2


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]


def forbid_network() -> bool:
    """No socket can be opened any more, by this thread and those it starts. Gives False where that is not possible."""
    known = _SOCKET_CALL.get(platform.machine())
    if sys.platform != "linux" or known is None:
        return False
    architecture, call = known
    steps = [
        (_LOAD, 0, 0, 4),  # the architecture of the call ...
        (_EQUAL, 0, 3, architecture),  # ... if it is another: allow
        (_LOAD, 0, 0, 0),  # the number of the call ...
        (_EQUAL, 0, 1, call),  # ... if it is not socket(2): allow
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = _Program(len(steps), ctypes.cast(code, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0) == 0)


def limit_memory(extra: int) -> bool:
    """At most ``extra`` bytes of address space more than now. Gives False where that is not possible."""
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (ImportError, OSError, ValueError):
        return False
    limit = pages * resource.getpagesize() + extra
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    return True
