/** A SMART Health Link, scanned or pasted: by Coffre or by others. For whoever was shown one, without an account. */
import { useTranslation } from 'react-i18next';
import { AskLink } from '../components/AskLink';
import { Page } from '../components/Page';

export interface ShareEnterProps {
  /** The last link was no link. */
  readonly failed: boolean;
  readonly onLink: (link: string) => void;
}

export function ShareEnter({ failed, onLink }: ShareEnterProps) {
  const { t } = useTranslation();
  return (
    <Page title={t('shareMore.enter')} lead={t('shareMore.enterText')} width="narrow">
      <AskLink
        label={t('shareMore.link')}
        hint={t('shareMore.linkHint')}
        submit={t('shareMore.openLink')}
        fault={failed ? t('shareMore.linkBad') : undefined}
        onLink={onLink}
      />
    </Page>
  );
}
