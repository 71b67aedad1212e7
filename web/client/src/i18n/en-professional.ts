/** Messages in English: a professional's patients, and two documents side by side. */
import type { professional as french } from './fr-professional';

export const professional: Readonly<Record<keyof typeof french, string>> = {
  scan: 'Scan a patient’s code',
  scanText: 'An invitation, a share or a deposit link: the right page opens.',
  scanUnknown: 'This code is none of Coffre’s.',
  since_one: '{{count}} new document',
  since_other: '{{count}} new documents',
  never: 'New patient',
  sinceTitle: 'New since your last visit',
  sinceHint: 'As far as this device has shown.',
  none: 'No patient of this name.',
  compare: 'Compare with another',
  compareTitle: 'Compare two documents',
  compareChoose: 'Which document beside it?',
  compareOther: 'Choose another',
  compareSwap: 'Swap sides',
  compareSwitch: 'Document shown',
  compareNone: 'There is no other document to compare with.',
};
