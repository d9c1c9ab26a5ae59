"""What goes wrong, for whoever runs it: on standard error, and nothing about a family in it."""

import logging
import re
from typing import Any

# What an error quotes may be a value out of a record; names of the database's own things are not.
QUOTED = re.compile(
    r"""(?<!constraint )(?<!relation )(?<!table )(?<!column )"[^"]*"|'[^']*'|\([^)]*\)=\([^)]*\)"""
)
HEADING = re.compile(r"Traceback |During handling |The above exception ")

CONFIGURATION: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "azukari.logs.Formatter",
            "format": "[{levelname}] {asctime} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # Beside its own handlers, which write with DEBUG on or mail alone.
        "django": {"handlers": [], "level": "WARNING"},
        # A page that isn't there and a form refused are warnings there.
        "django.request": {"level": "ERROR"},
    },
}


class Formatter(logging.Formatter):
    """The trace of an exception; of its message the first line without what it quotes.

    PostgreSQL's further lines (DETAIL, CONTEXT) show the row that it refuses.
    """

    def formatException(self, ei: Any) -> str:  # noqa: N802  logging's own name
        kept, is_over = [], False
        for line in super().formatException(ei).splitlines():
            if HEADING.match(line):
                is_over = False
            if not is_over:
                is_message = not line.startswith(" ") and not HEADING.match(line)
                kept.append(QUOTED.sub("…", line) if is_message else line)
                is_over = is_message
        return "\n".join(kept)
