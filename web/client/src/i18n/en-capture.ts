/** Messages in English about pages that are photographed and become one PDF. */
import type { capture as french } from './fr-capture';

type Strings<T> = { readonly [K in keyof T]: T[K] extends string ? string : Strings<T[K]> };

export const capture: Strings<typeof french> = {
  open: 'Scan pages',
  title: 'Scan pages',
  lead: 'Take a photo of each page. Nothing leaves your device before it is encrypted.',
  first: 'Take a photo of a page',
  next: 'Next page',
  choose: 'Choose photos',
  pages: 'Pages',
  page: 'Page {{number}}',
  pageOf: 'Page {{number}} of {{count}}',
  drag: 'Move page {{number}}',
  earlier: 'Page {{number}} one place earlier',
  later: 'Page {{number}} one place later',
  turn: 'Turn page {{number}}',
  edit: 'Crop page {{number}}',
  remove: 'Remove page {{number}}',
  make_one: 'Make a PDF',
  make_other: 'Make a PDF of {{count}} pages',
  making: 'Page {{number}} of {{count}}…',
  reading: 'Reading the photo…',
  unreadable: 'This browser cannot read “{{name}}”. Take a photo of the page here, or choose a JPEG.',
  failed: 'The PDF could not be made. The pages are still here: try again.',
  tooMany: 'At most {{count}} pages in a PDF.',
  fileName: 'Document of {{date}}',
  discard: 'Discard these pages?',
  discardText: 'The photos that were taken here are saved nowhere.',
  discardConfirm: 'Discard',
  crop: {
    title: 'Crop page {{number}}',
    hint: 'Drag the corners onto those of the sheet, or move them with the arrow keys.',
    area: 'Photo of the page',
    corners: {
      topLeft: 'Top left corner',
      topRight: 'Top right corner',
      bottomRight: 'Bottom right corner',
      bottomLeft: 'Bottom left corner',
    },
    place: '{{corner}}: {{x}} from the left, {{y}} from the top',
    whole: 'Whole photo',
    keep: 'Keep this',
  },
};
