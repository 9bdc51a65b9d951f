"""JSON lines on standard error. A record's own fields only: arguments of failing calls may hold people's data."""

import json
import logging
import traceback
from datetime import UTC, datetime

_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "request", "server_time"}
_KEPT = {"request", "method", "path", "status", "ms", "tenant", "actor", "code", "count", "subscriber"}


class JsonFormatter(logging.Formatter):
    """Time, level, logger, message and the known extra fields. Of an exception its class and where it was raised, not
    its text: that may quote a value."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        for name in _KEPT & set(vars(record)):
            value = getattr(record, name)
            if isinstance(value, str | int | float | None):
                line[name] = value
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["where"] = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(record.exc_info[2])][
                -12:
            ]
        return json.dumps(line, ensure_ascii=False)
