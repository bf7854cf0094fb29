import pytest

from tests.e2e.telegram_server import TelegramServer


@pytest.fixture
def bare_server(monkeypatch, tmp_path):
    """Yield a Bot API server, no bot running."""
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))  # none; loading the world's takes half of a bot's start
    with TelegramServer() as server:
        yield server
