"""What is done and noted on a day at the facility."""

from day.models.cash_count import CashCount
from day.models.joint_reading import JointReading
from day.models.meal_check import MealCheck, MealCheckChild
from day.models.takeover import Takeover

__all__ = ["CashCount", "JointReading", "MealCheck", "MealCheckChild", "Takeover"]
