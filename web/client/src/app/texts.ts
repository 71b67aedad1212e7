/**
 * Texts of documents, read where documents may be hostile: a PDF in a frame of opaque origin (src/preview/reading.ts), made for it
 * and removed after it; plain text by the platform's decoder.
 */
import { isPreviewReply } from '../preview/protocol';
import { isWordsReply, MAX_WORDS_TEXT, type WordsRequest } from '../preview/reading';

/** A document at hand. */
export interface Readable {
  readonly mime: string;
  /** Not changed, not moved. */
  readonly bytes: ArrayBuffer;
}

/** A frame that has not answered after so many milliseconds is ended. */
const PATIENCE = 60_000;

export function hasText(mime: string): boolean {
  return mime === 'application/pdf' || mime.startsWith('text/');
}

/** The text, or as much of it as is looked through; empty when there is none, or none that can be read. */
export async function textIn({ mime, bytes }: Readable): Promise<string> {
  if (mime === 'application/pdf') return textOfPdf(bytes.slice(0));
  if (!hasText(mime)) return '';
  return new TextDecoder().decode(bytes.slice(0, MAX_WORDS_TEXT));
}

function textOfPdf(bytes: ArrayBuffer): Promise<string> {
  return new Promise((resolve) => {
    const frame = document.createElement('iframe');
    const end = (text: string) => {
      clearTimeout(timer);
      window.removeEventListener('message', listen);
      frame.remove();
      resolve(text);
    };
    const timer = setTimeout(() => end(''), PATIENCE);
    const listen = (event: MessageEvent<unknown>) => {
      if (frame.contentWindow === null || event.source !== frame.contentWindow) return;
      if (isWordsReply(event.data)) end(event.data.text);
      else if (isPreviewReply(event.data) && event.data.type === 'ready') {
        // The frame's origin is opaque, so no target origin can name it; it was checked to be our frame's window.
        frame.contentWindow.postMessage({ type: 'words', bytes } satisfies WordsRequest, '*', [bytes]);
      }
    };
    window.addEventListener('message', listen);
    frame.setAttribute('sandbox', 'allow-scripts');
    frame.referrerPolicy = 'no-referrer';
    frame.hidden = true;
    frame.src = '/preview.html';
    document.body.append(frame);
  });
}
