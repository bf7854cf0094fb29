"""What the tests over the Bot API server share."""

import pytest

from tests.e2e.telegram_bot import running_bot
from tests.e2e.telegram_server import TelegramServer


@pytest.fixture
def telegram(monkeypatch, tmp_path):
    """Yield the server, no bot running."""
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))  # none; loading the world's takes half of a bot's start
    with TelegramServer() as server:
        yield server


@pytest.fixture
def bare_server(telegram):
    """Yield the server, no bot running."""
    return telegram


@pytest.fixture
def seeded(telegram, tmp_path):
    """Yield the server with a bot running that answers from the seed article."""
    with running_bot(telegram, tmp_path):
        yield telegram
