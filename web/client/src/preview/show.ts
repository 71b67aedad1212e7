/** Chooses the viewer of a document. Each kind's code is loaded only when a document needs it. */
import { kindOf } from './kind';
import { PreviewError } from './protocol';
import type { Shown } from './stage';
import type { Words } from './words';

export interface Given {
  readonly mime: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Raises PreviewError. */
export async function showDocument({ mime, bytes }: Given, stage: HTMLElement, lang: Words): Promise<Shown> {
  switch (kindOf(mime, bytes)) {
    case 'text':
      return (await import('./text')).showText(bytes, stage, lang);
    case 'image':
      return (await import('./image')).showImage(bytes, stage, lang);
    case 'tiff':
      return (await import('./tiff/view')).showTiff(bytes, stage, lang);
    case 'pdf':
      return (await import('./pdf/view')).showPdf(bytes, stage, lang);
    case 'dicom':
      return (await import('./dicom/view')).showDicom(bytes, stage, lang);
    case 'study':
      return (await import('./dicom/study')).showStudy(bytes, stage, lang);
    case 'cda':
      return (await import('./cda/view')).showCda(bytes, stage, lang);
    case 'unsupported':
      throw new PreviewError('unsupported');
  }
}
