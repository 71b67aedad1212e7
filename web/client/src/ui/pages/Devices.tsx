/** Where the account is signed in, with a way to end it. */
import { useTranslation } from 'react-i18next';
import { formatMoment } from '../../i18n/format';
import type { DeviceView } from '../accountModels';
import { Badge } from '../components/Badge';
import { Button } from '../components/Button';
import { Icon } from '../components/Icon';
import { Loaded } from '../components/Loaded';
import { ErrorNotice, Notice } from '../components/Notice';
import { Page } from '../components/Page';
import type { Loadable, Submission } from '../models';
import { ROUTES } from '../paths';
import { useLanguage } from '../useLanguage';

export interface DevicesProps {
  readonly devices: Loadable<readonly DeviceView[]>;
  readonly action: Submission;
  /** What was done last. */
  readonly ended?: 'one' | 'others' | undefined;
  readonly onEnd: (id: string) => void;
  readonly onEndOthers: () => void;
}

export function Devices({ devices, action, ended, onEnd, onEndOthers }: DevicesProps) {
  const { t } = useTranslation();
  return (
    <Page
      title={t('ownAccount.devices.title')}
      lead={t('ownAccount.devices.lead')}
      width="reading"
      back={{ href: ROUTES.settings, label: t('settings.title') }}
    >
      <div aria-live="polite">
        {ended !== undefined && (
          <Notice tone="success">
            <p>{t(ended === 'one' ? 'ownAccount.devices.ended' : 'ownAccount.devices.endedOthers')}</p>
          </Notice>
        )}
      </div>
      <ErrorNotice error={action.error} />
      <Loaded of={devices}>
        {(found) => (
          <>
            <ul className="rows">
              {found.map((device) => (
                <Row key={device.id} device={device} pending={action.pending} onEnd={onEnd} />
              ))}
            </ul>
            {found.length > 1 ? (
              <>
                <div>
                  <Button icon="signOut" isDisabled={action.pending} onPress={onEndOthers}>
                    {t('ownAccount.devices.endOthers')}
                  </Button>
                </div>
                <p className="muted small">{t('ownAccount.devices.unknown')}</p>
              </>
            ) : (
              <p className="muted">{t('ownAccount.devices.alone')}</p>
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}

interface RowProps {
  readonly device: DeviceView;
  readonly pending: boolean;
  readonly onEnd: (id: string) => void;
}

function Row({ device, pending, onEnd }: RowProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const name = t(`ownAccount.devices.kinds.${device.kind}`);
  const time = formatMoment(device.since, language);
  return (
    <li className="list-row">
      <Icon name="user" />
      <div className="list-row-main">
        <span className="list-row-title">{name}</span>
        <span className="list-row-meta">{t('ownAccount.devices.since', { time })}</span>
        {device.here && (
          <div>
            <Badge tone="success">{t('ownAccount.devices.here')}</Badge>
          </div>
        )}
      </div>
      {!device.here && (
        <Button
          isDisabled={pending}
          aria-label={t('ownAccount.devices.endOne', { device: name, time })}
          onPress={() => onEnd(device.id)}
        >
          {t('ownAccount.devices.end')}
        </Button>
      )}
    </li>
  );
}
