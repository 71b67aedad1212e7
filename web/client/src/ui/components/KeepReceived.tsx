/** Offers to keep what a link gave: in the own vault, or in that of a patient who allows it. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './Button';
import { Card } from './Card';
import { Select } from './Select';

interface PatientVault {
  readonly id: string;
  readonly patient: string;
}

/** Where documents may be kept: the own vault, or vaults of patients with the right to add. */
export type KeepOffer =
  | { readonly who: 'patient' }
  | { readonly who: 'professional'; readonly vaults: readonly PatientVault[] }
  | { readonly who: 'nobody' };

export interface KeepReceivedProps {
  readonly offer: KeepOffer;
  /** One of the documents is too large to come along. */
  readonly large: boolean;
  /** `vault` of a patient; the own without. */
  readonly onKeep: (vault?: string) => void;
  readonly onKeepByLink: () => void;
}

export function KeepReceived({ offer, large, onKeep, onKeepByLink }: KeepReceivedProps) {
  const { t } = useTranslation();
  if (offer.who === 'nobody') return <p className="muted small">{t('received.keep.signIn')}</p>;
  return (
    <Card title={t('received.keep.title')}>
      <p>{t('received.keep.text')}</p>
      {large && <p className="muted small">{t('received.keep.large')}</p>}
      {offer.who === 'patient' ? (
        <Button icon="add" onPress={() => onKeep()}>
          {t('received.keep.own')}
        </Button>
      ) : (
        <ForPatient vaults={offer.vaults} onKeep={onKeep} onKeepByLink={onKeepByLink} />
      )}
    </Card>
  );
}

function ForPatient({
  vaults,
  onKeep,
  onKeepByLink,
}: { readonly vaults: readonly PatientVault[] } & Pick<KeepReceivedProps, 'onKeep' | 'onKeepByLink'>) {
  const { t } = useTranslation();
  const [vault, setVault] = useState<string | null>(null);
  return (
    <>
      {vaults.length === 0 ? (
        <p className="muted">{t('received.keep.none')}</p>
      ) : (
        <>
          <Select
            label={t('received.keep.vault')}
            value={vault}
            onChange={setVault}
            options={vaults.map(({ id, patient }) => ({ value: id, label: patient }))}
            hint={t('received.keep.check')}
          />
          <Button
            variant="primary"
            icon="add"
            isDisabled={vault === null}
            onPress={() => {
              if (vault !== null) onKeep(vault);
            }}
          >
            {t('received.keep.patient')}
          </Button>
        </>
      )}
      <Button icon="add" onPress={onKeepByLink}>
        {t('received.keep.byLink')}
      </Button>
    </>
  );
}
