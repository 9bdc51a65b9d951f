"""Stops asking a service that just failed: after a failure nobody waits for it again for a while."""

import threading
import time


class Breaker:
    """Closed: everybody passes. After a failure: nobody for `rest_s`, then one caller at a time tries."""

    def __init__(self, rest_s: float = 30.0) -> None:
        self.rest_s = rest_s
        self._lock = threading.Lock()
        self._open_until = 0.0
        self._broken = False

    def allows(self) -> bool:
        """May this caller try? While broken, a yes reserves the next try for this caller."""
        with self._lock:
            if not self._broken:
                return True
            if time.monotonic() < self._open_until:
                return False
            self._open_until = time.monotonic() + self.rest_s
            return True

    def worked(self) -> None:
        with self._lock:
            self._broken = False

    def failed(self) -> None:
        with self._lock:
            self._broken = True
            self._open_until = time.monotonic() + self.rest_s
