/**
 * First QR code that a camera sees. Uses the browser's BarcodeDetector, else the wasm one of npm `barcode-detector`, whose
 * module and wasm are served from our own origin.
 */
interface Detector {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}

/** Resolves with the text of the first code; rejects without a camera, when refused, or when aborted. */
export async function readQrCodes(video: HTMLVideoElement, signal: AbortSignal): Promise<string> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  try {
    signal.throwIfAborted();
    video.srcObject = stream;
    await video.play();
    const detector = await makeDetector();
    for (;;) {
      signal.throwIfAborted();
      const [code] = await detector.detect(video);
      if (code) return code.rawValue;
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  }
}

async function makeDetector(): Promise<Detector> {
  const options = { formats: ['qr_code' as const] };
  if ('BarcodeDetector' in globalThis) {
    const Native = (globalThis as unknown as { BarcodeDetector: new (options: object) => Detector })
      .BarcodeDetector;
    return new Native(options);
  }
  const [{ BarcodeDetector, prepareZXingModule }, { default: wasm }] = await Promise.all([
    import('barcode-detector/ponyfill'),
    import('zxing-wasm/reader/zxing_reader.wasm?url'),
  ]);
  prepareZXingModule({ overrides: { locateFile: () => wasm } });
  return new BarcodeDetector(options);
}
