"""The one place where objects are made and joined."""

from bot.dialogue import Dialogue
from bot.settings import Settings
from index.library import Shelf


def open_shelf(settings: Settings) -> Shelf:
    """Return the folder of the articles."""
    return Shelf(settings.library, settings.engine)


def open_dialogue(settings: Settings) -> Dialogue:
    """Return the conversation over the articles in force."""
    return Dialogue(open_shelf(settings).library())
