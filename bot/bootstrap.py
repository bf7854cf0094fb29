"""The one place where objects are made and joined."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.dialogue import Dialogue
from bot.settings import Settings
from index.library import Shelf

if TYPE_CHECKING:
    from index.fetching import Address


def open_shelf(settings: Settings) -> Shelf:
    """Return the folder of the articles."""
    return Shelf(settings.library, settings.engine)


def open_dialogue(settings: Settings) -> Dialogue:
    """Return the conversation over the articles in force."""
    return Dialogue(open_shelf(settings).library())


def may_reach(settings: Settings) -> "Callable[[Address], bool]":
    """Return what says of an address whether web pages may be read from it."""
    from index.fetching import any_address, is_public

    return any_address if settings.allow_private_addresses else is_public
