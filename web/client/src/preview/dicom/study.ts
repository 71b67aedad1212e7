/**
 * An archive of DICOM files, as imaging centres hand them over: its images as stacks. Everything else in it stays closed.
 *
 * Sizes are checked before anything is inflated, since an archive of kilobytes may announce gigabytes.
 */
import { unzip, type UnzipFileInfo } from 'fflate';
import { PreviewError } from '../protocol';
import type { Shown } from '../stage';
import type { Words } from '../words';
import { openDicom, type DicomFile } from './parse';
import { stacksOf } from './stack';
import { showStacks } from './view';

const MAX_FILES = 4_000;
const MAX_BYTES = 600 << 20;
/** Programs and their pages that discs carry beside the images. */
const OTHERS = /\.(?:exe|dll|js|html?|css|xml|txt|pdf|jpe?g|png|gif|ico|inf|ini|jar|zip|chm|ttf|dat|cfg)$/i;

/** Raises PreviewError: unsupported (no image in it), too_large, malformed. */
export async function showStudy(
  bytes: Uint8Array<ArrayBuffer>,
  stage: HTMLElement,
  lang: Words,
): Promise<Shown> {
  const { files, skipped } = filesOf(await unpacked(bytes));
  if (files.length === 0) throw new PreviewError('unsupported');
  return showStacks(stacksOf(files), stage, lang, skipped);
}

/** Contents of the files that may be images. Raises PreviewError: too_large, malformed. */
export function unpacked(bytes: Uint8Array): Promise<readonly Uint8Array[]> {
  let total = 0;
  let count = 0;
  let large = false;
  const filter = ({ name, originalSize }: UnzipFileInfo) => {
    if (name.endsWith('/') || OTHERS.test(name) || /(?:^|\/)DICOMDIR$/i.test(name)) return false;
    total += originalSize;
    count += 1;
    large ||= total > MAX_BYTES || count > MAX_FILES;
    return !large;
  };
  return new Promise((resolve, reject) => {
    unzip(bytes, { filter }, (error, found) => {
      if (large) reject(new PreviewError('too_large'));
      else if (error) reject(new PreviewError('malformed'));
      else resolve(Object.values(found));
    });
  });
}

/** Those that are images; how many say that they are DICOM and cannot be shown. */
export function filesOf(contents: readonly Uint8Array[]): {
  readonly files: readonly DicomFile[];
  readonly skipped: number;
} {
  const files: DicomFile[] = [];
  let skipped = 0;
  for (const content of contents) {
    if (String.fromCharCode(...content.subarray(128, 132)) !== 'DICM') continue;
    try {
      files.push(openDicom(content.slice()));
    } catch (cause) {
      if (!(cause instanceof PreviewError)) throw cause;
      skipped += 1;
    }
  }
  return { files, skipped };
}
