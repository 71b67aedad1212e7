/** The receipt of an account's erasure, verified: what the host signed, what that proves, and the text to keep. */
import { useTranslation } from 'react-i18next';
import { formatMoment, formatCount } from '../../i18n/format';
import type { ReceiptView } from '../accountModels';
import { Button } from '../components/Button';
import { Card, Facts } from '../components/Card';
import { Loaded } from '../components/Loaded';
import { Notice } from '../components/Notice';
import { Page } from '../components/Page';
import type { Loadable } from '../models';
import { useLanguage } from '../useLanguage';

export interface ReceiptProps {
  readonly receipt: Loadable<ReceiptView>;
  readonly onSave: (text: string) => void;
}

export function Receipt({ receipt, onSave }: ReceiptProps) {
  const { t } = useTranslation();
  return (
    <Page title={t('receipt.title')} lead={t('receipt.lead')} width="narrow">
      <Loaded of={receipt}>
        {(value) => (value.stage === 'holds' ? <Held {...value} onSave={onSave} /> : <Lacking {...value} />)}
      </Loaded>
    </Page>
  );
}

type HeldView = Extract<ReceiptView, { stage: 'holds' }>;

function Lacking({ stage }: Exclude<ReceiptView, HeldView>) {
  const { t } = useTranslation();
  return (
    <Notice tone={stage === 'none' ? 'info' : 'error'} title={t(`receipt.${stage}`)}>
      <p>{t(`receipt.${stage}Text`)}</p>
    </Notice>
  );
}

function Held({
  requested,
  erased,
  role,
  rows,
  objects,
  text,
  onSave,
}: HeldView & Pick<ReceiptProps, 'onSave'>) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <>
      <Notice tone="success">
        <p>{t('receipt.holds')}</p>
      </Notice>
      <Card>
        <Facts
          facts={[
            { term: t('receipt.erased'), value: formatMoment(erased, language) },
            { term: t('receipt.requested'), value: formatMoment(requested, language) },
            { term: t('receipt.role'), value: t(`receipt.roles.${role}`) },
            { term: t('receipt.objects'), value: formatCount(objects, language) },
            { term: t('receipt.rows'), value: formatCount(rows, language) },
          ]}
        />
      </Card>
      <p className="muted">{t('receipt.proves')}</p>
      <div>
        <Button icon="download" onPress={() => onSave(text)}>
          {t('receipt.save')}
        </Button>
      </div>
    </>
  );
}
