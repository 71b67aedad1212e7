/**
 * The relay frame: a document of opaque origin, the only one of the app that may reach other servers. It asks them for other
 * issuers' SMART Health Links and hands on what they answer. It owns no key, no session, no storage, and opens nothing.
 */
import { isRelayRequest, type RelayReply, type RelayRequest } from './protocol';

const PATIENCE = 60_000;

function reply(message: RelayReply): void {
  // The app's origin is not known to an opaque origin; the message holds ciphertext at most.
  window.parent.postMessage(message, '*');
}

async function ask({ id, url, body, limit }: RelayRequest): Promise<RelayReply> {
  const response = await fetch(url, {
    ...(body === undefined
      ? { method: 'GET' }
      : { method: 'POST', body, headers: { 'Content-Type': 'application/json' } }),
    credentials: 'omit',
    cache: 'no-store',
    referrerPolicy: 'no-referrer',
    signal: AbortSignal.timeout(PATIENCE),
  });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let length = 0;
  const reader = response.body?.getReader();
  for (let step = await reader?.read(); step?.done === false; step = await reader?.read()) {
    length += step.value.length;
    if (length > limit) throw new Error('too long');
    text += decoder.decode(step.value, { stream: true });
  }
  return { kind: 'answer', id, status: response.status, text: text + decoder.decode() };
}

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (event.source !== window.parent || !isRelayRequest(event.data)) return;
  const request = event.data;
  ask(request).then(reply, () => reply({ kind: 'failed', id: request.id }));
});
reply({ kind: 'ready' });
