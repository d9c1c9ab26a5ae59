"""The project's StreamField: its blocks may change without a migration."""

from typing import Any

from wagtail import fields


class StreamField(fields.StreamField):
    """Migrations know it as an empty stream; the blocks live in code alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # A migration made from `deconstruct` names no blocks.
        super().__init__(*(args or ([],)), **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, _blocks, options = super().deconstruct()
        options.pop("block_lookup", None)
        return name, path, [], options
