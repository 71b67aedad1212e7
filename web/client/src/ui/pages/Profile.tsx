/** What the patient says of their own health: simple lists, each line edited in a dialog and saved at once. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Badge } from '../components/Badge';
import { Button, LinkButton } from '../components/Button';
import { Card, Facts } from '../components/Card';
import { Checkbox } from '../components/Choice';
import { Loaded } from '../components/Loaded';
import { ErrorNotice } from '../components/Notice';
import { Page } from '../components/Page';
import { ProfileAbout } from '../components/ProfileAbout';
import { ProfileContact } from '../components/ProfileContact';
import { ProfileEntry } from '../components/ProfileEntry';
import type { Loadable, Submission } from '../models';
import { formatPartialDate } from '../partialDate';
import { ROUTES } from '../paths';
import {
  MAY_BE_NONE,
  PROFILE_LISTS,
  type ProfileContactView,
  type ProfileEntryView,
  type ProfileList,
  type ProfileView,
} from '../profileModels';
import { useLanguage } from '../useLanguage';

export interface ProfileProps {
  readonly profile: Loadable<ProfileView>;
  readonly action: Submission;
  /** Saves the whole profile as its next version. */
  readonly onSave: (profile: ProfileView) => void;
}

/** What is being edited: a line by its place (its list's length for a new one). */
type Editing =
  | { readonly what: 'about' }
  | { readonly what: 'contact'; readonly index: number }
  | { readonly what: ProfileList; readonly index: number };

const MAX_LINES = 100;

export function Profile({ profile, action, onSave }: ProfileProps) {
  const { t } = useTranslation();
  const saved = profile.state === 'ready' && profile.value.saved;
  return (
    <Page
      title={t('profile.title')}
      lead={t('profile.lead')}
      back={{ href: ROUTES.vault, label: t('nav.vault') }}
      width="reading"
      actions={
        saved && (
          <div className="row">
            <LinkButton href={ROUTES.card} icon="qr">
              {t('profile.card')}
            </LinkButton>
            <LinkButton href={`${ROUTES.shareNew}?summary=1`} icon="share" variant="primary">
              {t('profile.share')}
            </LinkButton>
          </div>
        )
      }
    >
      <Loaded of={profile}>{(value) => <Content profile={value} action={action} onSave={onSave} />}</Loaded>
    </Page>
  );
}

interface ContentProps extends Omit<ProfileProps, 'profile'> {
  readonly profile: ProfileView;
}

function Content({ profile, action, onSave }: ContentProps) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState<Editing | null>(null);
  const save = (change: Partial<ProfileView>) => {
    setEditing(null);
    onSave({ ...profile, ...change });
  };
  return (
    <div className="stack-l">
      <ErrorNotice error={action.error} />
      <p role="status" className="visually-hidden">
        {action.pending ? t('profile.saving') : profile.saved ? t('profile.saved') : ''}
      </p>
      <About profile={profile} busy={action.pending} onEdit={() => setEditing({ what: 'about' })} />
      {PROFILE_LISTS.map((name) => (
        <EntryList
          key={name}
          name={name}
          entries={profile.lists[name]}
          none={profile.noneKnown.includes(name)}
          busy={action.pending}
          onEdit={(index) => setEditing({ what: name, index })}
          onNone={(none) =>
            save({ noneKnown: [...profile.noneKnown.filter((one) => one !== name), ...(none ? [name] : [])] })
          }
        />
      ))}
      <Contacts
        contacts={profile.contacts}
        busy={action.pending}
        onEdit={(index) => setEditing({ what: 'contact', index })}
      />
      {editing?.what === 'about' && (
        <ProfileAbout profile={profile} onSubmit={save} onClose={() => setEditing(null)} />
      )}
      {editing?.what === 'contact' && (
        <ProfileContact
          contact={profile.contacts[editing.index]}
          onSubmit={(contact) => save({ contacts: replaced(profile.contacts, editing.index, contact) })}
          onRemove={() => save({ contacts: without(profile.contacts, editing.index) })}
          onClose={() => setEditing(null)}
        />
      )}
      {editing !== null && editing.what !== 'about' && editing.what !== 'contact' && (
        <EntryEditor editing={editing} profile={profile} onSave={save} onClose={() => setEditing(null)} />
      )}
    </div>
  );
}

function EntryEditor({
  editing: { what: name, index },
  profile,
  onSave,
  onClose,
}: {
  readonly editing: { readonly what: ProfileList; readonly index: number };
  readonly profile: ProfileView;
  readonly onSave: (change: Partial<ProfileView>) => void;
  readonly onClose: () => void;
}) {
  const entries = profile.lists[name];
  const change = (next: readonly ProfileEntryView[]) =>
    onSave({
      lists: { ...profile.lists, [name]: next },
      noneKnown: profile.noneKnown.filter((one) => one !== name),
    });
  return (
    <ProfileEntry
      name={name}
      entry={entries[index]}
      onSubmit={(entry) => change(replaced(entries, index, entry))}
      onRemove={() => change(without(entries, index))}
      onClose={onClose}
    />
  );
}

