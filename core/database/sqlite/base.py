"""Django's SQLite backend behind a fair queue of writers, and with room for set-based statements.

SQLite lets one transaction write at a time and leaves waiting writers to poll, which starves some of them for seconds
(reliability rule L9). Here the outermost write transaction first takes a lock of this process (fair among threads),
then a lock on a file beside the database (fair enough among processes; the kernel releases it when a process is
killed).
"""

import fcntl
import os
import threading
from typing import Any

from django.db.backends.sqlite3 import base, features

__all__ = ["DatabaseWrapper"]


class WriterQueue:
    """One writer at a time for one database file. `enter` and `leave` are called by the thread that writes."""

    def __init__(self, path: str) -> None:
        self._lock = threading.Lock()
        self._path = f"{path}.writer"
        self._handle: int | None = None

    def enter(self) -> None:
        self._lock.acquire()
        try:
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._handle, fcntl.LOCK_EX)
        except BaseException:
            self.leave()
            raise

    def leave(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)
        self._lock.release()


_queues: dict[str, WriterQueue] = {}
_queues_lock = threading.Lock()


def _queue_for(path: str) -> WriterQueue | None:
    if ":memory:" in path or "mode=memory" in path:
        return None
    with _queues_lock:
        return _queues.setdefault(path, WriterQueue(path))


class DatabaseFeatures(features.DatabaseFeatures):
    # SQLite 3.32 and later take 32,766 variables; Django assumes 999 and would cut a posting of 200 lines into pieces.
    max_query_params = 32_766


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._held_queue: WriterQueue | None = None

    def get_new_connection(self, conn_params: Any) -> Any:
        connection = super().get_new_connection(conn_params)
        # Without it INSERT OR REPLACE deletes rows past the triggers that protect the ledger.
        connection.execute("PRAGMA recursive_triggers = ON")
        return connection

    def _enter_queue(self) -> None:
        if self._held_queue is None and (queue := _queue_for(str(self.settings_dict["NAME"]))):
            queue.enter()
            self._held_queue = queue

    def _leave_queue(self) -> None:
        queue, self._held_queue = self._held_queue, None
        if queue is not None:
            queue.leave()

    def _start_transaction_under_autocommit(self) -> None:
        self._enter_queue()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._leave_queue()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._leave_queue()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._leave_queue()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._leave_queue()
