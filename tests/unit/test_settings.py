"""Environment variables and `.env`."""

import os

import pytest

from bot.settings import SettingsError, load_settings


@pytest.fixture(name="env", autouse=True)
def _env(monkeypatch, tmp_path):
    """Start from an empty folder and an environment without settings."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.upper().startswith(("FOOTNOTE_", "TELEGRAM_")):
            monkeypatch.delenv(name)
    return monkeypatch


def refused(match):
    return pytest.raises(SettingsError, match=match)


def test_without_any_the_defaults_hold():
    settings = load_settings()
    assert settings.engine == "auto"
    assert settings.telegram_token is None
    assert settings.log_level == "INFO"
    assert settings.library.name == "library"


def test_a_variable_sets_its_setting(env, tmp_path):
    env.setenv("FOOTNOTE_LIBRARY", str(tmp_path / "mine"))
    env.setenv("FOOTNOTE_LOG_LEVEL", "DEBUG")
    settings = load_settings()
    assert settings.library == tmp_path / "mine"
    assert settings.log_level == "DEBUG"


def test_a_line_of_dot_env_sets_its_setting(tmp_path):
    (tmp_path / ".env").write_text("FOOTNOTE_LOG_LEVEL=ERROR\n", encoding="utf-8")
    assert load_settings().log_level == "ERROR"


def test_the_environment_goes_before_dot_env(env, tmp_path):
    (tmp_path / ".env").write_text("FOOTNOTE_LOG_LEVEL=ERROR\n", encoding="utf-8")
    env.setenv("FOOTNOTE_LOG_LEVEL", "DEBUG")
    assert load_settings().log_level == "DEBUG"


@pytest.mark.parametrize("name", ["FOOTNOTE_TELEGRAM_TOKEN", "TELEGRAM_BOT_TOKEN"])
def test_the_token_has_two_names(env, name):
    env.setenv(name, "12:secret")
    settings = load_settings()
    assert settings.telegram_token.get_secret_value() == "12:secret"


def test_of_two_tokens_ours_counts(env):
    env.setenv("FOOTNOTE_TELEGRAM_TOKEN", "12:ours")
    env.setenv("TELEGRAM_BOT_TOKEN", "12:other")
    assert load_settings().telegram_token.get_secret_value() == "12:ours"


def test_the_token_is_not_printed(env):
    env.setenv("TELEGRAM_BOT_TOKEN", "12:secret")
    assert "secret" not in repr(load_settings())


class TestMisspeltNames:
    def test_in_the_environment_get_a_hint(self, env):
        env.setenv("FOOTNOTE_LIBARY", "x")
        with refused("FOOTNOTE_LIBARY is no setting of Footnote; did you mean FOOTNOTE_LIBRARY?"):
            load_settings()

    def test_in_dot_env_get_a_hint(self, tmp_path):
        (tmp_path / ".env").write_text("FOOTNOTE_TELEGRAM_TOKN=12:x\n", encoding="utf-8")
        with refused("did you mean FOOTNOTE_TELEGRAM_TOKEN?"):
            load_settings()

    def test_near_none_get_the_way_to_the_list(self, env):
        env.setenv("FOOTNOTE_QQQQQQQQQQQQ", "x")
        with refused("FOOTNOTE_QQQQQQQQQQQQ is no setting.*`footnote settings` lists"):
            load_settings()


def test_names_of_other_programs_are_ignored(env, tmp_path):
    env.setenv("FOOTNOTES_LIBARY", "x")
    env.setenv("LIBRARY", "elsewhere")
    (tmp_path / ".env").write_text("SECRET_KEY=1\nLOG_LEVEL=nonsense\n", encoding="utf-8")
    settings = load_settings()
    assert settings.log_level == "INFO"
    assert settings.library.name == "library"


@pytest.mark.parametrize(("name", "value"), [("FOOTNOTE_LOG_LEVEL", "LOUD"), ("FOOTNOTE_ENGINE", "google")])
def test_a_bad_value_is_one_line_with_the_name_of_the_setting(env, name, value):
    env.setenv(name, value)
    with refused(f"^{name}: .*`footnote settings` lists the settings.$") as error:
        load_settings()
    assert "\n" not in str(error.value)


def test_a_dot_env_that_is_not_utf_8_is_told_so(tmp_path):
    (tmp_path / ".env").write_bytes(b"FOOTNOTE_LIBRARY=caf\xe9\n")
    with refused("save it as UTF-8"):
        load_settings()
