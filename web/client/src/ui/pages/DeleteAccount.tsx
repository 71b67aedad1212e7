/** The end of the own account: what goes, what stays with others, the password; then until when it can be kept. */
import { useTranslation } from 'react-i18next';
import { formatMoment } from '../../i18n/format';
import type { DeletionView, LeavingView } from '../accountModels';
import { Button, LinkButton } from '../components/Button';
import { Card } from '../components/Card';
import { CopyField } from '../components/CopyField';
import { Loaded } from '../components/Loaded';
import { ErrorNotice, Notice } from '../components/Notice';
import { OwnPasswordForm } from '../components/OwnPasswordForm';
import { Page } from '../components/Page';
import type { Loadable, Role, Submission } from '../models';
import { ROUTES } from '../paths';
import { useLanguage } from '../useLanguage';

export interface DeleteAccountProps {
  readonly role: Role;
  readonly email: string;
  readonly leaving: Loadable<LeavingView>;
  readonly asking: Submission;
  readonly keeping: Submission;
  readonly onSubmit: (password: string) => void;
  readonly onSave: (deletion: DeletionView) => void;
  readonly onKeep: () => void;
}

export function DeleteAccount(props: DeleteAccountProps) {
  const { t } = useTranslation();
  return (
    <Page
      title={t('leaving.title')}
      width="narrow"
      back={{ href: ROUTES.settings, label: t('settings.title') }}
    >
      <Loaded of={props.leaving}>
        {({ deletion, days }) =>
          deletion === undefined ? <Ask {...props} days={days} /> : <Asked {...props} deletion={deletion} />
        }
      </Loaded>
    </Page>
  );
}

function Ask({ role, email, days, asking, onSubmit }: DeleteAccountProps & { readonly days: number }) {
  const { t } = useTranslation();
  return (
    <>
      <What role={role} />
      <Notice tone="warning">
        <p>{days === 0 ? t('leaving.atOnce') : t('leaving.wait', { count: days })}</p>
      </Notice>
      {role === 'patient' && (
        <LinkButton href={ROUTES.export} icon="download">
          {t('leaving.export')}
        </LinkButton>
      )}
      <Card>
        <OwnPasswordForm
          email={email}
          action={t('leaving.ask')}
          acting={t('leaving.asking')}
          variant="danger"
          {...asking}
          onSubmit={onSubmit}
        />
      </Card>
    </>
  );
}

function What({ role }: { readonly role: Role }) {
  const { t } = useTranslation();
  return (
    <>
      <section className="stack">
        <h2>{t('leaving.goes')}</h2>
        <p>{t(`leaving.${role}.goes`)}</p>
      </section>
      <section className="stack">
        <h2>{t('leaving.stays')}</h2>
        <ul className="stack">
          <li>{t(`leaving.${role}.stays`)}</li>
          <li>{t('leaving.here')}</li>
          <li>{t('leaving.backups')}</li>
        </ul>
      </section>
    </>
  );
}

function Asked({
  role,
  deletion,
  keeping,
  onSave,
  onKeep,
}: DeleteAccountProps & { readonly deletion: DeletionView }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const until = formatMoment(deletion.due, language);
  return (
    <>
      <Notice tone="warning" icon="clock">
        <p>{t('leaving.until', { until })}</p>
        <p>{t(`leaving.${role}.meanwhile`)}</p>
      </Notice>
      <ErrorNotice error={keeping.error} />
      <div className="dialog-actions">
        <Button variant="primary" pending={keeping.pending} onPress={onKeep}>
          {t('leaving.keep')}
        </Button>
        {role === 'patient' && (
          <LinkButton href={ROUTES.export} icon="download">
            {t('leaving.export')}
          </LinkButton>
        )}
      </div>
      <Card>
        <div className="stack">
          <h2>{t('leaving.receipt')}</h2>
          <p>{t('leaving.receiptText')}</p>
          <CopyField label={t('leaving.receiptAddress')} text={deletion.receipt} wrap />
          <div>
            <Button icon="download" onPress={() => onSave(deletion)}>
              {t('leaving.save')}
            </Button>
          </div>
        </div>
      </Card>
    </>
  );
}
