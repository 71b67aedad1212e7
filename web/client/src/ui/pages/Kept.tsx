/** The documents that this device keeps: from the vault, to be looked after; without a network, to be read. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { formatDay, formatSize } from '../../i18n/format';
import { Button, IconButton, LinkButton } from '../components/Button';
import { Card } from '../components/Card';
import { ConfirmDialog } from '../components/Dialog';
import { Thumbnail } from '../components/DocumentRow';
import { EmptyState } from '../components/EmptyState';
import { Loaded } from '../components/Loaded';
import { ErrorNotice, Notice } from '../components/Notice';
import { Page } from '../components/Page';
import { useSectionName } from '../components/SectionName';
import type { KeptView } from '../keptModels';
import type { Loadable, Submission } from '../models';
import { ROUTES } from '../paths';
import { useLanguage } from '../useLanguage';

export interface KeptProps {
  readonly documents: Loadable<readonly KeptView[]>;
  /** `vault`: the owner is signed in. `copies`: unlocked here, without the server; `back`: and the network has come back. */
  readonly from: 'vault' | 'copies' | 'back';
  readonly action: Submission;
  readonly hrefOf: (document: KeptView) => string;
  readonly onDrop: (id: string) => void;
  readonly onDropAll: () => void;
  readonly onLock: () => void;
  /** Set while the app itself is not kept. */
  readonly onKeepApp?: (() => void) | undefined;
}

export function Kept({ documents, from, action, onLock, onKeepApp, ...rest }: KeptProps) {
  const { t } = useTranslation();
  const own = from === 'vault';
  return (
    <Page
      title={t('kept.title')}
      lead={t(own ? 'kept.lead' : 'kept.offlineLead')}
      width="reading"
      {...(own ? { back: { href: ROUTES.settings, label: t('settings.title') } } : {})}
      actions={
        own ? undefined : (
          <Button icon="lock" onPress={onLock}>
            {t('kept.lock')}
          </Button>
        )
      }
    >
      <div aria-live="polite">{from === 'back' && <NetworkIsBack />}</div>
      <ErrorNotice error={action.error} />
      <Loaded of={documents}>
        {(found) =>
          found.length === 0 ? (
            <EmptyState icon="document" title={t('kept.none')}>
              {t(own ? 'kept.noneText' : 'kept.noneOffline')}
            </EmptyState>
          ) : (
            <>
              {onKeepApp && <AppIsMissing onKeepApp={onKeepApp} />}
              <Copies {...rest} found={found} action={action} />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

function NetworkIsBack() {
  const { t } = useTranslation();
  return (
    <Notice tone="success" title={t('kept.back')}>
      <p>{t('kept.backText')}</p>
      <div>
        <LinkButton href={ROUTES.signIn}>{t('kept.backOpen')}</LinkButton>
      </div>
    </Notice>
  );
}

function AppIsMissing({ onKeepApp }: { readonly onKeepApp: () => void }) {
  const { t } = useTranslation();
  return (
    <Notice tone="warning">
      <p>{t('kept.appMissing')}</p>
      <div>
        <Button onPress={onKeepApp}>{t('kept.keepApp')}</Button>
      </div>
    </Notice>
  );
}

type CopiesProps = Pick<KeptProps, 'action' | 'hrefOf' | 'onDrop' | 'onDropAll'> & {
  readonly found: readonly KeptView[];
};

function Copies({ found, action, hrefOf, onDrop, onDropAll }: CopiesProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [asking, setAsking] = useState(false);
  const size = found.reduce((sum, one) => sum + one.size, 0);
  return (
    <>
      <p className="muted">{t('kept.total', { count: found.length, size: formatSize(size, language) })}</p>
      <ul className="rows">
        {found.map((document) => (
          <Row key={document.id} {...{ document, action, onDrop }} href={hrefOf(document)} />
        ))}
      </ul>
      <Card flat>
        <p className="muted small">
          {t('kept.signOutText')} {t('kept.persistent')}
        </p>
        <div>
          <Button icon="trash" variant="danger" onPress={() => setAsking(true)}>
            {t('kept.dropAll')}
          </Button>
        </div>
      </Card>
      <ConfirmDialog
        {...action}
        title={t('kept.dropAllTitle')}
        text={t('kept.dropAllText')}
        open={asking}
        confirm={t('kept.dropAll')}
        danger
        onConfirm={() => {
          setAsking(false);
          onDropAll();
        }}
        onClose={() => setAsking(false)}
      />
    </>
  );
}

interface RowProps {
  readonly document: KeptView;
  readonly href: string;
  readonly action: Submission;
  readonly onDrop: (id: string) => void;
}

function Row({ document, href, action, onDrop }: RowProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useSectionName();
  const { id, title, date, kept, mime, section, size } = document;
  const facts = [
    nameOf(section),
    formatDay(date, language),
    formatSize(size, language),
    t('kept.since', { date: formatDay(dayOf(kept), language) }),
  ];
  return (
    <li className="list-row">
      <Thumbnail mime={mime} />
      <span className="list-row-main">
        <Link href={href} className="list-row-title">
          {title}
        </Link>
        <span className="list-row-meta">
          {facts.map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
        </span>
      </span>
      <span className="list-row-end">
        <IconButton
          icon="trash"
          label={t('kept.dropOf', { title })}
          isDisabled={action.pending}
          onPress={() => onDrop(id)}
        />
      </span>
    </li>
  );
}

function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}
