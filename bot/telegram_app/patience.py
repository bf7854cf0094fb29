"""How long the bot waits for each thing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds; tests wait less."""

    poll_s: float = 10.0
    """One long poll; a connection that died in silence is noticed after this and `reply_s`."""

    reply_s: float = 10.0
    """The answer to any other request. A server that is only slow has accepted what is then sent again."""

    backoff_s: float = 0.5
    """Before the first attempt anew; doubled for each further one."""

    max_backoff_s: float = 30.0
    """Between attempts, at the most: the network is noticed to be back after this."""

    life_s: float = 86_400.0
    """An answer, from the first attempt to the last: Telegram keeps a question for a day too."""

    press_s: float = 10.0
    """The same of what expires within seconds: the answer to a press or to an inline query."""

    conflict_s: float = 30.0
    """After the start, a second poller: it may be the last poll of the process before this one."""

    takeover_s: float = 10.0
    """At the start, the process before this one: it finishes its answers."""

    drain_s: float = 3.0
    """At a stop, the answers in flight."""

    stop_s: float = 4.5
    """The whole stop."""
