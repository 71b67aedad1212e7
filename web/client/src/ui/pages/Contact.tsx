/** A professional's own key, shown to a patient: QR code, words, fingerprint. */
import { useTranslation } from 'react-i18next';
import { Card, Facts } from '../components/Card';
import { CopyField } from '../components/CopyField';
import { Loaded } from '../components/Loaded';
import { Page } from '../components/Page';
import { QrCode } from '../components/QrCode';
import type { ContactView, Loadable } from '../models';
import { KeyWords } from './Authorise';

export function Contact({ contact }: { readonly contact: Loadable<ContactView> }) {
  const { t } = useTranslation();
  return (
    <Page title={t('directory.mine')} lead={t('directory.mineLead')} width="narrow">
      <Loaded of={contact}>
        {(value) => (
          <Card>
            <QrCode text={value.link} label={t('common.qr')} />
            <CopyField label={t('directory.link')} text={value.link} />
            <Facts
              facts={[
                { term: t('directory.words'), value: <KeyWords words={value.words} /> },
                { term: t('directory.fingerprint'), value: <code>{value.fingerprint}</code> },
              ]}
            />
          </Card>
        )}
      </Loaded>
    </Page>
  );
}
