/** `/contact`, wired: a professional shows their key; a patient looks one up, compares it, and gives access. */
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { useLocation } from 'wouter';
import { Loading } from '../../ui/components/Loading';
import type { ProfessionalView } from '../../ui/models';
import { Authorise } from '../../ui/pages/Authorise';
import { Contact } from '../../ui/pages/Contact';
import { ErrorPage } from '../../ui/pages/ErrorPage';
import { ROUTES } from '../../ui/paths';
import { useLanguage } from '../../ui/useLanguage';
import { valueOf } from '../../worker/connect';
import { useFragments } from '../context';
import { useAction, useLoadable } from '../loading';
import { useNow } from '../now';
import { useSession } from '../session';
import { grantable } from './GrantRoutes';

export function ContactRoute() {
  const { state } = useSession();
  if (state.stage !== 'in') return <Loading />;
  return state.account.role === 'professional' ? <OwnKey /> : <AuthoriseRoute />;
}

function OwnKey() {
  const { engine } = useSession();
  const language = useLanguage();
  const [contact] = useLoadable(
    useCallback(() => valueOf(engine().directory.contact(language)), [engine, language]),
  );
  return <Contact contact={contact} />;
}

function AuthoriseRoute() {
  const { engine } = useSession();
  const language = useLanguage();
  const now = useNow();
  const fragments = useFragments();
  const [, navigate] = useLocation();
  const brought = useSyncExternalStore(fragments.subscribe, () => fragments.get(ROUTES.contact));
  const [content, reload] = useLoadable(useCallback(() => valueOf(engine().documents.content()), [engine]));
  const [found, setFound] = useState<ProfessionalView | undefined>(undefined);
  const [submission, run] = useAction();
  const find = useCallback(
    (wanted: string) => run(async () => setFound(await valueOf(engine().directory.find(wanted, language)))),
    [engine, language, run],
  );
  useEffect(() => {
    if (brought === undefined) return;
    fragments.forget(ROUTES.contact);
    find(brought);
  }, [brought, find, fragments]);
  if (content.state === 'failed') return <ErrorPage error={content.error} onReload={reload} />;
  if (content.state !== 'ready') return <Loading />;
  return (
    <Authorise
      {...submission}
      found={found}
      sections={content.value.sections.filter(({ kind }) => kind !== 'masked' && kind !== 'inbox')}
      documents={grantable(content.value.documents)}
      now={now}
      onFind={find}
      onForget={() => setFound(undefined)}
      onAcceptKey={(identifier) => run(() => valueOf(engine().directory.acceptKey(identifier)))}
      onSubmit={(values, said) =>
        run(async () => {
          await valueOf(engine().directory.authorise(values, said));
          navigate(ROUTES.grants);
        })
      }
    />
  );
}
