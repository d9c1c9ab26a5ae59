"""Who may do what with 午睡チェック: looks are added by whoever looks, and stay."""

from booking.enums import BookingState
from history.enums import Act
from history.walls import ACTOR, AT, EVERY_ROW, Wall, all_of, facility, role, writes

FACILITY = facility()
ASLEEP = "ended_at IS NULL"
# Nobody sleeps here who is not here.
IS_HERE = (
    "EXISTS (SELECT FROM booking_booking b"
    f" WHERE b.id = booking_id AND b.state = '{BookingState.PRESENT}')"
)
OF_SLEEPER = f"EXISTS (SELECT FROM day_napwatch w WHERE w.id = watch_id AND w.{ASLEEP})"

WALLS = [
    Wall(
        table="day_naprule",
        act=Act.RULES,
        staff=writes(EVERY_ROW, role("center")),
        history=role("manager", "center"),
    ),
    Wall(
        table="day_napwatch",
        staff=writes(
            FACILITY,
            all_of(FACILITY, ASLEEP),
            ("insert", "update (ended_at, ended_by_id)"),
            leave=all_of(FACILITY, f"ended_by_id::text = {ACTOR}", f"ended_at <= {AT}"),
            enter=all_of(
                FACILITY, f"begun_by_id::text = {ACTOR}", f"began_at <= {AT}", ASLEEP, IS_HERE
            ),
        ),
        history=FACILITY,
        copies=(("facility_id", "booking_booking", "booking_id"),),
    ),
    Wall(
        table="day_napcheck",
        staff=writes(
            FACILITY,
            verbs=("insert",),
            enter=all_of(
                FACILITY, f"checked_by_id::text = {ACTOR}", f"checked_at <= {AT}", OF_SLEEPER
            ),
        ),
        history=FACILITY,
        copies=(("facility_id", "day_napwatch", "watch_id"),),
    ),
]
