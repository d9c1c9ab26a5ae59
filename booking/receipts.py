"""領収証: what it says, and the PDF of it."""

from django.utils.translation import gettext as _

from booking import typesetting
from booking.models import Payment
from history import clock
from records import dates


def receipt_content(payment: Payment) -> dict[str, str]:
    """The words of a receipt. Payer and child are those of the booking, the lease being over."""
    booking = payment.fee.booking
    starts, ends = clock.local(booking.starts_at), clock.local(booking.ends_at)
    operator = payment.facility.operator
    item = (
        _("キャンセル料として") if payment.fee.cancellation_amount else _("一時預かり利用料として")
    )
    return {
        "title": _("領収証"),
        "number": payment.receipt_label,
        "day": dates.era_date(clock.local(payment.received_at).date()),
        "reissued": _reissued(payment),
        "payer": booking.payer_name,
        "amount": f"{payment.amount:,}",
        "item": item,
        "child": booking.child_name,
        "use": f"{dates.era_date(booking.day)} {starts:%-H:%M}～{ends:%-H:%M}" + _used(payment),
        "facility": payment.facility.name,
        "address": payment.facility.address,
        "phone": payment.facility.phone,
        "operator": operator.name if operator else "",
        "method": str(payment.get_method_display()),
    }


def _used(payment: Payment) -> str:
    minutes = payment.fee.used_minutes
    if minutes is None:
        return ""
    return _("（実際のご利用 %(minutes)s分）") % {"minutes": minutes}


def _reissued(payment: Payment) -> str:
    if payment.receipt_reissued_at is None:
        return ""
    day = dates.era_date(clock.local(payment.receipt_reissued_at).date())
    return _("再発行　%(day)s") % {"day": day}


def receipt_pdf(payment: Payment) -> bytes:
    """The receipt on A5."""
    return typesetting.pdf("booking/receipt.typ", receipt_content(payment))
