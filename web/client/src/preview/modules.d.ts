/** Modules without types of their own. */
declare module '*?base64' {
  const text: string;
  export default text;
}

declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  const create: (options: object) => Promise<unknown>;
  export default create;
}

/** Its own types ask for Node's. */
declare module 'utif2' {
  export interface Page {
    data?: Uint8Array | undefined;
  }
  export function decode(file: ArrayBuffer): Page[];
  export function decodeImage(file: ArrayBuffer, page: Page): void;
  export function toRGBA8(page: Page): Uint8Array<ArrayBuffer>;
  export function encodeImage(rgba: Uint8Array, width: number, height: number): ArrayBuffer;
  export function encode(pages: readonly object[]): ArrayBuffer;
}
