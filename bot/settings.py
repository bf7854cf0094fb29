"""The settings: environment variables `FOOTNOTE_…`, or the same names in a file `.env`."""

import os
import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from index.errors import FootnoteError
from index.models import EngineName

PREFIX = "FOOTNOTE_"
_DOT_ENV = Path(".env")


class SettingsError(FootnoteError):
    """A setting that is misspelt or has a value it cannot have."""


def _default_library() -> Path:
    from platformdirs import user_data_path

    return user_data_path("footnote", appauthor=False) / "library"


Ids = Annotated[frozenset[int], NoDecode]


class Settings(BaseSettings):
    """Everything that can be set. The README's table says the same."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=_DOT_ENV, extra="ignore", frozen=True, env_ignore_empty=True
    )

    library: Path = Field(
        default_factory=_default_library,
        description="folder of the articles",
    )
    engine: EngineName = Field(
        "auto", description="search engine: `rank_bm25`, `tantivy`, or `auto`, which chooses by size"
    )
    allow_private_addresses: bool = Field(
        False,
        description="read web pages of this machine and its network too",
    )
    telegram_token: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices(PREFIX + "TELEGRAM_TOKEN", "TELEGRAM_BOT_TOKEN"),
        description="token of the Telegram bot, from @BotFather",
    )
    telegram_base_url: str | None = Field(None, description="address of a local Bot API server")
    telegram_base_file_url: str | None = Field(None, description="address of its files")
    admins: Ids = Field(
        default_factory=frozenset,
        description="Telegram user ids of the bot's administrators, separated by commas",
    )
    allowed_chats: Ids = Field(
        default_factory=frozenset,
        description="ids of the only chats that the bot answers in, separated by commas",
    )
    retention_days: int = Field(
        30, ge=1, description="days that the Telegram bot keeps conversations and feedback"
    )
    webhook_url: str | None = Field(
        None,
        description="https address at which Telegram brings what is asked; without it, the bot fetches it",
    )
    webhook_listen: str = Field(
        "127.0.0.1", description="address of this machine where that arrives, in http"
    )
    webhook_port: int = Field(8443, ge=1, le=65535, description="its port")
    webhook_secret: SecretStr | None = Field(
        None, description="what Telegram has to say with each delivery; made up at the start if not set"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="what the bot logs")

    @field_validator("library", mode="after")
    @classmethod
    def _at_home(cls, folder: Path) -> Path:
        return folder.expanduser()

    @field_validator("admins", "allowed_chats", mode="before")
    @classmethod
    def _split(cls, ids: object) -> object:
        return ids.replace(",", " ").split() if isinstance(ids, str) else ids

    @field_validator("webhook_url", mode="after")
    @classmethod
    def _encrypted(cls, url: str | None) -> str | None:
        if url is not None and not (url.startswith("https://") and urlsplit(url).hostname):
            raise ValueError("it has to be an https address, as Telegram brings updates to no other")
        return url

    @field_validator("webhook_secret", mode="after")
    @classmethod
    def _sendable(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret.get_secret_value()):
            raise ValueError("it has to be 1 to 256 of the characters A-Z, a-z, 0-9, _ and -")
        return secret

    @field_validator("log_level", mode="before")
    @classmethod
    def _in_any_case(cls, level: object) -> object:
        return level.upper() if isinstance(level, str) else level


def load_settings() -> Settings:
    """Return the settings in force.

    Raises:
        SettingsError: a `FOOTNOTE_…` name that is none of ours, or a value that cannot be.
    """
    _refuse_unknown_names()
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper().removeprefix(PREFIX)
        problem = first["msg"].removeprefix("Value error, ")
        problem = problem[0].lower() + problem[1:]
        raise SettingsError(f"{name}: {problem}; `footnote settings` lists the settings.") from None


def _refuse_unknown_names() -> None:
    """Refuse a misspelt name, which pydantic-settings would pass over in silence."""
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    for name in [*os.environ, *_dot_env_names()]:
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            import difflib

            close = difflib.get_close_matches(name.upper(), known, n=1)
            hint = f"did you mean {close[0]}?" if close else "`footnote settings` lists the settings."
            raise SettingsError(f"{name} is no setting of Footnote; {hint}")


def _dot_env_names() -> list[str]:
    from dotenv import dotenv_values

    try:
        return list(dotenv_values(_DOT_ENV)) if _DOT_ENV.is_file() else []
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f".env cannot be read ({error}); save it as UTF-8.") from error
