/**
 * What pdf.js would fetch (image decoders, the fonts every PDF reader must have), as modules instead: the frame's policy
 * forbids any connection, and scripts of our own origin are what it may load.
 */
type Lazy = Record<string, () => Promise<string>>;

const WASM: Lazy = import.meta.glob<string>('../../../node_modules/pdfjs-dist/wasm/{jbig2,openjpeg}.wasm', {
  query: '?base64',
  import: 'default',
});
const FONTS: Lazy = import.meta.glob<string>('../../../node_modules/pdfjs-dist/standard_fonts/*.{pfb,ttf}', {
  query: '?base64',
  import: 'default',
});

/** pdf.js's `BinaryDataFactory`. Character maps of East Asian fonts are not shipped. */
export class BundledData {
  async fetch({ kind, filename }: { readonly kind: string; readonly filename: string }): Promise<Uint8Array> {
    const table = kind === 'wasmUrl' ? WASM : kind === 'standardFontDataUrl' ? FONTS : {};
    const load = Object.entries(table).find(([path]) => path.endsWith(`/${filename}`))?.[1];
    if (!load) throw new Error('not bundled');
    return bytesOf(await load());
  }
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
