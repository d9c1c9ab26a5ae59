"""変更の届出: a family proposes who it is now, and its facility decides with the paper in hand."""

import datetime as dt

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from history import clock
from records.actions import proposals
from records.enums import DeclineReason, ProofSeen, ProposalState, RegistrationState
from records.models import Child, OutgoingMail, Parent, Proposal, Registration
from records.refusals import AlreadyDone, NothingProposed, ProofMissing, ProposalWaiting
from tests.database import at_moment
from tests.factories.booking import BookingFactory
from tests.factories.records import ChildFactory, ParentFactory, ProposalFactory
from tests.people import child_of, household_of

AT = clock.at(dt.date(2026, 11, 20), dt.time(10))
IDENTITY = ("family_name", "given_name", "family_name_kana", "given_name_kana", "sex")


def stated(child, **changed):
    """The form as the page shows it, with what was written over."""
    fields = {name: getattr(child, name) for name in IDENTITY}
    return {**fields, "date_of_birth": child.date_of_birth.isoformat(), **changed}


def as_recorded():
    """Everybody's identity, to see that nothing moved."""
    return [
        *Child.objects.order_by("pk").values_list(*IDENTITY, "date_of_birth"),
        *Parent.objects.order_by("pk").values_list(*IDENTITY[:4]),
    ]


# The family proposes


def test_a_family_proposes_and_the_record_stays(public_client, parent):
    child, before = child_of(parent), as_recorded()
    client = public_client.log_in(parent)
    born = child.date_of_birth - dt.timedelta(days=1)
    path = f"/my/children/{child.pk}/proposal/"

    response = client.post(
        path, stated(child, family_name="森", family_name_kana="もり", date_of_birth=f"{born}")
    )

    assert response["Location"] == path
    proposal = Proposal.objects.get()
    assert proposal.values == {
        "family_name": "森", "family_name_kana": "モリ", "date_of_birth": born,
    }  # fmt: skip
    assert (proposal.child, proposal.proposed_by, proposal.state) == (child, parent, "waiting")
    assert proposal.home_facility == child.home_facility
    assert as_recorded() == before
    for page in (path, f"/my/children/{child.pk}/", f"/my/children/{child.pk}/edit/"):
        text = client.get(page).content.decode()
        assert ("変更の届出を確認中です" in text, "モリ" in text) == (True, True), page


@pytest.mark.parametrize("page", ["/my/household/", "/my/household/parents/{}/edit/"])
def test_a_parents_new_name_waits_beside_the_old(public_client, parent, page):
    me = household_of(parent).parents.get()
    client = public_client.log_in(parent)

    response = client.post(
        f"/my/household/parents/{me.pk}/proposal/",
        {"family_name": "森", "given_name": me.given_name, "family_name_kana": "モリ",
         "given_name_kana": me.given_name_kana},
    )  # fmt: skip

    assert response.status_code == 302
    assert Proposal.objects.get().values == {"family_name": "森", "family_name_kana": "モリ"}
    text = client.get(page.format(me.pk)).content.decode()
    assert ("変更の届出を確認中です" in text, "モリ" in text) == (True, True)
    me.refresh_from_db()
    assert me.family_name == "林"


def test_nothing_new_is_no_proposal(public_client, parent):
    child = child_of(parent)

    page = public_client.log_in(parent).post(f"/my/children/{child.pk}/proposal/", stated(child))

    assert "変わったところがありません" in page.content.decode()
    assert not Proposal.objects.exists()


def test_a_fault_is_said_at_its_field_and_keeps_what_was_typed(public_client, parent):
    child = child_of(parent)

    page = public_client.log_in(parent).post(
        f"/my/children/{child.pk}/proposal/",
        stated(child, family_name="森", date_of_birth="2999-01-01"),
    )

    assert page.context["form"].errors.keys() == {"date_of_birth"}
    assert 'value="森"' in page.content.decode()
    assert f"{child.full_name}さんの変更の届出" in page.content.decode()


@pytest.mark.parametrize(
    "state", [RegistrationState.DRAFT, RegistrationState.APPLIED, RegistrationState.INTERVIEWED]
)
def test_before_activation_the_family_writes_it_itself(public_client, parent, state):
    child = child_of(parent)
    Registration.objects.update(state=state)
    client = public_client.log_in(parent)
    me = household_of(parent).parents.get()

    found = [
        client.post(f"/my/children/{child.pk}/proposal/", stated(child, family_name="森")),
        client.post(f"/my/household/parents/{me.pk}/proposal/", {"family_name": "森"}),
    ]

    assert [each["Location"] for each in found] == [
        f"/my/children/{child.pk}/edit/", "/my/household/",
    ]  # fmt: skip
    assert not Proposal.objects.exists()


