"""How forms look: one template for fields of both entries."""

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """`as_field_group` renders `templates/django/forms/field.html`; widgets stay Django's own."""
