import gzip
import ipaddress
import time
import zlib

import pytest

from index.errors import ReadingError
from index.fetching import MAX_PAGE_BYTES, MAX_REDIRECTS, any_address, fetch, is_public, is_web_address
from tests.web_server import WebSite, page, redirect

BODY = b"<p>The council met on Monday.</p>"


def here_only(address):
    """Say whether an address is the first of loopback: the only one that a test may reach."""
    return str(address) == "127.0.0.1"


def drip(handler):
    """Send a byte now and then, for ever: headers first."""
    try:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            handler.wfile.write(b"X: y\r\n")
            time.sleep(0.05)
    except ConnectionError:
        handler.close_connection = True


def drip_body(handler):
    """Send a body without end, a byte now and then."""
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"x")
            time.sleep(0.05)
    except ConnectionError:
        handler.close_connection = True


def endless(handler):
    """Send a body without end, as fast as it goes, and say nothing of its length."""
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"x" * 1_000_000)
    except ConnectionError:
        handler.close_connection = True


def bomb():
    """Return gzip’s form of 60 MB: some 60 kB."""
    packer = zlib.compressobj(9, wbits=16 + zlib.MAX_WBITS)
    zeros = bytes(1_000_000)
    return b"".join(packer.compress(zeros) for _ in range(60)) + packer.flush()


@pytest.fixture(name="site", scope="module")
def _site():
    pages = {
        "/plain": page(BODY, "text/html; charset=utf-8"),
        "/packed": page(gzip.compress(BODY), Content_Encoding="gzip"),
        "/packed-twice": page(gzip.compress(BODY) + gzip.compress(BODY), Content_Encoding="gzip"),
        "/cut": page(gzip.compress(BODY)[:-9], Content_Encoding="gzip"),
        "/no-gzip": page(BODY, Content_Encoding="gzip"),
        "/brotli": page(BODY, Content_Encoding="br"),
        "/bomb": page(bomb(), Content_Encoding="gzip"),
        "/large": page(b"", Content_Length=str(MAX_PAGE_BYTES + 1)),
        "/endless": endless,
        "/drip": drip,
        "/drip-body": drip_body,
        "/moved": redirect("/plain#top", 301),
        "/round": redirect("/round"),
        "/away": redirect("http://127.0.0.2/secret"),
        "/metadata": redirect("http://169.254.169.254/latest/meta-data/"),
        "/file": redirect("file:///etc/passwd"),
    }
    with WebSite(pages) as site:
        yield site


def refusal(url, **options):
    """Return why an address is refused."""
    with pytest.raises(ReadingError) as caught:
        fetch(url, **options)
    assert caught.value.source == url
    assert "\n" not in str(caught.value)
    return caught.value.problem