def test_two_taps_are_one_proposal_and_another_has_to_wait(parent):
    child = child_of(parent)
    first = proposals.propose(subject=child, values={"family_name": "森"}, by=parent, at=AT)

    assert proposals.propose(subject=child, values={"family_name": "森"}, by=parent, at=AT) == first
    with pytest.raises(ProposalWaiting):
        proposals.propose(subject=child, values={"family_name": "林田"}, by=parent, at=AT)
    with pytest.raises(NothingProposed):
        proposals.propose(subject=child, values={}, by=parent, at=AT)
    assert Proposal.objects.get() == first


def test_an_empty_name_is_proposed_as_such(parent):
    proposal = proposals.propose(
        subject=child_of(parent), values={"given_name": ""}, by=parent, at=AT
    )

    assert Proposal.objects.get(pk=proposal.pk).values == {"given_name": ""}


def test_what_waits_can_be_taken_back_once(public_client, parent):
    child = child_of(parent)
    proposal = ProposalFactory.create(child=child)
    client = public_client.log_in(parent)

    found = [client.post(f"/my/proposals/{proposal.pk}/withdraw/") for _ in range(2)]

    assert {each["Location"] for each in found} == {f"/my/children/{child.pk}/proposal/"}
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.WITHDRAWN
    assert "確認中です" not in client.get(f"/my/children/{child.pk}/").content.decode()
    # And another may be sent.
    client.post(f"/my/children/{child.pk}/proposal/", stated(child, family_name="森"))
    assert Proposal.objects.filter(state="waiting").count() == 1


def test_what_was_decided_is_not_taken_back(public_client, parent, carer):
    proposal = ProposalFactory.create(child=child_of(parent))
    proposals.decline(proposal=proposal, reason=DeclineReason.DIFFERS, by=carer, at=AT)

    public_client.log_in(parent).post(f"/my/proposals/{proposal.pk}/withdraw/")

    proposal.refresh_from_db()
    assert proposal.state == ProposalState.DECLINED


def test_another_family_finds_none_of_it(public_client, parent, other_parent):
    child = child_of(parent)
    proposal = ProposalFactory.create(child=child)
    me = household_of(parent).parents.get()
    client = public_client.log_in(other_parent)

    found = [
        client.post(f"/my/proposals/{proposal.pk}/withdraw/"),
        client.post(f"/my/children/{child.pk}/proposal/", stated(child, family_name="森")),
        client.get(f"/my/household/parents/{me.pk}/proposal/"),
    ]

    assert [each.status_code for each in found] == [404, 404, 404]
    proposal.refresh_from_db()
    assert (proposal.state, Proposal.objects.count()) == (ProposalState.WAITING, 1)


# The facility decides


def decide(client, proposal, **fields):
    return client.post(f"/proposals/{proposal.pk}/", fields)


def test_the_home_facility_reads_old_and_new_and_accepts(staff_client, carer, parent):
    child = child_of(parent)
    proposal = ProposalFactory.create(child=child, family_name="森")
    client = staff_client.log_in(carer)
    assert f"/proposals/{proposal.pk}/" in client.get("/interviews/").content.decode()
    page = client.get(f"/proposals/{proposal.pk}/")
    assert [(c.label, c.old, c.new) for c in page.context["proposal"].changes] == [
        ("姓", "林", "森")
    ]

    decide(client, proposal, decision="accepted", proof=ProofSeen.RESIDENCE)

    child.refresh_from_db()
    proposal.refresh_from_db()
    assert child.family_name == "森"
    assert (proposal.state, proposal.proof, proposal.decided_by) == (
        "accepted", "residence", carer,
    )  # fmt: skip
    change = child.history.first()
    assert (change.history_actor, change.history_change_reason) == (
        str(carer.pk), "変更の届出を反映（住民票の写し）",
    )  # fmt: skip
    assert f"/proposals/{proposal.pk}/" not in client.get("/interviews/").content.decode()


def test_a_parents_name_is_accepted_without_paper(carer, parent):
    me = household_of(parent).parents.get()
    proposal = ProposalFactory.create(of_parent=True, parent=me, given_name="花")

    proposals.accept(proposal=proposal, proof="", by=carer, at=AT)

    me.refresh_from_db()
    assert (me.full_name, me.mobile_phone, me.email) == (
        "森 花", "09012345678", "hayashi@example.jp",
    )  # fmt: skip
    assert me.history.first().history_change_reason == "変更の届出を反映（書類なし）"


def test_only_what_was_proposed_is_written(carer, parent):
    """What staff corrected in the meantime stays."""
    child = child_of(parent)
    proposal = ProposalFactory.create(child=child, family_name="森")
    Child.objects.update(given_name="二葉")

    proposals.accept(proposal=proposal, proof="", by=carer, at=AT)

    child.refresh_from_db()
    assert child.full_name == "森 二葉"


