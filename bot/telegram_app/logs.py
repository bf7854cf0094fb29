"""What the bot logs: to stderr, never the token."""

import logging
import re


def configure_logging(level: str, secret: str) -> None:
    """Log to stderr from `level` on, with `secret` (the token) blotted out.

    Above DEBUG, httpx is kept from logging every poll, and python-telegram-bot from logging at all: what it
    says there is either an error that is handled here, or a whole update with its texts.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(_DiscreetFormatter(secret))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    if logging.getLogger().level > logging.DEBUG:
        logging.getLogger("httpx").setLevel(logging.WARNING)
        logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)


class _DiscreetFormatter(logging.Formatter):
    """Formats a record whole (message, arguments, traceback), then blots the secret out.

    The part behind a token's colon is the secret one, and is looked for alone too: URLs may escape the colon.
    """

    def __init__(self, secret: str) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secret = re.compile("|".join(map(re.escape, (secret, secret.rpartition(":")[2]))))

    def format(self, record: logging.LogRecord) -> str:
        """Return the line to log."""
        return self._secret.sub("<token>", super().format(record))
