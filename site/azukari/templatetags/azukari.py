"""Filters and tags of the whole site; loaded into every template."""

from django import template
from django.urls import reverse

register = template.Library()

PUBLIC_URLS = "azukari.urls_public"


@register.simple_tag
def public_url(name: str, *args: object) -> str:
    """The address of a public page, also from the staff entry, whose own table lacks it."""
    return reverse(name, args=args, urlconf=PUBLIC_URLS)
