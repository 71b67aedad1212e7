/** The preview's viewers, each with a small file of its kind. What is inside stands in the sandbox. */
import { useEffect, useState } from 'react';
import { DocumentPreview } from '../components/DocumentPreview';
import { Page } from '../components/Page';
import type { PreviewState } from '../models';
import type { Samples } from './sample';
import * as sample from './samples';
import { sampleCda, sampleDicom, samplePdf, sampleTiff } from './viewerFiles';

interface Made {
  readonly name: string;
  readonly mime: string;
  readonly make: () => Promise<ArrayBuffer>;
}

function Viewer({ name, mime, make }: Made) {
  const [preview, setPreview] = useState<PreviewState>({ state: 'loading' });
  useEffect(() => {
    let wanted = true;
    void make().then((bytes) => {
      if (wanted) setPreview({ state: 'ready', source: { mime, name, bytes } });
    });
    return () => {
      wanted = false;
    };
  }, [name, mime, make]);
  return (
    <Page title={name} back={{ href: '/vault' }}>
      <DocumentPreview preview={preview} name={name} onDownload={() => undefined} />
    </Page>
  );
}

const given = (bytes: Uint8Array<ArrayBuffer>) => () => Promise.resolve(bytes.buffer);
const text = (content: string) => given(new TextEncoder().encode(content));

const VIEWERS: Readonly<Record<string, Made>> = {
  'viewer-pdf': { name: 'Compte rendu.pdf', mime: 'application/pdf', make: () => samplePdf(6) },
  'viewer-image': { name: 'Photo.png', mime: 'image/png', make: picture },
  'viewer-tiff': {
    name: 'Télécopie.tiff',
    mime: 'image/tiff',
    make: given(sampleTiff([20, 110, 180])),
  },
  'viewer-dicom': {
    name: 'Scanner.dcm',
    mime: 'application/dicom',
    make: given(sampleDicom({ frames: 5 })),
  },
  'viewer-cda': { name: 'Biologie.xml', mime: 'text/xml', make: given(sampleCda()) },
  'viewer-cda-pdf': {
    name: 'Courrier.xml',
    mime: 'text/xml',
    make: async () => sampleCda({ mime: 'application/pdf', bytes: await samplePdf(2) }).buffer,
  },
  'viewer-text': {
    name: 'Note.txt',
    mime: 'text/plain',
    make: text(
      `${'Une ligne assez longue pour devoir être coupée sur un écran étroit. '.repeat(3)}\n`.repeat(8),
    ),
  },
  'viewer-unknown': { name: 'Archive.bin', mime: 'application/octet-stream', make: text('\0\0\0\0') },
  'viewer-heic': { name: 'Photo.heic', mime: 'image/heic', make: text('\0\0\0\x18ftypheic\0\0\0\0') },
};

export const VIEWER_PAGES: Samples = Object.fromEntries(
  Object.entries(VIEWERS).map(([name, made]) => [
    name,
    { path: '/vault/v/documents/d1', account: sample.PATIENT, page: <Viewer {...made} /> },
  ]),
);

async function picture(): Promise<ArrayBuffer> {
  const canvas = new OffscreenCanvas(900, 1200);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  context.fillStyle = '#f4efe4';
  context.fillRect(0, 0, 900, 1200);
  context.fillStyle = '#20302e';
  context.font = '48px sans-serif';
  for (let line = 0; line < 12; line += 1)
    context.fillText(`Ordonnance, ligne ${line + 1}`, 80, 140 + line * 84);
  return (await canvas.convertToBlob()).arrayBuffer();
}
