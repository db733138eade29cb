"""The one place that reads the time. Everything stored is UTC with microseconds."""

from datetime import UTC, datetime


def now() -> datetime:
    """The current time, aware, in UTC."""
    return datetime.now(UTC)
