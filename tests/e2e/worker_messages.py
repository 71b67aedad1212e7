"""What the app's page and its worker say to each other: all that is copied out of the worker, or into it.

    messages = watch(person)          # before the first page
    ...
    messages.received                 # as a place to search (`secrets_search`)

Bytes stand in the record in hex, texts as they are. Files are handed over, not copied: they are left out.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from tests.e2e.browser import Person
from tests.e2e.secrets_search import Place


@dataclass
class WorkerMessages:
    """The record of one person's pages."""

    out_of_the_worker: list[str] = field(default_factory=list)
    into_the_worker: list[str] = field(default_factory=list)

    @property
    def received(self) -> Place:
        """What pages got from the worker."""
        return Place("messages from the worker", "\n".join(self.out_of_the_worker).encode())

    @property
    def sent(self) -> Place:
        """What pages gave to the worker."""
        return Place("messages to the worker", "\n".join(self.into_the_worker).encode())

    def note(self, message: dict[str, Any]) -> None:
        """Called by the page."""
        (self.out_of_the_worker if message["out"] else self.into_the_worker).append(message["text"])


def watch(person: Person) -> WorkerMessages:
    """Records from now on, in every page that the person opens."""
    messages = WorkerMessages()
    person.page.expose_function("noteWorkerMessage", messages.note)
    person.page.add_init_script(_WATCH)
    return messages


# Callbacks and streams travel through ports: those are watched like the worker itself.
_WATCH: Final = """(() => {
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const isByte = (value) => Number.isInteger(value) && value >= 0 && value < 256;
  const plain = (value) => {
    if (ArrayBuffer.isView(value)) {
      return hex(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    }
    if (value instanceof ArrayBuffer) return hex(new Uint8Array(value));
    if (typeof value !== 'object' || value === null) return String(value);
    if (value instanceof CryptoKey) return `CryptoKey ${value.algorithm.name}`;
    if (Array.isArray(value) && value.length > 7 && value.every(isByte)) return hex(value);
    const inside = value instanceof Map || value instanceof Set ? [...value] : Object.entries(value);
    const error = value instanceof Error ? `${value.message} ${value.stack}` : '';
    return inside.map((member) => (Array.isArray(member) ? member.map(plain).join(': ') : plain(member)))
      .concat(error).join(' | ');
  };
  const note = (out, data) => void window.noteWorkerMessage({ out, text: plain(data) });
  const watched = new WeakSet();
  const listen = (target) => {
    if (watched.has(target)) return;
    watched.add(target);
    add.call(target, 'message', (event) => note(true, event.data));
  };
  const add = EventTarget.prototype.addEventListener;
  MessagePort.prototype.addEventListener = function (...given) {
    listen(this);
    return add.apply(this, given);
  };
  const post = MessagePort.prototype.postMessage;
  MessagePort.prototype.postMessage = function (...given) {
    note(false, given[0]);
    return post.apply(this, given);
  };
  window.Worker = class extends Worker {
    constructor(...given) {
      super(...given);
      listen(this);
    }
    postMessage(...given) {
      note(false, given[0]);
      super.postMessage(...given);
    }
  };
})()"""
