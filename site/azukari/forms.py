"""How forms look: one template for fields of both entries."""

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """Fields come from our own templates; the admin keeps its own."""
