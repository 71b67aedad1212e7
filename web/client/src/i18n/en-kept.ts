/** Messages in English about documents that the device keeps, to be read without a network. */
export const kept = {
  opened: 'You opened “{{subject}}” without a network, on {{when}} (by that device’s clock)',
  keep: 'Keep on this device',
  keeping: 'Copying…',
  isKept: 'Kept on this device, readable without a network',
  read: 'Read the copy kept here',
  drop: 'Stop keeping it here',
  dropOf: 'Stop keeping here: {{title}}',
  keepTitle: 'Keep this document on this device?',
  keepText:
    'An encrypted copy stays in this browser, with the app and your encrypted keyring. Your password opens it, without a network too. Do this on a device of your own only: a new password counts there once the device is back online.',
  keepConfirm: 'Keep',
  title: 'Documents kept here',
  link: 'Documents kept on this device',
  linkText: 'Readable without a network, with your password',
  lead: 'These documents can be read on this device without a network. The copies are encrypted; your password opens them.',
  offlineLead:
    'For reading only, without a network. Each opening will be entered in your journal when the network is back.',
  since: 'Kept on {{date}}',
  total_one: '{{count}} document, {{size}} on this device',
  total_other: '{{count}} documents, {{size}} on this device',
  none: 'No document is kept here',
  noneText: 'Open a document and choose “Keep on this device”. It can then be read without a network.',
  noneOffline: 'This browser keeps no document. Come back when there is a network.',
  dropAll: 'Forget this device',
  dropAllTitle: 'Keep nothing on this device any more?',
  dropAllText:
    'All copies and the encrypted keyring are deleted from this browser. Your documents stay in your vault.',
  signOutText: 'Signing out deletes these copies as well.',
  persistent: 'This browser may delete these copies when it needs room.',
  appMissing:
    'The app itself is not kept on this device: without a network it does not start, and nothing opens.',
  keepApp: 'Keep the app too',
  start: 'No network',
  startText: 'Documents are kept on this device. Your password opens them without a network.',
  startNone: 'No document is kept on this device.',
  open: 'Open what is kept here',
  unlockTitle: 'Open what is kept here',
  unlockText: 'Your account’s address and password, as they were when this device was last online.',
  unlock: 'Open',
  unlocking: 'Opening…',
  back: 'The network is back',
  backText: 'Open your vault to see all your documents and to enter in the journal what you read.',
  backOpen: 'Open my vault',
  lock: 'Lock',
};

export const keptErrors = {
  storage_full: 'This device has no more room for it, or the browser refuses. Make room, then try again.',
  copy_damaged:
    'This copy is not the one that was kept. Nothing is shown. Delete it, and keep the document again.',
  copy_stale: 'What this device keeps is older than what it has already seen. Open your vault online once.',
};