function About({
  profile,
  busy,
  onEdit,
}: {
  readonly profile: ProfileView;
  readonly busy: boolean;
  readonly onEdit: () => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { birthDate, gender, bloodGroup } = profile;
  const facts = [
    {
      term: t('profile.birthDate'),
      value: birthDate === '' ? t('profile.nothing') : formatPartialDate(birthDate, language),
    },
    { term: t('profile.gender'), value: t(`profile.genders.${gender ?? 'none'}`) },
    { term: t('profile.bloodGroup'), value: bloodGroup ?? t('profile.noBloodGroup') },
  ];
  return (
    <Card title={t('profile.about')}>
      <Facts columns={2} facts={facts} />
      <div>
        <Button
          isDisabled={busy}
          onPress={onEdit}
          aria-label={`${t('profile.aboutEdit')} — ${t('profile.about')}`}
        >
          {t('profile.aboutEdit')}
        </Button>
      </div>
    </Card>
  );
}

interface EntryListProps {
  readonly name: ProfileList;
  readonly entries: readonly ProfileEntryView[];
  readonly none: boolean;
  readonly busy: boolean;
  readonly onEdit: (index: number) => void;
  readonly onNone: (none: boolean) => void;
}

function EntryList({ name, entries, none, busy, onEdit, onNone }: EntryListProps) {
  const { t } = useTranslation();
  const mayBeNone = name === 'allergies' || name === 'treatments' || name === 'problems';
  const title = t(`profile.lists.${name}`);
  return (
    <Card title={title}>
      {entries.length > 0 && (
        <div className="rows">
          {entries.map((entry, index) => (
            <EntryRow key={index} entry={entry} busy={busy} onEdit={() => onEdit(index)} />
          ))}
        </div>
      )}
      {entries.length === 0 && mayBeNone && MAY_BE_NONE.includes(name) && (
        <Checkbox selected={none} onChange={onNone} isDisabled={busy}>
          {t(`profile.none.${name}`)}
        </Checkbox>
      )}
      {entries.length < MAX_LINES ? (
        <div>
          <Button icon="add" isDisabled={busy} onPress={() => onEdit(entries.length)}>
            {t(`profile.add.${name}`)}
          </Button>
        </div>
      ) : (
        <p className="muted">{t('profile.tooMany')}</p>
      )}
    </Card>
  );
}

function EntryRow({
  entry,
  busy,
  onEdit,
}: {
  readonly entry: ProfileEntryView;
  readonly busy: boolean;
  readonly onEdit: () => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { label, detail, note, since, until, past, severity } = entry;
  const days = [since, until].filter(Boolean).map((day) => formatPartialDate(day, language));
  const facts = [detail, days.join(' – '), note].filter((fact) => fact !== '');
  return (
    <div className="list-row profile-row">
      <span className="list-row-main">
        <span className="list-row-title">{label}</span>
        {facts.length > 0 && (
          <span className="list-row-meta">
            {facts.map((fact) => (
              <span key={fact}>{fact}</span>
            ))}
          </span>
        )}
        {(past || severity === 'high') && (
          <span className="badges">
            {severity === 'high' && <Badge tone="danger">{t('profile.severities.high')}</Badge>}
            {past && <Badge>{t('profile.past')}</Badge>}
          </span>
        )}
      </span>
      <EditButton name={label} busy={busy} onEdit={onEdit} />
    </div>
  );
}

function EditButton({
  name,
  busy,
  onEdit,
}: {
  readonly name: string;
  readonly busy: boolean;
  readonly onEdit: () => void;
}) {
  const { t } = useTranslation();
  return (
    <span className="list-row-end">
      <Button variant="plain" isDisabled={busy} onPress={onEdit} aria-label={t('profile.edit', { name })}>
        {t('profile.aboutEdit')}
      </Button>
    </span>
  );
}

function Contacts({
  contacts,
  busy,
  onEdit,
}: {
  readonly contacts: readonly ProfileContactView[];
  readonly busy: boolean;
  readonly onEdit: (index: number) => void;
}) {
  const { t } = useTranslation();
  return (
    <Card title={t('profile.contacts')}>
      {contacts.length > 0 && (
        <div className="rows">
          {contacts.map(({ name, relation, phone }, index) => (
            <div key={index} className="list-row profile-row">
              <span className="list-row-main">
                <span className="list-row-title">{name}</span>
                <span className="list-row-meta">
                  {[relation, phone].filter(Boolean).map((fact) => (
                    <span key={fact}>{fact}</span>
                  ))}
                </span>
              </span>
              <EditButton name={name} busy={busy} onEdit={() => onEdit(index)} />
            </div>
          ))}
        </div>
      )}
      {contacts.length < MAX_LINES && (
        <div>
          <Button icon="add" isDisabled={busy} onPress={() => onEdit(contacts.length)}>
            {t('profile.contactAdd')}
          </Button>
        </div>
      )}
    </Card>
  );
}

/** With one item in another's place, or at the end. */
function replaced<T>(items: readonly T[], index: number, item: T): readonly T[] {
  return [...items.slice(0, index), item, ...items.slice(index + 1)];
}

function without<T>(items: readonly T[], index: number): readonly T[] {
  return items.filter((_, place) => place !== index);
}
