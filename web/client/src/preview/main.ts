/**
 * The preview frame: a document of opaque origin that receives bytes once and draws them. It owns no key, no network, no
 * storage; what it draws may be hostile. Each kind's code is loaded only when a document needs it.
 */
import './preview.css';
import { isPreviewRequest, isPrintRequest, PreviewError } from './protocol';
import type { PreviewReply } from './protocol';
import { answerWordsRequests } from './reading';
import { showDocument } from './show';
import type { PaperPage, Shown } from './stage';
import { makeStreamsIterable } from './streams';
import { wordsOf } from './words';

function reply(message: PreviewReply): void {
  // The app's origin is not known to an opaque origin; the message holds no document data.
  window.parent.postMessage(message, '*');
}

async function print(shown: Shown): Promise<void> {
  await shown.print((page: PaperPage) => {
    const message: PreviewReply = { type: 'page', page };
    window.parent.postMessage(message, '*', typeof page === 'string' ? [] : [page]);
  });
  reply({ type: 'all' });
}

function listenOnce(stage: HTMLElement): void {
  const listen = (event: MessageEvent<unknown>) => {
    if (event.source !== window.parent || !isPreviewRequest(event.data)) return;
    window.removeEventListener('message', listen);
    document.documentElement.lang = event.data.lang;
    const { mime, bytes, lang } = event.data;
    showDocument({ mime, bytes: new Uint8Array(bytes) }, stage, wordsOf(lang)).then(
      (shown) => {
        window.addEventListener('message', (next: MessageEvent<unknown>) => {
          if (next.source === window.parent && isPrintRequest(next.data)) void print(shown);
        });
        reply({ type: 'shown', pages: shown.pages, height: Math.min(1e6, Math.ceil(shown.height)) });
      },
      (cause: unknown) => {
        stage.replaceChildren();
        reply({ type: 'failed', code: cause instanceof PreviewError ? cause.code : 'failed' });
      },
    );
  };
  window.addEventListener('message', listen);
  reply({ type: 'ready' });
}

const stage = document.getElementById('stage');
if (stage && window.parent !== window) {
  makeStreamsIterable();
  answerWordsRequests();
  listenOnce(stage);
}
