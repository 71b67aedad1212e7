/** The words of the sandbox, in both languages; the app's tables stay out of the hostile frame. */
import type { Language } from '../i18n';
import { EN } from './words-en';
import { FR } from './words-fr';

export interface Words {
  readonly language: Language;
  readonly image: string;
  readonly page: (number: number, total: number) => string;
  readonly frame: (number: number, total: number) => string;
  readonly cut: string;
  /** The bar and what every document can do. */
  readonly tools: string;
  readonly document: string;
  readonly zoomIn: string;
  readonly zoomOut: string;
  readonly fitWidth: string;
  readonly fitPage: string;
  readonly turn: string;
  readonly pageNumber: (total: number) => string;
  readonly pageBefore: string;
  readonly pageAfter: string;
  readonly help: string;
  readonly helpTitle: string;
  readonly close: string;
  readonly or: string;
  readonly percent: (value: number) => string;
  readonly gestures: string;
  /** Search. */
  readonly find: string;
  readonly findLabel: string;
  readonly findNext: string;
  readonly findBefore: string;
  readonly findNone: string;
  readonly findCount: (current: number, total: number) => string;
  readonly findImage: string;
  /** Text. */
  readonly larger: string;
  readonly smaller: string;
  readonly wrap: string;
  /** DICOM. */
  readonly brightness: string;
  readonly contrast: string;
  readonly brighter: string;
  readonly darker: string;
  readonly moreContrast: string;
  readonly lessContrast: string;
  readonly reset: string;
  readonly preset: string;
  readonly presetNamed: (name: string) => string;
  readonly presets: Readonly<Record<PresetName, string>>;
  readonly adjust: string;
  readonly drag: string;
  readonly reading: string;
  readonly facts: string;
  readonly frameBefore: string;
  readonly frameAfter: string;
  readonly series: string;
  readonly skipped: (count: number) => string;
  readonly dicom: Readonly<Record<string, string>>;
  /** CDA. */
  readonly cda: CdaWords;
}

export type PresetName = 'file' | 'full' | 'soft' | 'lung' | 'bone' | 'brain' | 'liver';

export interface CdaWords {
  readonly untitled: string;
  readonly about: string;
  readonly patient: string;
  readonly born: string;
  readonly gender: string;
  readonly genders: Readonly<Record<string, string>>;
  readonly identifiers: string;
  readonly type: string;
  readonly date: string;
  readonly author: string;
  readonly custodian: string;
  readonly signedBy: string;
  readonly event: string;
  readonly confidential: string;
  readonly nothing: string;
  readonly left: string;
  readonly address: string;
}

export function wordsOf(lang: Language): Words {
  return lang === 'en' ? EN : FR;
}
