/** A new authorisation by invitation: sections, rights, end; then the QR code and the link, shown once. */
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDay, formatMoment } from '../../i18n/format';
import { Button, LinkButton } from '../components/Button';
import { Card } from '../components/Card';
import { Checkbox, ChoiceGroup } from '../components/Choice';
import { CopyField } from '../components/CopyField';
import { DateField } from '../components/DateField';
import { DocumentBadges } from '../components/DocumentBadges';
import { NamedDocuments } from '../components/NamedDocuments';
import { ErrorNotice, Notice } from '../components/Notice';
import { Page } from '../components/Page';
import { isRefused, professionOf, ProfessionSelect, type Audience } from '../components/ProfessionSelect';
import { QrCode } from '../components/QrCode';
import { ScopeWords } from '../components/ScopeWords';
import { SectionBadges, useSectionName } from '../components/SectionName';
import { addDays, dayOf, oneYearAfter } from '../day';
import type {
  DocumentView,
  InvitationView,
  InviteValues,
  ProfessionCode,
  SectionView,
  Submission,
} from '../models';
import { ROUTES } from '../paths';
import { scopeOf } from '../scopes';
import { useLanguage } from '../useLanguage';
import { useTop } from '../useTop';

export interface InviteProps extends Submission {
  /** Sections that may be granted: all but `masked` and `inbox`. */
  readonly sections: readonly SectionView[];
  /** Documents that may be given one by one. */
  readonly documents: readonly DocumentView[];
  /** Set once it is made: the page then shows it. */
  readonly invitation?: InvitationView | undefined;
  readonly now: Date;
  readonly onSubmit: (values: InviteValues) => void;
}

export function Invite({ invitation, ...form }: InviteProps) {
  const { t } = useTranslation();
  useTop(invitation !== undefined);
  return (
    <Page
      title={invitation ? t('invite.readyTitle') : t('invite.title')}
      lead={invitation ? t('invite.readyText') : t('invite.lead')}
      back={{ href: ROUTES.grants }}
      width="reading"
    >
      {invitation ? <Ready invitation={invitation} /> : <InviteForm {...form} />}
    </Page>
  );
}

export interface InviteFormProps extends Omit<InviteProps, 'invitation'> {
  /** What the button says; an invitation is made without it. */
  readonly label?: string | undefined;
  /** Who is given access, where that is known. */
  readonly who?: { readonly name: string; readonly profession: ProfessionCode } | undefined;
}

/** Sections, rights and end of a grant. */
export function InviteForm({
  sections,
  documents,
  now,
  onSubmit,
  pending,
  error,
  label,
  who,
}: InviteFormProps) {
  const { t } = useTranslation();
  const [audience, setAudience] = useState<Audience>(who?.profession ?? 'unknown');
  const [chosen, setChosen] = useState(() => proposed(sections, who?.profession));
  const [rights, setRights] = useState(() => scopeOf(who?.profession).rights);
  const [reach, setReach] = useState<Reach>('sections');
  const [named, setNamed] = useState<readonly string[]>([]);
  const refused = isRefused(audience);
  const choose = (next: Audience) => {
    setAudience(next);
    setChosen(proposed(sections, professionOf(next)));
    setRights(scopeOf(professionOf(next)).rights);
  };
  const first = dayOf(addDays(now, 1));
  const last = dayOf(oneYearAfter(now));
  const [until, setUntil] = useState(last);
  const [tried, setTried] = useState(false);
  const badDate = until < first || until > last;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (pending || refused || badDate) return;
    if (reach === 'documents') {
      if (named.length > 0) onSubmit({ sections: [], documents: named, rights: ['read'], until });
    } else if (chosen.length > 0 && rights.length > 0) {
      onSubmit({ sections: chosen, documents: [], rights, until });
    }
  };
  return (
    <form className="stack-l" onSubmit={submit} noValidate>
      {who === undefined && (
        <Card>
          <ProfessionSelect value={audience} onChange={choose} />
        </Card>
      )}
      {documents.length > 0 && (
        <Card>
          <ChoiceGroup
            label={t('named.what')}
            value={reach}
            onChange={setReach}
            choices={[
              { value: 'sections', label: t('named.bySections') },
              { value: 'documents', label: t('named.byDocuments') },
            ]}
          />
        </Card>
      )}
      {reach === 'documents' ? (
        <NamedDocuments
          documents={documents}
          chosen={named}
          onChange={setNamed}
          missing={tried && named.length === 0}
        />
      ) : (
        <SectionChoice sections={sections} chosen={chosen} onChange={setChosen} tried={tried} />
      )}
      <Card>
        {reach === 'sections' && (
          <fieldset>
            <legend className="field-label">{t('invite.rights')}</legend>
            {(['read', 'add'] as const).map((right) => (
              <Checkbox
                key={right}
                selected={rights.includes(right)}
                onChange={(on) =>
                  setRights(on ? [...rights, right].sort() : rights.filter((one) => one !== right))
                }
              >
                {t(`rights.${right}`)}
              </Checkbox>
            ))}
            {tried && rights.length === 0 && <p className="field-error">{t('invite.noRight')}</p>}
          </fieldset>
        )}
        <DateField
          label={t('invite.until')}
          value={until}
          onChange={setUntil}
          min={first}
          max={last}
          required
          hint={t('invite.untilHint')}
          error={badDate && (tried || until !== '') ? t('invite.badDate') : undefined}
        />
      </Card>
      <Notice tone="info" icon="shield">
        <p>{t('invite.forbidden')}</p>
      </Notice>
      <ErrorNotice error={error} />
      {!refused && (
        <ScopeWords
          who={who?.name}
          sections={reach === 'sections' ? sections.filter((one) => chosen.includes(one.id)) : []}
          documents={
            reach === 'documents'
              ? documents.filter((one) => named.includes(one.id)).map((one) => one.title)
              : []
          }
          rights={rights}
        />
      )}
      <Button type="submit" variant="primary" icon="key" wide pending={pending} isDisabled={refused}>
        {pending ? t('invite.pending') : (label ?? t('invite.submit'))}
      </Button>
    </form>
  );
}

