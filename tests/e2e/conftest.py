"""What the tests over the Bot API server share."""

import pytest

from tests.e2e.telegram_bots import running
from tests.e2e.telegram_chats import seed_dialogue
from tests.e2e.telegram_server import TelegramServer


@pytest.fixture
def bare_server(monkeypatch, tmp_path):
    """Yield a Bot API server, no bot running."""
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))  # none; loading the world's takes half of a bot's start
    with TelegramServer() as server:
        yield server


@pytest.fixture
def seeded(bare_server, tmp_path):
    """Yield the server with a bot running that answers from the seed article."""
    with running(bare_server, tmp_path, seed_dialogue()):
        yield bare_server
