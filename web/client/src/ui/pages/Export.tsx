/** Everything in one file: in which form, on its way, and what became of it. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatSize } from '../../i18n/format';
import type { ExportForm, ExportPlan, ExportState, LeftOut } from '../accountModels';
import { Button } from '../components/Button';
import { Card } from '../components/Card';
import { ChoiceGroup } from '../components/Choice';
import { Loaded } from '../components/Loaded';
import { ErrorNotice, Notice } from '../components/Notice';
import { Page } from '../components/Page';
import { ProgressBar } from '../components/ProgressBar';
import type { Loadable } from '../models';
import { ROUTES } from '../paths';
import { useLanguage } from '../useLanguage';

export interface ExportProps {
  readonly plan: Loadable<ExportPlan>;
  readonly state: ExportState;
  readonly onStart: (form: ExportForm) => void;
  readonly onCancel: () => void;
  /** The same again, without a document that broke it. */
  readonly onWithout: (document: string) => void;
  readonly onSaveKey: (text: string) => void;
}

export function Export({ plan, state, onStart, onCancel, onWithout, onSaveKey }: ExportProps) {
  const { t } = useTranslation();
  const busy = state.stage === 'reading' || state.stage === 'running';
  return (
    <Page
      title={t('ownAccount.export.title')}
      lead={t('ownAccount.export.lead')}
      width="reading"
      back={{ href: ROUTES.settings, label: t('settings.title') }}
    >
      <div className="stack" aria-live="polite">
        {state.stage === 'done' && <Done state={state} onSaveKey={onSaveKey} />}
        {state.stage === 'broke' && <Broke left={state.left} onWithout={onWithout} />}
        {state.stage === 'cancelled' && (
          <Notice>
            <p>{t('ownAccount.export.cancelled')}</p>
          </Notice>
        )}
      </div>
      {state.stage === 'failed' && <ErrorNotice error={state.error} />}
      {busy ? (
        <Running state={state} onCancel={onCancel} />
      ) : (
        <Loaded of={plan}>{(value) => <Ask plan={value} state={state} onStart={onStart} />}</Loaded>
      )}
    </Page>
  );
}

function Ask({
  plan,
  state,
  onStart,
}: Pick<ExportProps, 'state' | 'onStart'> & { readonly plan: ExportPlan }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [form, setForm] = useState<ExportForm>('plain');
  return (
    <Card>
      <p>
        {t('ownAccount.export.count', {
          count: plan.versions,
          size: formatSize(plan.bytes, language),
        })}
      </p>
      <ChoiceGroup
        label={t('ownAccount.export.form')}
        value={form}
        onChange={setForm}
        choices={[
          { value: 'plain', label: t('ownAccount.export.plain') },
          { value: 'age', label: t('ownAccount.export.age') },
        ]}
      />
      <Notice tone={form === 'plain' ? 'warning' : 'info'} icon="key">
        <p>{t(form === 'plain' ? 'ownAccount.export.plainText' : 'ownAccount.export.ageText')}</p>
      </Notice>
      <p className="muted small">{t('ownAccount.export.trace')}</p>
      <div>
        <Button variant="primary" icon="download" onPress={() => onStart(form)}>
          {t(state.stage === 'asking' ? 'ownAccount.export.start' : 'ownAccount.export.again')}
        </Button>
      </div>
    </Card>
  );
}

function Running({ state, onCancel }: Pick<ExportProps, 'onCancel'> & { readonly state: ExportState }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const running = state.stage === 'running' ? state : undefined;
  const text =
    running === undefined
      ? t('ownAccount.export.reading')
      : t('ownAccount.export.of', {
          done: formatSize(running.done, language),
          total: formatSize(running.total, language),
        });
  return (
    <Card>
      <ProgressBar
        label={t('ownAccount.export.progress')}
        value={running === undefined || running.total === 0 ? undefined : running.done / running.total}
        text={text}
      />
      <p className="muted small">{t('ownAccount.export.stay')}</p>
      <div>
        <Button icon="close" onPress={onCancel}>
          {t('ownAccount.export.cancel')}
        </Button>
      </div>
    </Card>
  );
}

interface DoneProps extends Pick<ExportProps, 'onSaveKey'> {
  readonly state: Extract<ExportState, { readonly stage: 'done' }>;
}

function Done({ state, onSaveKey }: DoneProps) {
  const { t } = useTranslation();
  const { files, failed, identity } = state;
  return (
    <>
      <Notice tone="success" title={t('ownAccount.export.done')}>
        <p>{t('ownAccount.export.doneText', { count: files })}</p>
      </Notice>
      {failed.length > 0 && (
        <Notice tone="warning" title={t('ownAccount.export.failed', { count: failed.length })}>
          <ul>
            {failed.map((left, index) => (
              <li key={index}>
                {t('ownAccount.export.left', { title: left.title, why: t(`errors.${left.error}`) })}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {identity !== undefined && (
        <Notice tone="warning" icon="key">
          <p>{t('ownAccount.export.keyText')}</p>
          <div>
            <Button variant="primary" icon="download" onPress={() => onSaveKey(identity)}>
              {t('ownAccount.export.key')}
            </Button>
          </div>
        </Notice>
      )}
    </>
  );
}

function Broke({ left, onWithout }: Pick<ExportProps, 'onWithout'> & { readonly left: LeftOut }) {
  const { t } = useTranslation();
  return (
    <Notice tone="error">
      <p>{t('ownAccount.export.broke', { title: left.title })}</p>
      <p>{t(`errors.${left.error}`)}</p>
      <div>
        <Button icon="retry" onPress={() => onWithout(left.document)}>
          {t('ownAccount.export.without')}
        </Button>
      </div>
    </Notice>
  );
}
