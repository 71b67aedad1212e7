/** Windows that radiologists use for computed tomography, in Hounsfield units; others have only the file's and the full one. */
import type { PresetName } from '../words';
import type { DicomImage, PixelArray } from './parse';
import { defaultWindow, fullWindow, type Window } from './render';

export interface Preset {
  readonly name: PresetName;
  readonly window: Window;
}

const CT: readonly Preset[] = [
  { name: 'soft', window: { center: 40, width: 400 } },
  { name: 'lung', window: { center: -600, width: 1500 } },
  { name: 'bone', window: { center: 480, width: 2500 } },
  { name: 'brain', window: { center: 40, width: 80 } },
  { name: 'liver', window: { center: 60, width: 160 } },
];

export function presetsOf(image: DicomImage, frame: PixelArray, modality: string): readonly Preset[] {
  const own: readonly Preset[] = [
    { name: 'file', window: defaultWindow(image, frame) },
    ...(image.window === null ? [] : [{ name: 'full' as const, window: fullWindow(image, frame) }]),
  ];
  return modality === 'CT' ? [...own, ...CT] : own;
}
