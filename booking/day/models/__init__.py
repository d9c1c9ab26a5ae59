"""What is done and noted on a day at the facility."""

from booking.day.models.arrival_check import ArrivalCheck
from booking.day.models.cash_count import CashCount
from booking.day.models.day_call import DayCall
from booking.day.models.day_correction import DayCorrection
from booking.day.models.day_message import LateNotice, PickUpChange
from booking.day.models.day_report import DayReport
from booking.day.models.incident import Incident, IncidentChild
from booking.day.models.incident_entry import IncidentEntry
from booking.day.models.joint_reading import JointReading
from booking.day.models.meal_check import MealCheck, MealCheckChild
from booking.day.models.nap import NapCheck, NapRule, NapWatch
from booking.day.models.roll_call import RollCall, RollCallMark
from booking.day.models.sheet_print import SheetPrint
from booking.day.models.takeover import Takeover

__all__ = [
    "ArrivalCheck",
    "CashCount",
    "DayCall",
    "DayCorrection",
    "DayReport",
    "Incident",
    "IncidentChild",
    "IncidentEntry",
    "JointReading",
    "LateNotice",
    "MealCheck",
    "MealCheckChild",
    "NapCheck",
    "NapRule",
    "NapWatch",
    "PickUpChange",
    "RollCall",
    "RollCallMark",
    "SheetPrint",
    "Takeover",
]
