"""What is done and noted on a day at the facility."""

from day.models.arrival_check import ArrivalCheck
from day.models.cash_count import CashCount
from day.models.day_message import LateNotice, PickUpChange
from day.models.joint_reading import JointReading
from day.models.meal_check import MealCheck, MealCheckChild
from day.models.takeover import Takeover

__all__ = [
    "ArrivalCheck",
    "CashCount",
    "JointReading",
    "LateNotice",
    "MealCheck",
    "MealCheckChild",
    "PickUpChange",
    "Takeover",
]