class TestPublic:
    @pytest.mark.parametrize(
        "address",
        [
            *[
                "127.0.0.1",
                "127.8.9.1",
                "0.0.0.0",
                "10.1.2.3",
                "172.16.0.1",
                "192.168.1.1",
                "169.254.169.254",
            ],
            *["100.64.0.1", "100.100.100.200", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1"],
            *[
                "255.255.255.255",
                "::1",
                "::",
                "fe80::1",
                "fe80::1%eth0",
                "fc00::1",
                "fd00:ec2::254",
                "ff02::1",
            ],
            *["ff0e::1", "fec0::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1"],
            *["64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:c0a8:101::1"],
            *["2001::1"],
        ],
    )
    def test_what_only_some_can_reach_is_not_public(self, address):
        assert not is_public(ipaddress.ip_address(address))

    @pytest.mark.parametrize(
        "address",
        ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"],
    )
    def test_what_everybody_can_reach_is(self, address):
        assert is_public(ipaddress.ip_address(address))


class TestPage:
    def test_its_bytes_and_type_come_as_they_were_sent(self, site):
        found = fetch(site.url("/plain"), may_reach=here_only)
        assert found.raw == BODY
        assert found.content_type == "text/html; charset=utf-8"
        assert found.url == site.url("/plain")

    def test_gzip_is_unpacked(self, site):
        assert fetch(site.url("/packed"), may_reach=here_only).raw == BODY
        assert fetch(site.url("/packed-twice"), may_reach=here_only).raw == BODY * 2

    def test_a_redirect_is_followed_and_the_address_is_where_it_led(self, site):
        assert fetch(site.url("/moved#part"), may_reach=here_only).url == site.url("/plain")

    def test_the_server_is_asked_by_its_name_though_the_connection_goes_to_the_address_that_was_checked(
        self, site
    ):
        checked = []
        fetch(site.url("/plain", "localhost"), may_reach=lambda address: not checked.append(address))
        assert site.asked[-1][1]["Host"] == f"localhost:{site.port}"
        assert {str(address) for address in checked} <= {"127.0.0.1", "::1"}

    def test_nothing_is_told_but_what_is_asked_for(self, site):
        fetch(site.url("/moved"), may_reach=here_only)
        assert set(site.asked[-1][1]) == {"Host", "Accept", "Accept-Encoding", "User-Agent"}

    def test_a_proxy_of_the_environment_is_not_used(self, site, monkeypatch):
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        assert fetch(site.url("/plain"), may_reach=here_only).raw == BODY


class TestRefusals:
    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "0x7f.0.0.1", "2130706433"])
    def test_an_address_of_this_machine_is_refused_however_it_is_spelt(self, site, host):
        before = len(site.asked)
        assert refusal(site.url("/plain", host)) == (
            "leads to 127.0.0.1, which is not a public address; "
            "FOOTNOTE_ALLOW_PRIVATE_ADDRESSES=1 allows such."
        )
        assert len(site.asked) == before

    @pytest.mark.parametrize("host", ["[::1]", "[::ffff:127.0.0.1]", "10.0.0.1", "169.254.169.254"])
    def test_so_are_others_that_are_not_public(self, host):
        assert "which is not a public address" in refusal(f"http://{host}/")

    def test_allowed_it_is_read(self, site):
        assert fetch(site.url("/plain", "localhost"), may_reach=any_address).raw == BODY

    @pytest.mark.parametrize(("path", "address"), [("/away", "127.0.0.2"), ("/metadata", "169.254.169.254")])
    def test_a_redirect_to_where_one_may_not_go_is_refused(self, site, path, address):
        assert f"leads to {address}, which is not" in refusal(site.url(path), may_reach=here_only)

    @pytest.mark.parametrize(
        ("path", "problem"),
        [
            ("/file", "leads to a file: address; only http and https are read."),
            ("/round", f"redirects more than {MAX_REDIRECTS} times; save the page and read that file."),
            (
                "/gone",
                "the server says 404 Not Found; check the address, or save the page and read that file.",
            ),
            ("/brotli", "is packed as br, which was not asked for; save the page and read that file."),
        ],
    )
    def test_each_has_its_reason(self, site, path, problem):
        assert refusal(site.url(path), may_reach=here_only) == problem

    @pytest.mark.parametrize("path", ["/cut", "/no-gzip"])
    def test_what_is_packed_badly_is_refused(self, site, path):
        assert refusal(site.url(path), may_reach=here_only).startswith("cannot be fetched (")

    @pytest.mark.parametrize("path", ["/bomb", "/large", "/endless"])
    def test_what_is_too_large_unpacked_is_refused(self, site, path):
        assert refusal(site.url(path), may_reach=here_only) == (
            "larger than 50 MB, too large for one article; save the page and read that file."
        )

    @pytest.mark.parametrize("path", ["/drip", "/drip-body"])
    def test_a_server_that_is_too_slow_is_left(self, site, path):
        began = time.monotonic()
        assert refusal(site.url(path), may_reach=here_only, time_limit_s=0.3).startswith(
            "no answer within 0.3 seconds; try again later"
        )
        assert time.monotonic() - began < 5

    def test_nobody_at_home(self):
        assert refusal("http://127.0.0.1:9/", may_reach=here_only).startswith("cannot be fetched (")

    @pytest.mark.parametrize(
        ("url", "problem"),
        [
            ("http://", "is not a complete address; copy it from the browser once more."),
            ("http://127.0.0.1:0/", "is not a complete address; copy it from the browser once more."),
            ("ftp://example.org/", "leads to a ftp: address; only http and https are read."),
            (
                "http://no-such-host.invalid/",
                "there is no host 'no-such-host.invalid'; check how it is spelt.",
            ),
            (f"http://{'a' * 64}.invalid/", f"there is no host '{'a' * 64}.invalid'; check how it is spelt."),
        ],
    )
    def test_what_is_no_address_is_refused(self, url, problem):
        assert refusal(url) == problem

    def test_so_is_one_with_a_password(self):
        assert refusal("http://ada:secret@127.0.0.1/").startswith("has a user name in it")

    @pytest.mark.parametrize("url", ["http://[::1", "http://a:99999999/", "http://\x00/", "http://a b/"])
    def test_nonsense_is_refused_in_one_line(self, url):
        refusal(url)

    def test_a_server_that_speaks_no_tls_is_refused_over_https(self, site):
        url = site.url("/plain").replace("http:", "https:")
        assert refusal(url, may_reach=here_only).startswith("cannot be fetched (")


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("http://a/", True),
        ("HTTPS://a/", True),
        ("http.txt", False),
        ("./http://a", False),
        ("ftp://a", False),
    ],
)
def test_an_address_is_told_from_a_path(name, is_one):
    assert is_web_address(name) is is_one
