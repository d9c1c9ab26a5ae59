"""As much of a mail server as it takes to receive mail, and to fall silent over it."""

import contextlib
import socketserver
import threading


class Post(socketserver.StreamRequestHandler):
    """One sender: what it hands over is `received`, then it waits for the answer."""

    def handle(self) -> None:
        # A sender that was killed says no goodbye.
        with self.server.counted(), contextlib.suppress(ConnectionError):
            self.talk()

    def talk(self) -> None:
        self.say("220 post")
        while line := self.rfile.readline().decode().strip():
            if line.upper().startswith("EHLO") or line.upper().startswith("HELO"):
                self.say("250 post")
            elif line.upper() == "DATA":
                self.say("354 go on")
                self.receive()
            elif line.upper() == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def receive(self) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return
            lines.append(line)
        self.server.received.append(b"".join(lines))
        self.server.answers.wait()
        self.say("250 ok")

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class PostOffice(socketserver.ThreadingTCPServer):
    """Listens on a port of this machine. While `answers` is not set, no sender gets an answer."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        self.received: list[bytes] = []
        self.senders = 0
        self.answers = threading.Event()
        self.answers.set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), Post)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @contextlib.contextmanager
    def counted(self):
        """Counts a sender for as long as it is there."""
        with self._lock:
            self.senders += 1
        try:
            yield
        finally:
            with self._lock:
                self.senders -= 1

    def numbers(self) -> list[str]:
        """The number (Message-ID) of each mail, in the order in which they came."""
        return [
            line.partition(b":")[2].strip().decode()
            for mail in list(self.received)
            for line in mail.splitlines()
            if line.lower().startswith(b"message-id:")
        ]

    def close(self) -> None:
        self.answers.set()
        self.shutdown()
        self.server_close()
