/**
 * Before each file of tests: no country is named. From version 21 on Node tells the system's languages, as a browser does, and dates
 * and numbers are written as that country does.
 */
if (typeof navigator !== 'undefined')
  Object.defineProperty(navigator, 'languages', { configurable: true, value: [] });
