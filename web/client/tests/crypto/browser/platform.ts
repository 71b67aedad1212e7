/** Another browser, played. */

/** Runs `action` while WebCrypto does not know an algorithm, as in a browser that lacks it. */
export async function without<T>(algorithm: string, action: () => Promise<T>): Promise<T> {
  const { subtle } = globalThis.crypto;
  const refuse = (_format: unknown, _data: unknown, asked: unknown): Promise<never> =>
    Promise.reject(new DOMException(`no ${String(asked)}`, 'NotSupportedError'));
  const importKey = subtle.importKey.bind(subtle) as (...given: readonly unknown[]) => Promise<CryptoKey>;
  const replaced = (...given: readonly unknown[]): Promise<CryptoKey> =>
    given[2] === algorithm ? refuse(given[0], given[1], given[2]) : importKey(...given);
  Object.defineProperty(subtle, 'importKey', { configurable: true, value: replaced });
  try {
    return await action();
  } finally {
    Reflect.deleteProperty(subtle, 'importKey');
  }
}
