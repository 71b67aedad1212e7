/**
 * The preview frame asked for a document's words in place of its picture: `words` with the bytes, answered with `text`. Empty when the
 * document has none, or cannot be read. Both sides take what they receive as untrusted.
 */
export interface WordsRequest {
  readonly type: 'words';
  /** Transferred. */
  readonly bytes: ArrayBuffer;
}

export interface WordsReply {
  readonly type: 'text';
  readonly text: string;
}

/** Longest text that is given, in UTF-16 units. */
export const MAX_WORDS_TEXT = 2_000_000;

export function isWordsRequest(data: unknown): data is WordsRequest {
  return isRecord(data) && data['type'] === 'words' && data['bytes'] instanceof ArrayBuffer;
}

export function isWordsReply(data: unknown): data is WordsReply {
  if (!isRecord(data) || data['type'] !== 'text') return false;
  const { text } = data;
  return typeof text === 'string' && text.length <= MAX_WORDS_TEXT;
}

/** Answers requests of the window around this frame. */
export function answerWordsRequests(): void {
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (event.source !== window.parent || !isWordsRequest(event.data)) return;
    void wordsOf(new Uint8Array(event.data.bytes)).then((text) => {
      // The app's origin is not known to an opaque origin. What is said goes to the window that gave the document.
      window.parent.postMessage({ type: 'text', text } satisfies WordsReply, '*');
    });
  });
}

async function wordsOf(bytes: Uint8Array): Promise<string> {
  try {
    return await (await import('./pdf/text')).textOfPdf(bytes, MAX_WORDS_TEXT);
  } catch {
    return '';
  }
}

function isRecord(data: unknown): data is Record<string, unknown> {
  return typeof data === 'object' && data !== null;
}
