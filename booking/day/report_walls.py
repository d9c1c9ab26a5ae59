"""Who may do what with 今日のようす: whoever cares writes it that day, its family reads it then."""

from booking.day.reports import HANDED_OUT, WAS_HERE
from history.walls import ACTOR, AT, HOUSEHOLD, Wall, all_of, facility, sees, writes

FACILITY = facility()


def _quoted(states: tuple[str, ...]) -> str:
    return ", ".join(f"'{state}'" for state in states)


IS_HANDED_OUT = f"""EXISTS (SELECT FROM booking_booking b WHERE b.id = booking_id
    AND b.state IN ({_quoted(HANDED_OUT)}))"""
# Of a child that came, until the midnight of its day.
IS_OPEN = f"""EXISTS (SELECT FROM booking_booking b WHERE b.id = booking_id
    AND b.state IN ({_quoted(WAS_HERE)})
    AND (b.starts_at AT TIME ZONE 'Asia/Tokyo')::date = ({AT} AT TIME ZONE 'Asia/Tokyo')::date)"""
WRITTEN = "meal, nap, mood, stool, words, written_by_id, written_at"

WALLS = [
    Wall(
        table="day_dayreport",
        public=sees(all_of(f"household_id = {HOUSEHOLD}", IS_HANDED_OUT)),
        staff=writes(
            FACILITY,
            all_of(FACILITY, IS_OPEN),
            ("insert", f"update ({WRITTEN})"),
            leave=all_of(
                FACILITY, IS_OPEN, f"written_by_id::text = {ACTOR}", f"written_at <= {AT}"
            ),
        ),
        history=FACILITY,
        copies=(
            ("facility_id", "booking_booking", "booking_id"),
            ("household_id", "booking_booking", "booking_id"),
        ),
    )
]
