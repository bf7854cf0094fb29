"""A web site of a few pages on this machine, as kind or as hostile as a test wants it."""

from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Self

Act = Callable[[BaseHTTPRequestHandler], None]


class WebSite:
    """Pages by their paths; `asked` holds the headers of each request. Use it in a `with` statement."""

    def __init__(self, pages: Mapping[str, Act]) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, dict(self.headers.items())))
                act = pages.get(self.path.partition("?")[0])
                if act is None:
                    self.send_error(404)
                else:
                    act(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.port = self._server.server_port

    def __enter__(self) -> Self:
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """Return the address of a page."""
        return f"http://{host}:{self.port}{path}"


def page(body: bytes | str, content_type: str = "text/html", **headers: str) -> Act:
    """Return what sends a page; an underscore in a header's name stands for a hyphen."""
    raw = body.encode() if isinstance(body, str) else body

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", content_type)
        for name, value in {"Content_Length": str(len(raw)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        try:
            handler.wfile.write(raw)
        except ConnectionError:  # the reader has seen enough
            handler.close_connection = True

    return send


def redirect(where: str, status: int = 302) -> Act:
    """Return what sends a redirect."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Location", where)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return send
