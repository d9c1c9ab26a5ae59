"""Cash at the counter, and the receipt."""

import uuid

from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking import receipts
from booking import rules as booking_rules
from booking.actions import fees, payments
from booking.admin.views import pdf
from booking.enums import FeeState
from booking.forms_conduct import WordsForm
from booking.forms_payment import CashForm
from booking.models import Fee, Payment
from booking.refusals import BookingRefused
from history import actions as history
from history.enums import Act
from records import drafts, rules
from records.admin.views.gate import StaffRequest, only

PURPOSE = "fee"


@drafts.shows_draft
@require_http_methods(["GET", "HEAD", "POST"])
@only(rules.works_with_children)
def payment(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """The fee of a booking with what it is made of, the change, and the payment.

    Posted with `check` it computes the change and takes nothing.
    """
    found = Fee.objects.visible_to(request.user).with_paid()
    fee = get_object_or_404(found.select_related("booking__facility", "tariff"), booking_id=number)
    form = CashForm(drafts.posted(request), due=fee.due)
    is_due = booking_rules.may_be_taken(fee, fee.booking.state)
    if request.method == "POST" and "check" not in request.POST:
        if fee.state == FeeState.PAID:
            # The second of two taps: the first has taken it.
            return redirect("admin:payment", number)
        if is_due and form.is_valid():
            return _take(request, fee, form)
    _record(request, fee, Act.VIEW)
    context = {
        **admin.site.each_context(request),
        "title": _("料金"),
        "fee": fee,
        "booking": fee.booking,
        "payments": fee.payments.all(),
        "form": form,
        "change": form.change if form.is_bound and form.is_valid() else None,
        "is_due": is_due,
        "waiver": WordsForm() if rules.manages(request.user) and _may_be_waived(fee) else None,
    }
    return render(request, "booking/staff/payment.html", context)


@require_POST
@only(rules.manages)
def waive(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """免除: the cancellation fee and the overrun, for a reason that the family reads."""
    found = Fee.objects.visible_to(request.user)
    fee = get_object_or_404(found, booking_id=number)
    form = WordsForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("免除の理由を入力してください。"))
        return redirect("admin:payment", number)
    try:
        fees.waive(
            fee=fee, by=request.user, at=request.context.at, reason=form.cleaned_data["words"]
        )
    except BookingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("料金を免除しました。理由はご家庭の画面にも表示されます。"))
    return redirect("admin:payment", number)


@require_POST
@only(rules.works_with_children)
def receipt_print(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """領収証を発行する: each press is a print, from the second on a reissue."""
    payment = payments.print_receipt(payment=_payment(request, number), at=request.context.at)
    _record(request, payment.fee, Act.PRINT)
    return redirect("admin:receipt", number)


@require_safe
@only(rules.works_with_children)
def receipt(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """The paper of the last print as a PDF. Looking at it, or again, is no print."""
    payment = _payment(request, number)
    if payment.receipt_printed_at is None:
        messages.info(request, _("領収証は、まだ発行していません。"))
        return redirect("admin:payment", payment.fee.booking_id)
    _record(request, payment.fee, Act.VIEW)
    return pdf.shown(receipts.receipt_pdf(payment), payment.receipt_label)


def _may_be_waived(fee: Fee) -> bool:
    extra = fee.overrun_amount + fee.cancellation_amount
    return extra > 0 and fee.due > 0 and not fee.waived_amount


def _payment(request: StaffRequest, number: uuid.UUID) -> Payment:
    found = Payment.objects.visible_to(request.user)
    return get_object_or_404(found.select_related("fee__booking", "facility__operator"), pk=number)


def _take(request: StaffRequest, fee: Fee, form: CashForm) -> HttpResponse:
    given, change = form.cleaned_data["given"], form.change
    try:
        payments.take(fee=fee, amount=form.due, by=request.user, at=request.context.at)
    except BookingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("%(amount)s円を収納しました。お預かり %(given)s円、お釣り %(change)s円。")
            % {"amount": f"{form.due:,}", "given": f"{given:,}", "change": f"{change:,}"},
        )
    return redirect("admin:payment", fee.booking_id)


def _record(request: StaffRequest, fee: Fee, act: Act) -> None:
    history.record(
        act,
        context=request.context,
        purpose=PURPOSE,
        model="booking.fee",
        object_ids=[fee.pk],
        child_ids=[fee.booking.child_id],
        fields=["name", "fee"],
        path=request.path,
    )
