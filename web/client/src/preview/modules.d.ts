/** Modules without types of their own. */
declare module '*?base64' {
  const text: string;
  export default text;
}

declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  const create: (options: object) => Promise<unknown>;
  export default create;
}