type Reach = 'sections' | 'documents';

/** The sections that a profession is proposed, as they are here. */
function proposed(sections: readonly SectionView[], profession?: ProfessionCode): readonly string[] {
  const { sections: kinds } = scopeOf(profession);
  return sections.filter((one) => kinds.includes(one.kind)).map((one) => one.id);
}

interface SectionChoiceProps {
  readonly sections: readonly SectionView[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
  readonly tried: boolean;
}

function SectionChoice({ sections, chosen, onChange, tried }: SectionChoiceProps) {
  const { t } = useTranslation();
  const nameOf = useSectionName();
  const all = chosen.length === sections.length;
  return (
    <Card title={t('invite.sections')}>
      <div className="stack-s">
        <p className="muted">
          {t('invite.sectionsHint')} {t('invite.sensitive')}
        </p>
        <fieldset className="check-grid" aria-label={t('invite.sections')}>
          {sections.map((section) => (
            <Checkbox
              key={section.id}
              selected={chosen.includes(section.id)}
              onChange={(on) =>
                onChange(on ? [...chosen, section.id] : chosen.filter((id) => id !== section.id))
              }
            >
              {nameOf(section)}
            </Checkbox>
          ))}
        </fieldset>
        <div>
          <Button variant="plain" onPress={() => onChange(all ? [] : sections.map((one) => one.id))}>
            {all ? t('invite.nothing') : t('invite.everything')}
          </Button>
        </div>
        {tried && chosen.length === 0 && (
          <p className="field-error" role="alert">
            {t('invite.noSection')}
          </p>
        )}
      </div>
    </Card>
  );
}

function Ready({ invitation }: { readonly invitation: InvitationView }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <>
      <Card>
        <QrCode text={invitation.link} label={t('common.qr')} />
        <CopyField label={t('invite.link')} text={invitation.link} />
        <div className="stack-s">
          <p>{t('invite.redeemUntil', { date: formatMoment(invitation.redeemUntil, language) })}</p>
          <p className="muted">
            {t('invite.accessUntil', { date: formatDay(invitation.accessUntil, language) })}
          </p>
          {invitation.documents === undefined ? (
            <SectionBadges sections={invitation.sections} limit={20} />
          ) : (
            <DocumentBadges titles={invitation.documents} limit={20} />
          )}
        </div>
      </Card>
      <Notice tone="warning">
        <p>{t('invite.linkWarning')}</p>
      </Notice>
      <div>
        <LinkButton href={ROUTES.grants}>{t('invite.done')}</LinkButton>
      </div>
    </>
  );
}
