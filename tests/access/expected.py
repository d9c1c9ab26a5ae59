"""Which words of which family each person may read, by kind of page; written by hand from domain.md
4.1 and 4.2, never copied from a run. Whatever is not here must not appear.

The families are those of `scene.py`: one at home in each facility; that of 練馬 is booked at 光が丘
(a lease), that of 大泉 was booked there once (the lease is over).
"""

from tests.access.scene import (
    ACCOUNT,
    CONTACT,
    HOMES,
    HOUSEHOLD,
    MEMO,
    NAME,
    NUMBER,
    PRIVATE,
    SAFETY,
)

# What a record is called, whom to call, what must not be given.
CARE = (NAME, NUMBER, CONTACT, SAFETY)
RECORD = (*CARE, PRIVATE, HOUSEHOLD, MEMO, ACCOUNT)
# What a facility keeps of a booking when the lease is over.
KEPT = (NAME, NUMBER, CONTACT)


def everywhere(groups: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(HOMES, groups)


REGISTER, DAY, BUSINESS, REVIEW, NOTHING, SQL = (
    "register", "day", "business", "review", "nothing", "sql",
)  # fmt: skip

# Every model of the admin and every page of the staff entry is of one kind.
KINDS = {
    REGISTER: {
        "records.child", "records.household", "records.registration", "records.interview",
        "records.interviewplace", "records.consent", "records.handovernote", "records.staffnote",
        "admin:interviews", "admin:interview_sheet", "admin:interview_child", "admin:activate",
    },
    DAY: {
        "admin:day_call", "admin:find_row",
        "admin:naps", "admin:nap_check", "admin:nap_begin", "admin:nap_end",
        "admin:day_report",
        "admin:messages", "admin:reply_late", "admin:reply_pick_up", "admin:call_back",
        "admin:today", "admin:arrive", "admin:leave", "admin:undo_arrival",
        "admin:undo_departure", "admin:read", "admin:meal_check",
        "admin:meal_check_second", "admin:meal_paper", "admin:takeover", "admin:care_card",
        "admin:ambulance", "admin:emergency_ambulance", "admin:roll_call",
        "admin:roll_call_sheet", "admin:roll_call_kept",
        "admin:look_up", "admin:emergency", "admin:emergency_card", "admin:phone",
        "admin:phone_places", "admin:phone_confirm",
        "admin:phone_done", "admin:phone_booking", "admin:phone_regular",
        "admin:phone_waiting", "admin:phone_join",
        "admin:walk_in", "admin:walk_in_child", "admin:sheets", "admin:sheet_print",
    },
    BUSINESS: {
        "booking.booking", "booking.attendance", "booking.fee", "booking.payment",
        "booking.slot", "booking.waiting", "admin:payment", "admin:receipt", "admin:attention",
        "admin:calls", "admin:settle", "admin:settle_call", "admin:closure",
        "admin:call_off", "admin:approvals", "admin:approve", "admin:decline",
        "admin:attendance_correct", "admin:cash_paper",
        "admin:cash", "admin:cash_new", "admin:cash_count", "admin:cash_confirm",
        "admin:incidents", "admin:incident", "admin:incident_new", "admin:incident_write",
        "admin:incident_entry", "admin:incident_reopen", "admin:incident_withdraw",
        "admin:incident_sign", "admin:incident_print",
    },
    REVIEW: {
        "admin:changes", "history.entry", "records.accesslease", "records.emergencyopening",
    },
}  # fmt: skip

# The words by kind, person and family.
READS = {
    REGISTER: {
        "carer": {"nerima": RECORD},
        "manager": {"nerima": RECORD},
        "carer_elsewhere": {"hikarigaoka": RECORD},
        "carer_nukui": {"nukui": RECORD},
        "carer_seki": {"seki": RECORD},
        "clerk": everywhere(RECORD),
    },
    DAY: {
        "carer": {"nerima": CARE},
        "manager": {"nerima": CARE},
        # On lease as at home; of the past booking its own words.
        "carer_elsewhere": {"hikarigaoka": CARE, "nerima": CARE, "oizumi": KEPT},
        "carer_nukui": {"nukui": CARE},
        "carer_seki": {"seki": CARE},
        "clerk": everywhere(CARE),
    },
    BUSINESS: {
        "carer": {"nerima": KEPT},
        # Who reviews also reads which household a booking of the own home belongs to.
        "manager": {"nerima": (*KEPT, HOUSEHOLD)},
        "carer_elsewhere": {"hikarigaoka": KEPT, "nerima": KEPT, "oizumi": KEPT},
        "carer_nukui": {"nukui": KEPT},
        "carer_seki": {"seki": KEPT},
        "clerk": everywhere((*KEPT, HOUSEHOLD)),
    },
    REVIEW: {
        "manager": {"nerima": RECORD},
        "clerk": everywhere(RECORD),
        # That something changed, and of whom by number.
        "auditor": everywhere((NUMBER, HOUSEHOLD)),
    },
    NOTHING: {},
    # What the policies alone let a person's connection read, past every page. The history that an
    # auditor's page hides is not hidden from the auditor's connection.
    SQL: {
        "carer": {"nerima": RECORD},
        "manager": {"nerima": RECORD},
        "carer_elsewhere": {
            "hikarigaoka": RECORD, "nerima": CARE, "oizumi": KEPT,
        },
        "carer_nukui": {"nukui": RECORD},
        "carer_seki": {"seki": RECORD},
        "clerk": everywhere(RECORD),
        "auditor": everywhere(RECORD),
    },
}  # fmt: skip


# What parents read of their own family: all but what staff write for staff.
FAMILY = (*CARE, PRIVATE, HOUSEHOLD, ACCOUNT)
FOR_STAFF = ("面談", "申送", "職員")


def kind_of(name: str) -> str:
    """The kind of a model (`records.child`) or page (`admin:today`)."""
    return next((kind for kind, names in KINDS.items() if name in names), NOTHING)
