"""No test talks to anything but this machine."""

from __future__ import annotations

import socket

import pytest
from pytest_socket import SocketConnectBlockedError

# Kept for documentation by the internet's own rules: nobody is there.
ELSEWHERE = ("192.0.2.1", 80)


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_another_machine_is_out_of_reach() -> None:
    with socket.socket() as attempt, pytest.raises(SocketConnectBlockedError):
        attempt.connect(ELSEWHERE)


def test_this_machine_is_in_reach() -> None:
    with socket.socket() as server, socket.socket() as attempt:
        server.bind(("127.0.0.1", 0))
        server.listen()
        attempt.connect(server.getsockname())
