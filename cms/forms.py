"""Forms of the page editor that ask for more than Wagtail's."""

import struct
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

# What Pillow raises at a file that begins like a picture and is none.
UNREADABLE = (OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError)


class PictureField(WagtailImageField):
    def to_python(self, data: Any) -> Any:
        """Draws the whole picture once: Wagtail reads the head and fails at the rest."""
        try:
            file = super().to_python(data)
            if file is not None:
                file.seek(0)
                Image.open(file).load()
                file.seek(0)
        except UNREADABLE as error:
            raise ValidationError(
                _("画像を最後まで読み取れませんでした。別の画像をお選びください。"),
                code="unreadable",
            ) from error
        return file


class PictureForm(BaseImageForm):
    file = PictureField(label=gettext_lazy("ファイル"))
