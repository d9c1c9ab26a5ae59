"""Who may do what with 避難・点呼: whoever is there writes it down, and what is written stays."""

from history.walls import ACTOR, AT, Wall, all_of, facility, writes

FACILITY = facility()
OF_OWN_BOOKING = f"""booking_id IS NULL OR EXISTS (SELECT FROM booking_booking b
    WHERE b.id = booking_id AND {facility("b.facility_id")})"""

WALLS = [
    Wall(
        table="day_rollcall",
        staff=writes(
            FACILITY,
            verbs=("insert",),
            enter=all_of(FACILITY, f"started_by_id::text = {ACTOR}", f"started_at <= {AT}"),
        ),
        history=FACILITY,
    ),
    Wall(
        table="day_rollcallmark",
        staff=writes(
            FACILITY,
            verbs=("insert",),
            enter=all_of(
                FACILITY, f"marked_by_id::text = {ACTOR}", f"marked_at <= {AT}", OF_OWN_BOOKING
            ),
        ),
        history=FACILITY,
        copies=(("facility_id", "day_rollcall", "roll_call_id"),),
    ),
]
