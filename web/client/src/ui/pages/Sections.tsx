/** A patient's sections, whether new documents are masked, and the link by which professionals deposit. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/Button';
import { Card } from '../components/Card';
import { Checkbox } from '../components/Choice';
import { CopyField } from '../components/CopyField';
import { Dialog } from '../components/Dialog';
import { Loaded } from '../components/Loaded';
import { ErrorNotice } from '../components/Notice';
import { Page } from '../components/Page';
import { QrCode } from '../components/QrCode';
import { useSectionName } from '../components/SectionName';
import { TextField } from '../components/TextField';
import type { Loadable, SectionView, Submission } from '../models';
import { ROUTES } from '../paths';

export interface SectionsView {
  readonly sections: readonly SectionView[];
  readonly maskNew: boolean;
  readonly link: string;
}

export interface SectionsProps {
  readonly content: Loadable<SectionsView>;
  readonly action: Submission;
  readonly onAdd: (name: string) => void;
  readonly onRename: (section: string, name: string) => void;
  readonly onMaskNew: (on: boolean) => void;
}

export function Sections({ content, ...actions }: SectionsProps) {
  const { t } = useTranslation();
  return (
    <Page
      title={t('deposits.title')}
      lead={t('deposits.lead')}
      back={{ href: ROUTES.vault, label: t('nav.vault') }}
      width="reading"
    >
      <Loaded of={content}>{(value) => <Content value={value} {...actions} />}</Loaded>
    </Page>
  );
}

type Actions = Omit<SectionsProps, 'content'>;

function Content({ value, action, onMaskNew, ...list }: Actions & { readonly value: SectionsView }) {
  const { t } = useTranslation();
  return (
    <div className="stack-l">
      <Card title={t('deposits.maskTitle')}>
        <Checkbox selected={value.maskNew} onChange={onMaskNew} isDisabled={action.pending}>
          {t('deposits.mask')}
        </Checkbox>
        <p className="muted">{t('deposits.maskText')}</p>
      </Card>
      <ErrorNotice error={action.error} />
      <SectionList sections={value.sections} action={action} {...list} />
      <Card title={t('deposits.linkTitle')}>
        <p className="muted">{t('deposits.linkText')}</p>
        <QrCode text={value.link} label={t('common.qr')} />
        <CopyField label={t('deposits.link')} text={value.link} />
      </Card>
    </div>
  );
}

/** Inbox and masked section keep the names that everyone knows them by. */
const FIXED = ['inbox', 'masked'];

function SectionList({
  sections,
  action,
  onAdd,
  onRename,
}: Pick<Actions, 'action' | 'onAdd' | 'onRename'> & { readonly sections: readonly SectionView[] }) {
  const { t } = useTranslation();
  const nameOf = useSectionName();
  const [naming, setNaming] = useState<SectionView | 'new' | null>(null);
  const submit = (name: string) => {
    if (naming === 'new') onAdd(name);
    else if (naming !== null) onRename(naming.id, name);
    setNaming(null);
  };
  return (
    <Card title={t('deposits.sections')}>
      <div className="rows">
        {sections.map((section) => (
          <div key={section.id} className="list-row list-row-plain">
            <span className="list-row-main">
              <span className="list-row-title">{nameOf(section)}</span>
              <span className="list-row-meta">{t('deposits.documents', { count: section.count ?? 0 })}</span>
            </span>
            {!FIXED.includes(section.kind) && (
              <span className="list-row-end">
                <Button
                  variant="plain"
                  aria-label={`${t('deposits.rename')} — ${nameOf(section)}`}
                  isDisabled={action.pending}
                  onPress={() => setNaming(section)}
                >
                  {t('deposits.rename')}
                </Button>
              </span>
            )}
          </div>
        ))}
      </div>
      <div>
        <Button icon="add" pending={action.pending} onPress={() => setNaming('new')}>
          {t('deposits.add')}
        </Button>
      </div>
      {naming !== null && (
        <NameDialog
          title={naming === 'new' ? t('deposits.add') : t('deposits.renameTitle', { name: nameOf(naming) })}
          taken={sections.map((section) => nameOf(section).toLocaleLowerCase())}
          onSubmit={submit}
          onClose={() => setNaming(null)}
        />
      )}
    </Card>
  );
}

function NameDialog({
  title,
  taken,
  onSubmit,
  onClose,
}: {
  readonly title: string;
  readonly taken: readonly string[];
  readonly onSubmit: (name: string) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [tried, setTried] = useState(false);
  const wanted = name.trim();
  const bad = wanted === '' || [...wanted].length > 100;
  const error = bad
    ? t('deposits.noName')
    : taken.includes(wanted.toLocaleLowerCase())
      ? t('deposits.taken')
      : undefined;
  return (
    <Dialog title={title} open onClose={onClose}>
      <form
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (error === undefined) onSubmit(wanted);
        }}
      >
        <TextField
          label={t('deposits.name')}
          hint={t('deposits.addText')}
          value={name}
          onChange={setName}
          error={tried ? error : undefined}
          maxLength={120}
          autoFocus
          autoComplete="off"
        />
        <div className="dialog-actions">
          <Button type="submit" variant="primary">
            {t('deposits.save')}
          </Button>
          <Button onPress={onClose}>{t('common.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
