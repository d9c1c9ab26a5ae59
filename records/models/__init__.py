from records.models.account import PublicSession, StaffSession, User
from records.models.administrator_opening import AdministratorOpening
from records.models.care_need import Allergy, CareNeed
from records.models.child import Child, PickUpPerson
from records.models.consent import Consent, ConsentText
from records.models.contractor_access import ContractorAccess
from records.models.data_key import DataKey
from records.models.device import KnownDevice
from records.models.emergency import EmergencyOpening
from records.models.facility import Facility, FacilityMembership, Operator
from records.models.household import Household, Parent
from records.models.interview import Interview, InterviewNote, InterviewPlace
from records.models.invitation import Invitation
from records.models.lease import AccessLease
from records.models.limit import RateCount
from records.models.mail import OutgoingMail
from records.models.note import HandoverNote, StaffNote
from records.models.opening import Opening
from records.models.proposal import Proposal
from records.models.registration import Registration, RegistrationRule
from records.models.service_stop import ServiceStop
from records.models.sign_in import FailureCount, SignIn, StaffCredential
from records.models.staff_account import StaffAccount
from records.models.terminal import FacilityNetwork, Terminal, TerminalLink, TerminalSecret
from records.models.watch_rule import WatchRule

__all__ = [
    "AccessLease",
    "AdministratorOpening",
    "Allergy",
    "CareNeed",
    "Child",
    "Consent",
    "ConsentText",
    "ContractorAccess",
    "DataKey",
    "EmergencyOpening",
    "Facility",
    "FacilityMembership",
    "FacilityNetwork",
    "FailureCount",
    "HandoverNote",
    "Household",
    "Interview",
    "InterviewNote",
    "InterviewPlace",
    "Invitation",
    "KnownDevice",
    "Opening",
    "Operator",
    "OutgoingMail",
    "Parent",
    "PickUpPerson",
    "Proposal",
    "PublicSession",
    "RateCount",
    "Registration",
    "RegistrationRule",
    "ServiceStop",
    "SignIn",
    "StaffAccount",
    "StaffCredential",
    "StaffNote",
    "StaffSession",
    "Terminal",
    "TerminalLink",
    "TerminalSecret",
    "User",
    "WatchRule",
]
