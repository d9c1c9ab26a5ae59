"""The connection breaks at COMMIT, so nobody knows what became of it: asked again, one booking."""

import contextlib
import socket
import threading
import uuid
from collections.abc import Callable

import pytest
from django.db import OperationalError, connection, connections

from booking.models import Booking, Slot
from tests.booking.recount import differences
from tests.concurrency.parents import book, families
from tests.factories.booking import slots_of_day
from tests.factories.records import facility

READ_BYTES = 65536


class Proxy:
    """Passes on what goes to and from PostgreSQL. Once `drops` is set the reply to the next COMMIT
    is thrown away, or the COMMIT itself, and the connection closed."""

    def __init__(self, host: str, port: str) -> None:
        self.path = f"{host}/.s.PGSQL.{port or 5432}"
        self.drops = ""
        self.dropped = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.sockets = [self.listener]
        self.threads = []
        self._begin(self._accept)

    def stop(self) -> None:
        for each in self.sockets:
            # Closing alone would not wake who waits for it.
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join()
        for each in self.sockets:
            each.close()

    def _begin(self, work: Callable[..., None], *args: socket.socket) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        self.threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = self.listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self.path)
                self.sockets += [client, server]
                self._begin(self._serve, client, server)
                self._begin(self._pass, server, client)

    def _serve(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(READ_BYTES):
                if self.drops and b"COMMIT" in data:
                    self._drop(client, server, data)
                    return
                server.sendall(data)
            server.shutdown(socket.SHUT_RDWR)

    def _drop(self, client: socket.socket, server: socket.socket, data: bytes) -> None:
        self.dropped += 1
        # Nothing of the reply may get through: the family's side is shut first.
        client.shutdown(socket.SHUT_RDWR)
        if self.drops == "reply":
            server.sendall(data)
            # The server has answered once it has committed.
            server.settimeout(5)
            with contextlib.suppress(OSError):
                server.recv(READ_BYTES)
        # Closing alone would not: another thread still reads from it.
        server.shutdown(socket.SHUT_RDWR)

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(READ_BYTES):
                target.sendall(data)


@pytest.fixture
def proxy(real_database):
    """Django's connection goes through it; afterwards it goes straight again."""
    before = dict(connection.settings_dict)
    if not before["HOST"].startswith("/"):
        pytest.skip("the server is not reached by a socket of this machine")
    found = Proxy(before["HOST"], str(before["PORT"]))
    yield found
    connections.close_all()
    connection.settings_dict.update(before)
    found.stop()


def through(proxy):
    connections.close_all()
    connection.settings_dict.update(HOST="127.0.0.1", PORT=proxy.port)


def straight(proxy):
    connections.close_all()
    connection.settings_dict.update(HOST=proxy.path.rpartition("/")[0], PORT="")


@pytest.mark.parametrize(("lost", "was_booked"), [("reply", 1), ("request", 0)])
def test_a_lost_commit_is_asked_again_and_booked_once(proxy, lost, was_booked):
    slots_of_day()
    child = families(1)[0]
    place, key = facility("hikarigaoka"), uuid.uuid4()
    through(proxy)
    connection.ensure_connection()
    proxy.drops = lost
    with pytest.raises(OperationalError):
        book(child, place, key)
    straight(proxy)

    found = Booking.objects.count()
    again = [book(child, place, key) for _ in range(3)]

    assert proxy.dropped == 1
    assert found == was_booked
    assert len(set(again)) == 1
    assert Booking.objects.count() == 1
    assert set(Slot.objects.values_list("taken", flat=True)) == {0, 1}
    assert differences() == []
