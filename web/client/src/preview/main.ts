/**
 * The preview frame: a document of opaque origin that receives bytes once and draws them. It owns no key, no network, no
 * storage; what it draws may be hostile. Each kind's code is loaded only when a document needs it.
 */
import './preview.css';
import { kindOf } from './kind';
import { isPreviewRequest, isPrintRequest, PreviewError } from './protocol';
import type { PreviewReply, PreviewRequest } from './protocol';
import { answerWordsRequests } from './reading';
import type { PaperPage, Shown } from './stage';
import { wordsOf } from './words';

function reply(message: PreviewReply): void {
  // The app's origin is not known to an opaque origin; the message holds no document data.
  window.parent.postMessage(message, '*');
}

async function show(request: PreviewRequest, stage: HTMLElement): Promise<Shown> {
  const bytes = new Uint8Array(request.bytes);
  const lang = wordsOf(request.lang);
  switch (kindOf(request.mime, bytes)) {
    case 'text':
      return (await import('./text')).showText(bytes, stage, lang);
    case 'image':
      return (await import('./image')).showImage(bytes, stage, lang);
    case 'pdf':
      return (await import('./pdf/view')).showPdf(bytes, stage, lang);
    case 'dicom':
      return (await import('./dicom/view')).showDicom(bytes, stage, lang);
    case 'unsupported':
      throw new PreviewError('unsupported');
  }
}

async function print({ print: draw }: Shown, stage: HTMLElement): Promise<void> {
  const give = (page: PaperPage) => {
    const message: PreviewReply = { type: 'page', page };
    window.parent.postMessage(message, '*', typeof page === 'string' ? [] : [page]);
  };
  if (draw !== undefined) await draw(give);
  else for (const canvas of stage.querySelectorAll('canvas')) give(await createImageBitmap(canvas));
  reply({ type: 'all' });
}

function listenOnce(stage: HTMLElement): void {
  const listen = (event: MessageEvent<unknown>) => {
    if (event.source !== window.parent || !isPreviewRequest(event.data)) return;
    window.removeEventListener('message', listen);
    document.documentElement.lang = event.data.lang;
    show(event.data, stage).then(
      (shown) => {
        window.addEventListener('message', (next: MessageEvent<unknown>) => {
          if (next.source === window.parent && isPrintRequest(next.data)) void print(shown, stage);
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
  answerWordsRequests();
  listenOnce(stage);
}
