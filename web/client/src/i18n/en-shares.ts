/** Messages in English about shares that go on, and about showing and printing them. */
import type { shareMore as french } from './fr-shares';

type Strings<T> = { readonly [K in keyof T]: T[K] extends string ? string : Strings<T[K]> };

export const shareMore: Strings<typeof french> = {
  until: 'Until (included)',
  untilMissing: 'Choose a day, within a year.',
  openingsHint: 'Every reading counts as one. Then the link closes.',
  openingsBad: 'From 1 to 1000.',
  follow: 'Follow new versions of the documents',
  followHint: 'The same link will give the latest version, which you send when you next open your vault.',
  follows: 'Follows versions',
  large:
    'A document over 20 MB opens in the link’s own page, but not with other readers of SMART Health Links.',
  tooMany:
    'A link opens {{most}} documents at most, and {{chosen}} are chosen. Untick some, or make two links.',
  fullScreen: 'Show large',
  fullScreenTitle: 'Code to scan',
  print: 'Print a page',
  sheet: {
    title: 'Shared health documents',
    scan: 'Scan this code with the camera of any telephone, or with a reader of SMART Health Links. No account is needed.',
    end: 'It opens until {{date}}.',
    count: '{{count}} openings at most.',
    passcode: 'A passcode is asked for: the patient tells it. Do not write it on this page.',
    keep: 'Whoever holds this page can open the documents until then. The patient sees every opening.',
  },
  extend: 'Extend',
  extendTitle: 'Extend this share',
  extendText:
    'The link then says the new end: show it again. Some readers refuse the older one after its end.',
  more: 'Openings more',
  again: 'Make again',
  saving: 'Verifying and saving… {{percent}} %',
  saved: 'Saved; every part was verified.',
  saveFailed: 'Broken off: nothing was kept.',
  saveGone: 'No longer there: the patient removed this document, or ended the link. Nothing was kept.',
  largeText: 'Large document: no preview here. Save it to open it.',
  printDocument: 'Print',
  enter: 'Open a health link',
  enterText:
    'Scan the QR code that you are shown, or paste its link. It may come from Coffre or from another service (SMART Health Links). Nothing is kept.',
  link: 'Link',
  linkHint: 'It begins with shlink:/ or https://',
  linkBad: 'This is not a health link, or a part of it is missing.',
  openLink: 'Continue',
  foreign:
    'This link leads to {{host}}, another service. Coffre has no part in it, and sends it your name only.',
};
