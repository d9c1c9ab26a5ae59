from records.forms.application import ApplicationForm
from records.forms.care_needs import Statements
from records.forms.child import ChildForm, PickUpPersonForm
from records.forms.household import HouseholdForm, ParentForm, ParentNamesForm

__all__ = [
    "ApplicationForm",
    "ChildForm",
    "HouseholdForm",
    "ParentForm",
    "ParentNamesForm",
    "PickUpPersonForm",
    "Statements",
]
