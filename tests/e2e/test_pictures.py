"""The pictures of the README are drawn from what the bot really sends."""

from xml.etree import ElementTree as ET

from tests.pictures import main

SVG = "{http://www.w3.org/2000/svg}"


def test_every_picture_shows_what_was_sent(monkeypatch, tmp_path):
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    main(tmp_path / "docs")
    shown = {file.stem: words(file) for file in (tmp_path / "docs").iterdir()}
    assert shown.keys() == {"answer", "passage", "abstention", "inline", "terminal"}
    assert "requested China, as a permanent member of the UN Security Council" in shown["answer"]
    assert "Back to the answer" in shown["passage"]
    assert "The article does not mention Putin." in shown["abstention"]
    assert "The North Korean issue · paragraph 10" in shown["inline"]
    assert "$ footnote ask" in shown["terminal"]


def words(file):
    """Return the text of a picture, in the order in which it was drawn."""
    lines = ET.parse(file).getroot().iter(f"{SVG}text")
    return " ".join("".join(line.itertext()) for line in lines)