@pytest.mark.parametrize("proof", ["", ProofSeen.MATERNITY_BOOK])
def test_a_birth_date_needs_the_paper(staff_client, carer, parent, proof):
    child = child_of(parent)
    born, new = child.date_of_birth, child.date_of_birth - dt.timedelta(days=1)
    proposal = ProposalFactory.create(child=child, family_name=None, date_of_birth=new.isoformat())

    response = decide(staff_client.log_in(carer), proposal, decision="accepted", proof=proof)

    child.refresh_from_db()
    assert child.date_of_birth == (new if proof else born)
    if not proof:
        assert response.context["form"].errors.keys() == {"proof"}
        with pytest.raises(ProofMissing):
            proposals.accept(proposal=proposal, proof="", by=carer, at=AT)


def test_an_accepted_birth_date_weighs_bookings_anew(parent, carer):
    """Through the register's own correction, which booking joined."""
    child = child_of(parent)
    BookingFactory.create(child=child)
    new = child.date_of_birth.replace(year=child.date_of_birth.year - 2)
    proposal = ProposalFactory.create(child=child, date_of_birth=new.isoformat())

    proposals.accept(proposal=proposal, proof=ProofSeen.RESIDENCE, by=carer, at=AT)

    jobs = ProcrastinateJob.objects.filter(task_name="booking.reweigh")
    assert [job.args for job in jobs] == [{"child_id": str(child.pk)}]


@pytest.mark.parametrize("decision", ["accepted", "declined"])
def test_the_family_is_told_and_the_mail_says_nothing(staff_client, carer, parent, decision):
    child = child_of(parent)
    proposal = ProposalFactory.create(child=child, family_name="森")

    decide(
        staff_client.log_in(carer), proposal, decision=decision,
        reason="" if decision == "accepted" else "differs",
    )  # fmt: skip

    mail = OutgoingMail.objects.get()
    assert mail.recipient == "hayashi@example.jp"
    text = mail.message
    assert [w for w in ("森", child.given_name, "書類", "反映", child.code) if w in text] == []


def test_a_refusal_needs_a_reason_which_the_family_reads(
    staff_client, public_client, carer, parent
):
    child = child_of(parent)
    proposal, before = ProposalFactory.create(child=child), as_recorded()
    client = staff_client.log_in(carer)

    assert decide(client, proposal, decision="declined").context["form"].errors.keys() == {"reason"}
    decide(client, proposal, decision="declined", reason="differs")

    assert as_recorded() == before
    page = public_client.log_in(parent).get(f"/my/children/{child.pk}/").content.decode()
    assert "書類の内容と異なります" in page


def test_it_is_decided_once(carer, parent):
    proposal = ProposalFactory.create(child=child_of(parent))
    proposals.accept(proposal=proposal, proof="", by=carer, at=AT)

    with pytest.raises(AlreadyDone):
        proposals.accept(proposal=proposal, proof="", by=carer, at=AT)
    with pytest.raises(AlreadyDone):
        proposals.decline(proposal=proposal, reason=DeclineReason.DIFFERS, by=carer, at=AT)

    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize("person", ["carer_elsewhere", "carer_nukui", "carer_seki", "auditor"])
def test_staff_of_other_facilities_see_nothing_of_it(request, staff_client, parent, person):
    """Not even where the child is booked."""
    child = child_of(parent)
    BookingFactory.create(child=child)
    proposal = ProposalFactory.create(child=child, family_name="森下谷")
    other = ChildFactory.create(registered=True, household__home_facility=child.home_facility)
    ParentFactory.create(household=other.household)
    client = staff_client.log_in(request.getfixturevalue(person))

    found = [
        client.get(f"/proposals/{proposal.pk}/"),
        decide(client, proposal, decision="accepted"),
        client.get("/interviews/"),
        client.get(f"/records/child/{child.pk}/history/"),
    ]

    assert [each.status_code for each in found[:2]] == [403 if person == "auditor" else 404] * 2
    assert [each for each in found if "森下谷" in each.content.decode()] == []
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.WAITING


def test_the_manager_reads_it_in_the_history(staff_client, manager, parent, carer):
    child = child_of(parent)
    with at_moment(AT):
        proposal = ProposalFactory.create(child=child, family_name="森下谷")
        proposals.decline(proposal=proposal, reason=DeclineReason.DIFFERS, by=carer, at=AT)

    page = staff_client.log_in(manager).get(f"/records/child/{child.pk}/history/").content.decode()

    assert ("森下谷" in page, "書類の内容と異なります" in page) == (True, True)
