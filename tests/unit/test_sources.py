import os
from pathlib import Path

import pytest

from index.errors import ReadingError
from index.fetching import any_address
from index.reading.formats import Read
from index.reading.sources import find_sources, read_source
from tests.web_server import WebSite, page, redirect

MEETING = "The council met on Monday and agreed to repair the old bridge before the winter comes to Osterby."
PAGE = f"<!doctype html><html><title>The bridge</title><body><article><p>{MEETING}</p><p>Nobody objected.</p>"


def write(folder, *names, text=MEETING):
    """Write files with a text, and the folders they are in."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


class TestFind:
    def found(self, folder):
        """Return what there is to read in a folder, by its path in it."""
        return [Path(name).relative_to(folder).as_posix() for name in find_sources([str(folder)])]

    def test_files_and_addresses_are_as_they_are(self):
        names = ["https://a.example/", "missing.txt", "HTTP://B.example"]
        assert list(find_sources(names)) == names

    def test_of_a_folder_all_files_of_known_formats_in_order(self, tmp_path):
        write(tmp_path, "b.txt", "a.MD", "sub/deep/c.html", "sub/d.pdf", "e.jsonl", "f.docx", "g")
        assert self.found(tmp_path) == ["a.MD", "b.txt", "e.jsonl", "sub/d.pdf", "sub/deep/c.html"]

    def test_hidden_files_and_folders_are_left(self, tmp_path):
        write(tmp_path, ".a.txt", ".git/b.txt", "sub/.c/d.txt", "e.txt")
        assert self.found(tmp_path) == ["e.txt"]

    def test_a_link_to_a_folder_is_not_followed_so_that_none_goes_in_circles(self, tmp_path):
        write(tmp_path, "sub/a.txt")
        (tmp_path / "sub" / "loop").symlink_to(tmp_path)
        (tmp_path / "b.txt").symlink_to(tmp_path / "sub" / "a.txt")
        (tmp_path / "c.txt").symlink_to("nowhere")
        assert self.found(tmp_path) == ["b.txt", "sub/a.txt"]

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a named pipe")
    def test_a_pipe_in_a_folder_is_left(self, tmp_path):
        os.mkfifo(tmp_path / "pipe.txt")
        write(tmp_path, "a.txt")
        assert self.found(tmp_path) == ["a.txt"]

    def test_a_folder_without_any_is_told(self, tmp_path):
        [error] = find_sources([str(tmp_path)])
        assert isinstance(error, ReadingError)
        assert str(error).startswith(f"{tmp_path}: no file in this folder ends in .txt, ")

    @pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
    def test_a_folder_one_may_not_read_is_told_and_the_others_read(self, tmp_path):
        write(tmp_path, "a.txt", "shut/b.txt")
        (tmp_path / "shut").chmod(0)
        found = list(find_sources([str(tmp_path)]))
        (tmp_path / "shut").chmod(0o700)
        assert found[0] == str(tmp_path / "a.txt")
        assert "Permission denied" in str(found[1])

    def test_a_name_that_no_file_can_have_is_left_to_be_told_as_a_file_is(self, tmp_path):
        name = str(tmp_path / ("n" * 300))
        assert list(find_sources([name])) == [name]
        (error,) = read_source(name)
        assert str(error).startswith(f"{name}: cannot be read (")


class TestFiles:
    def test_the_key_of_a_file_is_its_absolute_path(self, tmp_path, monkeypatch):
        write(tmp_path, "a.txt")
        monkeypatch.chdir(tmp_path)
        [read] = read_source("./a.txt")
        assert read.source == str(tmp_path / "a.txt")
        assert read.article.title == "a.txt"

    def test_that_of_a_line_has_its_article_id_too(self, tmp_path):
        write(tmp_path, "a.jsonl", text='{"article_id": "x", "text": "It rained."}')
        [read] = read_source(str(tmp_path / "a.jsonl"))
        assert read.source == f"{tmp_path / 'a.jsonl'}#x"

    def test_errors_name_the_file_as_its_reader_did(self, tmp_path):
        write(tmp_path, "a.jsonl", text="{")
        write(tmp_path, "a.txt", text="")
        for name, where in (("a.jsonl", ", line 1: "), ("a.txt", ": "), ("missing.txt", ": ")):
            [error] = read_source(str(tmp_path / name))
            assert str(error).startswith(f"{tmp_path / name}{where}")

    @pytest.mark.parametrize("name", ["ftp://a.example/a.txt", "file:///etc/passwd"])
    def test_other_addresses_than_the_web_s_are_told_so(self, name):
        [error] = read_source(name)
        assert error.problem.endswith(" addresses are not read, only http and https.")

    def test_a_name_that_cannot_be_one_is_told(self):
        [error] = read_source("a\0b.txt")
        assert error.problem.startswith("cannot be read (")


class TestPages:
    def test_a_page_s_key_is_its_address_as_asked_for_and_its_url_where_it_led(self):
        with WebSite({"/a": redirect("/b"), "/b": page(PAGE)}) as site:
            [read] = read_source(site.url("/a#top"), may_reach=any_address)
            assert isinstance(read, Read)
            assert (read.source, read.article.url) == (site.url("/a"), site.url("/b"))
            assert read.article.title == "The bridge"

    def test_text_markdown_and_lines_of_json_are_read_from_pages_too(self):
        pages = {
            "/a.txt": page(MEETING, "text/plain"),
            "/a.md": page(f"# A bridge\n\n{MEETING}", "text/plain"),
            "/a.jsonl": page('{"text": "It rained."}\n{', "application/octet-stream"),
        }
        with WebSite(pages) as site:
            found = [list(read_source(site.url(path), may_reach=any_address)) for path in pages]
            assert [read.article.title for [read, *_] in found] == [
                *[site.url("/a.txt"), "A bridge", f"{site.url('/a.jsonl')}, line 1"]
            ]
            assert str(found[2][1]).startswith(f"{site.url('/a.jsonl')}, line 2: ")

    def test_a_refusal_names_the_address_as_it_was_given(self):
        with WebSite({"/a": page(b"\0\1", "image/png")}) as site:
            [error] = read_source(site.url("/a?b=c"), may_reach=any_address)
            assert str(error) == (
                f"{site.url('/a?b=c')}: this is a binary file, not text; save the article as plain text."
            )
            [error] = read_source(site.url("/a"))
            assert "which is not a public address" in str(error)
