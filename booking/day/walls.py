"""Who may do what with the notes of a day: a facility's own business, like its attendance."""

from booking.day import (
    cash_walls,
    closed_walls,
    family_walls,
    incident_walls,
    nap_walls,
    report_walls,
    roll_call_walls,
)
from history.walls import ACTOR, AT, Wall, all_of, any_of, facility, writes

FACILITY = facility()
OF_BOOKING = (("facility_id", "booking_booking", "booking_id"),)
# A name is put down by whoever bears it.
SECOND = f"second_by_id::text = {ACTOR}"

WALLS = [
    *family_walls.WALLS,
    # One reads and puts the name down, another adds the own one; then it stands.
    Wall(
        table="day_jointreading",
        staff=writes(
            FACILITY,
            all_of(FACILITY, "second_by_id IS NULL"),
            ("insert", "update (second_by_id, second_at)"),
            leave=all_of(FACILITY, SECOND),
            enter=all_of(FACILITY, f"first_by_id::text = {ACTOR}", "second_by_id IS NULL"),
        ),
        history=FACILITY,
        copies=OF_BOOKING,
    ),
    Wall(
        table="day_mealcheck",
        staff=writes(
            FACILITY,
            all_of(FACILITY, "second_by_id IS NULL"),
            ("insert", "update (second_by_id, second_at)"),
            leave=all_of(FACILITY, SECOND),
            enter=all_of(FACILITY, f"first_by_id::text = {ACTOR}", "second_by_id IS NULL"),
        ),
        history=FACILITY,
    ),
    Wall(
        table="day_mealcheckchild",
        staff=writes(FACILITY, verbs=("insert",)),
        history=FACILITY,
        copies=OF_BOOKING,
    ),
    Wall(
        table="day_takeover",
        staff=writes(
            FACILITY, verbs=("insert",), enter=all_of(FACILITY, f"taken_by_id::text = {ACTOR}")
        ),
        history=FACILITY,
    ),
    # Whoever rings writes it down; what is written stays.
    Wall(
        table="day_daycall",
        staff=writes(
            FACILITY,
            verbs=("insert",),
            enter=all_of(FACILITY, f"called_by_id::text = {ACTOR}", f"called_at <= {AT}"),
        ),
        history=FACILITY,
        copies=OF_BOOKING,
    ),
    *report_walls.WALLS,
    # Whoever prints puts the own name down; what is printed by itself has none.
    Wall(
        table="day_sheetprint",
        staff=writes(
            FACILITY,
            verbs=("insert",),
            enter=all_of(
                FACILITY,
                any_of(
                    f"printed_by_id::text = {ACTOR}",
                    f"printed_by_id IS NULL AND {ACTOR} = 'system:papers'",
                ),
            ),
        ),
        history=FACILITY,
    ),
    *nap_walls.WALLS,
    *roll_call_walls.WALLS,
    *cash_walls.WALLS,
    *closed_walls.WALLS,
    *incident_walls.WALLS,
]

FUNCTIONS = [
    family_walls.TRIGGERS,
    cash_walls.TRIGGERS,
    closed_walls.TRIGGERS,
    incident_walls.TRIGGERS,
]
