"""Times of periodic jobs. Procrastinate reads them in UTC, whatever zone the process has."""

# Japan has no summer time.
HOURS_AHEAD_OF_UTC = 9


def tokyo(minute: int, *hours: int) -> str:
    """A cron line for every day at `minute` past each of `hours` on Tokyo's wall clock."""
    return f"{minute} {','.join(str(hour) for hour in sorted(_in_utc(h) for h in hours))} * * *"


def _in_utc(hour: int) -> int:
    return (hour - HOURS_AHEAD_OF_UTC) % 24
