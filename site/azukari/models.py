"""The project has no tables of its own; Django sends post_migrate only to apps with this module."""
