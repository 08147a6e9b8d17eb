"""Asks a web service by POST: at a pace, with patience for its bad moments, and never with a secret in a message.

    service = Service("https://eutils.ncbi.nlm.nih.gov/entrez/eutils/", pace=Pace(3))
    answer = service.post("esearch.fcgi", {"db": "pubmed", "term": "fatigue"}, check=parsed)

An answer that is refused for now (429, 5xx), cut off, or that ``check`` finds wanting is asked for again, each time
after a longer wait; what the service itself asks for with ``Retry-After`` is heeded.
"""

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

from entries.errors import EvidenceError

MAX_ANSWER = 256 * 1024 * 1024  # bytes; 200 articles have about 4 MB
LONGEST_WAIT = 120.0  # seconds that a Retry-After is heeded for at most
_BLOCK = 1 << 20
_FOR_NOW = frozenset({408, 425, 429, 500, 502, 503, 504})
_HERE = frozenset({"127.0.0.1", "localhost", "::1"})
Answer = TypeVar("Answer")


class ServiceError(EvidenceError):
    """The service cannot be asked, or did not give a usable answer however often it was asked."""


class Unusable(ValueError):
    """What ``check`` raises on an answer that is whole by HTTP but wanting: truncated, or an error in its text."""


@dataclass(slots=True)
class Pace:
    """At most ``per_second`` requests a second: :meth:`wait` before each."""

    per_second: float
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _next: float = 0.0

    def wait(self) -> None:
        """Sleep until the next request may go out."""
        now = self.clock()
        if now < self._next:
            self.sleep(self._next - now)
        self._next = max(now, self._next) + 1 / self.per_second


@dataclass(frozen=True, slots=True)
class Service:
    """One web service. ``tries`` requests for one answer, ``back_off`` seconds after the first, doubled each time."""

    address: str
    pace: Pace
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)  # may hold a key
    tries: int = 6
    back_off: float = 1.0
    timeout: float = 60.0  # seconds without a byte
    patience: float = 600.0  # seconds for one whole answer, however it drips
    most: int = MAX_ANSWER

    def __post_init__(self) -> None:
        """Raises ServiceError where the address is none, or would carry keys over the network in the open."""
        parts = urlsplit(self.address)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _HERE):
            raise ServiceError(f"{self.address}: is no address of a service; write one that begins with https://")

    def post(
        self, path: str, form: Mapping[str, str] | bytes, check: Callable[[bytes], Answer], kind: str | None = None
    ) -> Answer:
        """What ``check`` makes of the answer. ``form`` as bytes is sent as it is, as media type ``kind``.

        Raises ServiceError with the last reason once every try has failed, at once where the request is refused.
        """
        body = form if isinstance(form, bytes) else urlencode(form).encode()
        head = {**self.headers, "Content-Type": kind or "application/x-www-form-urlencoded"}
        request = urllib.request.Request(self.address + path, body, head)
        reason = ""
        for number in range(self.tries):
            self.pace.wait()
            try:
                return check(self._answer(request))
            except urllib.error.HTTPError as error:
                reason = f"it answered {error.code} {error.reason}"
                if error.code not in _FOR_NOW:
                    said = _excerpt(error)
                    raise ServiceError(f"{path}: {reason}{said}; correct the query or the address") from None
                wait = _retry_after(error.headers.get("Retry-After"))
            except (OSError, http.client.HTTPException, Unusable) as error:
                reason, wait = _words(error), None
            if number + 1 < self.tries:
                self.pace.sleep(wait if wait is not None else self.back_off * 2**number)
        raise ServiceError(f"{path}: asked {self.tries} times, the last time {reason}; try again later")

    def _answer(self, request: urllib.request.Request) -> bytes:
        """All bytes of an answer. Raises OSError, HTTPException or Unusable."""
        blocks, size, until = [], 0, time.monotonic() + self.patience
        with urllib.request.urlopen(request, timeout=self.timeout) as response:
            while block := response.read1(_BLOCK):
                size += len(block)
                if size > self.most:
                    raise Unusable(f"its answer has more than {self.most / 1024**2:g} MB")
                if time.monotonic() > until:
                    raise Unusable(f"its answer was not whole after {self.patience:g} seconds")
                blocks.append(block)
            if response.length:  # read1(n) is silent where the connection ends too early
                raise Unusable(f"its answer was cut off, {response.length} bytes before its end")
        return b"".join(blocks)


def _retry_after(written: str | None) -> float | None:
    """Seconds that a ``Retry-After`` asks for, as a number or as a date; None where it asks for nothing readable."""
    if not written:
        return None
    try:
        seconds = (
            float(written) if written.strip().isdigit() else parsedate_to_datetime(written).timestamp() - time.time()
        )
    except ValueError:
        return None
    return min(max(seconds, 0.0), LONGEST_WAIT)


def _excerpt(error: urllib.error.HTTPError) -> str:
    """The beginning of what a refusal says, in brackets; empty where it cannot be read."""
    try:
        text = " ".join(error.read(400).decode("utf-8", "replace").split())
    except (OSError, http.client.HTTPException):
        return ""
    return f" ({text[:200]})" if text else ""


def _words(error: Exception) -> str:
    reason = getattr(error, "reason", None) or error
    return f"with {type(reason).__name__}" if not str(reason) else str(reason)[:200]
