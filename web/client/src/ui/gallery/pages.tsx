/** Every page in its states, by the family that it belongs to. */
import { ACCOUNT_PAGES } from './accountPages';
import { CAPTURE_PAGES } from './capturePages';
import { Components } from './components';
import { DEPOSIT_SAMPLES } from './depositSamples';
import { GRANT_PAGES } from './grantPages';
import { JOURNAL_PAGES } from './journalPages';
import { KEPT_PAGES } from './keptPages';
import { OWN_ACCOUNT_PAGES } from './ownAccountPages';
import { PROFESSIONAL_PAGES } from './professionalPages';
import { PROFILE_PAGES } from './profilePages';
import { RECORD_PAGES } from './recordPages';
import type { Samples } from './sample';
import { SHARE_PAGES } from './sharePages';
import { VAULT_PAGES } from './vaultPages';
import { VIEWER_PAGES } from './viewerPages';

export const SAMPLES: Samples = {
  components: { path: '/', page: <Components /> },
  ...ACCOUNT_PAGES,
  ...OWN_ACCOUNT_PAGES,
  ...KEPT_PAGES,
  ...VAULT_PAGES,
  ...RECORD_PAGES,
  ...CAPTURE_PAGES,
  ...GRANT_PAGES,
  ...DEPOSIT_SAMPLES,
  ...JOURNAL_PAGES,
  ...SHARE_PAGES,
  ...PROFILE_PAGES,
  ...VIEWER_PAGES,
  ...PROFESSIONAL_PAGES,
};
