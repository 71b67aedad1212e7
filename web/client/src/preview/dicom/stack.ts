/**
 * Images that belong together, in their order: the frames of one file, or the slices of a series.
 *
 * Slices lie along the normal of their plane (PS3.3 C.7.6.2.1.1); those without a position follow their number. Pure.
 */
import { Frames } from './frames';
import type { DicomFile, PixelArray } from './parse';

export interface Slice {
  readonly file: DicomFile;
  readonly frame: () => Promise<PixelArray>;
}

export interface Stack {
  readonly name: string;
  readonly slices: readonly Slice[];
}

export function stackOf(file: DicomFile): Stack {
  const frames = new Frames(file.image);
  const slices = Array.from({ length: frames.count }, (_, index): Slice => {
    return { file, frame: () => frames.frame(index) };
  });
  return { name: nameOf(file), slices };
}

/** One for each series and size of image, in the order of their numbers. */
export function stacksOf(files: readonly DicomFile[]): readonly Stack[] {
  const series = new Map<string, DicomFile[]>();
  for (const file of files) {
    const { rows, columns } = file.image;
    const key = `${text(file, '0020000E')} ${rows} ${columns}`;
    series.set(key, [...(series.get(key) ?? []), file]);
  }
  return [...series.values()]
    .sort((one, other) => number(one[0], '00200011') - number(other[0], '00200011'))
    .map((members) => {
      const ordered = inOrder(members);
      return { name: nameOf(ordered[0]), slices: ordered.flatMap((file) => stackOf(file).slices) };
    });
}

function inOrder(files: readonly DicomFile[]): readonly DicomFile[] {
  const places = files.map((file) => ({ file, along: positionOf(file), number: number(file, '00200013') }));
  const placed = places.every(({ along }) => along !== undefined);
  return [...places]
    .sort((one, other) => {
      const apart = placed ? (one.along ?? 0) - (other.along ?? 0) : 0;
      return apart || one.number - other.number;
    })
    .map(({ file }) => file);
}

/** Millimetres along the normal of the plane; undefined when the file does not say. */
function positionOf(file: DicomFile): number | undefined {
  const [x, y, z] = file.texts('00200032').map(Number);
  const [rx, ry, rz, cx, cy, cz] = file.texts('00200037').map(Number);
  if (x === undefined || y === undefined || z === undefined) return undefined;
  if (rx === undefined || ry === undefined || rz === undefined) return undefined;
  if (cx === undefined || cy === undefined || cz === undefined) return undefined;
  const along = x * (ry * cz - rz * cy) + y * (rz * cx - rx * cz) + z * (rx * cy - ry * cx);
  return Number.isFinite(along) ? along : undefined;
}

function nameOf(file: DicomFile | undefined): string {
  return (file && (text(file, '0008103E') || text(file, '00081030') || text(file, '00080060'))) ?? '';
}

function text(file: DicomFile, tag: string): string {
  return file.texts(tag)[0] ?? '';
}

function number(file: DicomFile | undefined, tag: string): number {
  const value = Number(file?.texts(tag)[0] ?? Number.NaN);
  return Number.isFinite(value) ? value : 0;
}
