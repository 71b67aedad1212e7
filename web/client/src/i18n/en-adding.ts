/** Messages in English about files that are chosen: what becomes of photos, what is there already, folders and pasting. */
import type { adding as french } from './fr-adding';

type Strings<T> = { readonly [K in keyof T]: T[K] extends string ? string : Strings<T[K]> };

export const adding: Strings<typeof french> = {
  hint: 'PDF, photos (without place and device), texts, DICOM… Up to 5 GB each.',
  hintOfComputers: 'Whole folders too, or paste (Ctrl+V).',
  cleaning: {
    place: 'The place and the device that this photo names are removed before it is sent.',
    camera: 'What the camera wrote into this file is removed before it is sent.',
    converted: 'Converted to JPEG, without place and device, so that it opens everywhere.',
    kept: 'This file is kept as it is: it may name the place and the device.',
    heic: 'This browser cannot convert this photo (HEIC). It is kept as it is, may name the place and the device, and is shown only by devices that know the format. Everyone can download it.',
  },
  notShown:
    'This browser cannot show HEIC photos. The document is whole: download it, or open it on a device that shows them (iPhone, Mac).',
  tagsHint: 'Separate several with commas.',
  inVault: 'This document is already in the vault: “{{title}}”.',
  twice: 'This is the same file as “{{title}}”.',
  open: 'Open it',
  anyway: 'Add anyway',
  duplicates_one: '{{count}} file is a duplicate and is not added.',
  duplicates_other: '{{count}} files are duplicates and are not added.',
  more_one: 'Show {{count}} more file',
  more_other: 'Show {{count}} more files',
};
