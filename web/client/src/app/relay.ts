/**
 * The page's side of the relay frame (src/relay/main.ts): requests to other issuers' servers, which this page itself may not
 * reach. The frame is there only while it is needed.
 */
import { isRelayReply, type RelayReply, type RelayRequest } from '../relay/protocol';

/** What another server answered; undefined for no answer. */
export type RelayAnswer = { readonly status: number; readonly text: string } | undefined;
export type AskElsewhere = (url: string, body: string | undefined, limit: number) => Promise<RelayAnswer>;

/** Runs what needs the relay, with a frame of its own. */
export async function withRelay<T>(action: (ask: AskElsewhere) => Promise<T>): Promise<T> {
  const frame = document.createElement('iframe');
  frame.hidden = true;
  frame.setAttribute('sandbox', 'allow-scripts');
  frame.src = '/relay.html';
  const waiting = new Map<number, (answer: RelayAnswer) => void>();
  let begin: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => (begin = resolve));
  const listen = (event: MessageEvent<unknown>) => {
    if (event.source !== frame.contentWindow || !isRelayReply(event.data)) return;
    const reply: RelayReply = event.data;
    if (reply.kind === 'ready') {
      begin();
      return;
    }
    const answer = reply.kind === 'answer' ? { status: reply.status, text: reply.text } : undefined;
    waiting.get(reply.id)?.(answer);
    waiting.delete(reply.id);
  };
  window.addEventListener('message', listen);
  document.body.append(frame);
  let asked = 0;
  try {
    await ready;
    return await action((url, body, limit) => {
      const id = ++asked;
      const request: RelayRequest = { kind: 'ask', id, url, body, limit };
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        // The frame's origin is opaque, so no target origin can name it; the message holds no key.
        frame.contentWindow?.postMessage(request, '*');
      });
    });
  } finally {
    window.removeEventListener('message', listen);
    frame.remove();
  }
}
