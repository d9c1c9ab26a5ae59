"""What the counters of all slots would be, summed anew from the bookings that hold a seat."""

from django.db import connection

from booking.enums import SEAT_STATES, StaffingGroup

SUMS = ", ".join(
    f"count(b.id) FILTER (WHERE b.staffing_group = '{group.value}')" for group in StaffingGroup
)
COUNTERS = ", ".join(f"s.{group.value}" for group in StaffingGroup)


def differences() -> list[tuple[object, ...]]:
    """The slots whose counters differ: id, what they say, what it should be."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT s.id, s.taken, ARRAY[{COUNTERS}]::bigint[], count(b.id), ARRAY[{SUMS}]
            FROM booking_slot s
            LEFT JOIN booking_booking b
                ON b.facility_id = s.facility_id AND b.state = ANY (%s)
                AND b.starts_at <= s.starts_at AND s.starts_at < b.ends_at
            GROUP BY s.id
            HAVING s.taken <> count(b.id) OR ARRAY[{COUNTERS}]::bigint[] <> ARRAY[{SUMS}]
            """,
            [[state.value for state in SEAT_STATES]],
        )
        return cursor.fetchall()
