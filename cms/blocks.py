"""What a page's text is made of, in words that an editor understands."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock


class Tone(models.TextChoices):
    INFO = "info", _("お知らせ")
    WARNING = "warning", _("注意")


class NoticeBlock(blocks.StructBlock):
    tone = blocks.ChoiceBlock(Tone.choices, default=Tone.INFO, label=_("種類"))
    title = blocks.CharBlock(label=_("見出し"), required=False, max_length=60)
    text = blocks.RichTextBlock(features=["bold", "link"], label=_("本文"))

    class Meta:
        icon = "warning"
        label = _("囲み（お知らせ・注意）")
        template = "cms/blocks/notice.html"


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("見出し"), max_length=60)
    text = blocks.RichTextBlock(features=["bold", "link", "ul"], label=_("説明"))


class StepsBlock(blocks.StructBlock):
    steps = blocks.ListBlock(StepBlock(label=_("手順")), label=_("手順"), min_num=2)

    class Meta:
        icon = "list-ol"
        label = _("手順（番号つき）")
        template = "cms/blocks/steps.html"


class ThingsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("見出し"), required=False, max_length=60)
    things = blocks.ListBlock(blocks.CharBlock(label=_("もの"), max_length=120), label=_("持ち物"))

    class Meta:
        icon = "clipboard-list"
        label = _("持ち物リスト")
        template = "cms/blocks/things.html"


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("質問"), max_length=120)
    answer = blocks.RichTextBlock(features=["bold", "link", "ul", "ol"], label=_("答え"))

    class Meta:
        icon = "help"
        label = _("よくある質問")
        template = "cms/blocks/question.html"


class ImageBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("画像"))
    alt = blocks.CharBlock(
        label=_("画像の説明"),
        max_length=200,
        help_text=_("画像が見えない方に読み上げられます。何が写っているかを書いてください。"),
    )

    class Meta:
        icon = "image"
        label = _("画像")
        template = "cms/blocks/image.html"


class BodyBlock(blocks.StreamBlock):
    """Everything a page may hold. What the tables know is shown by a block, never typed."""

    heading = blocks.CharBlock(
        icon="title", label=_("見出し"), max_length=60, template="cms/blocks/heading.html"
    )
    text = blocks.RichTextBlock(
        icon="pilcrow",
        label=_("文章"),
        features=["h3", "bold", "link", "ul", "ol"],
        template="cms/blocks/text.html",
    )
    things = ThingsBlock()
    notice = NoticeBlock()
    steps = StepsBlock()
    question = QuestionBlock()
    image = ImageBlock()
    rules = blocks.StaticBlock(
        icon="table",
        label=_("利用の決まり（自動表示）"),
        admin_text=_("対象年齢・予約できる期間などを、登録されている決まりから表示します。"),
        template="cms/blocks/rules.html",
    )
    fees = blocks.StaticBlock(
        icon="tag",
        label=_("利用料（自動表示）"),
        admin_text=_("登録されている料金表から表示します。確認前は「準備中」と表示します。"),
        template="cms/blocks/fees.html",
    )
