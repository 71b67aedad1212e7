"""Machines of a cluster on one: network namespaces on a bridge, 10.77.0.0/24. Needs root and iproute2.

    with Namespaces("node1", "proxy") as network:
        network.address("node1")                 # "10.77.0.11"
        network.command("node1")                 # the words before a command that is to run there

Names of links and namespaces carry this process's number, so that several runs do not meet. Between, this
thread and all that it starts have a network of their own: the machine's never changes. Chromium fails what
waits for a connection each time that it does (ERR_NETWORK_CHANGED), in browsers of other tests as well.
"""

import ctypes
import os
import subprocess
from types import TracebackType
from typing import Final, Self

HOME: Final = "10.77.0.1"
_NEW_NETWORK: Final = 0x40000000
"""CLONE_NEWNET; Python has these calls from 3.12 on."""
_MINE: Final = "/proc/thread-self/ns/net"


class Namespaces:
    """One bridge with an address of whoever opens this, and a namespace with an address for each name."""

    def __init__(self, *names: str) -> None:
        self._names = names
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._machine = -1
        self._tag = f"c{os.getpid() % 100_000}"

    def address(self, name: str) -> str:
        """Where the others reach it."""
        return f"10.77.0.{11 + self._names.index(name)}"

    def command(self, name: str) -> tuple[str, ...]:
        """What to put before a command; the command takes over the process."""
        return ("ip", "netns", "exec", self._place(name))

    def __enter__(self) -> Self:
        if os.getuid() != 0:
            raise RuntimeError("network namespaces need root")
        self._machine = os.open(_MINE, os.O_RDONLY)
        try:
            self._call(self._libc.unshare(_NEW_NETWORK))
            self._ip("link", "set", "lo", "up")
            self._ip("link", "add", self._tag, "type", "bridge")
            self._ip("addr", "add", f"{HOME}/24", "dev", self._tag)
            self._ip("link", "set", self._tag, "up")
            for name in self._names:
                self._add(name)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in self._names:
            subprocess.run(("ip", "netns", "del", self._place(name)), capture_output=True, check=False)
        try:
            self._call(self._libc.setns(self._machine, _NEW_NETWORK))
        finally:
            os.close(self._machine)

    def _add(self, name: str) -> None:
        place = self._place(name)
        number = self._names.index(name)
        here, there = f"{self._tag}v{number}", f"{self._tag}w{number}"
        self._ip("netns", "add", place)
        self._ip("link", "add", here, "type", "veth", "peer", "name", there)
        self._ip("link", "set", here, "master", self._tag, "up")
        self._ip("link", "set", there, "netns", place)
        self._ip("-n", place, "addr", "add", f"{self.address(name)}/24", "dev", there)
        self._ip("-n", place, "link", "set", there, "up")
        self._ip("-n", place, "link", "set", "lo", "up")

    def _place(self, name: str) -> str:
        return f"{self._tag}-{name}"

    @staticmethod
    def _call(result: int) -> None:
        if result != 0:
            raise OSError(ctypes.get_errno(), "the network stays as it is")

    @staticmethod
    def _ip(*words: str) -> None:
        done = subprocess.run(("ip", *words), capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"ip {' '.join(words)}: {done.stderr}")
