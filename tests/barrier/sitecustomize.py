"""Refuses every connection that would leave this machine, in the tests and the Pythons they start.

A compiled event loop (uvloop) or database driver (libpq) goes past it unseen.
"""

import ipaddress
import socket
import sys


def _is_here(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return name == "localhost"
    return address.is_loopback or address.is_unspecified


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    match event, arguments:
        case (
            "socket.connect" | "socket.sendto" | "socket.sendmsg",
            (socket.socket(family=socket.AF_INET | socket.AF_INET6), (host, *_)),
        ):
            pass
        case "socket.getaddrinfo" | "socket.gethostbyname", (host, *_):
            pass
        case _:
            return
    if not _is_here(host):
        raise RuntimeError(
            f"The tests' network barrier: {host!r} is not this machine. "
            "Start a local server on 127.0.0.1 and point the code at it."
        )


sys.addaudithook(_refuse)
