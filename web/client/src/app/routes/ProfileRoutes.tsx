/** The health profile and the emergency card, wired. */
import { Suspense, useCallback, useState } from 'react';
import { EmergencyCard } from '../../ui/pages/EmergencyCard';
import { Profile } from '../../ui/pages/Profile';
import type { ErrorCode } from '../../ui/models';
import type { CardField, CardView, ProfileView } from '../../ui/profileModels';
import { useLanguage } from '../../ui/useLanguage';
import { codeOf, valueOf } from '../../worker/connect';
import { saveBlob } from '../download';
import { lazy } from '../lazily';
import { useAction, useLoadable } from '../loading';
import { useSession } from '../session';

const KeepProfile = lazy(async () => ({ default: (await import('./KeptRoutes')).KeepProfile }));

export function ProfileRoute() {
  const { engine } = useSession();
  const language = useLanguage();
  const [loaded] = useLoadable(useCallback(() => valueOf(engine().profiles.load()), [engine]));
  const [saved, setSaved] = useState<ProfileView | undefined>(undefined);
  const [action, run] = useAction();
  return (
    <>
      <Profile
        profile={saved === undefined ? loaded : { state: 'ready', value: saved }}
        action={action}
        onSave={(values) =>
          run(async () => setSaved(await valueOf(engine().profiles.save(values, language))))
        }
      />
      {loaded.state === 'ready' && (
        <Suspense>
          <KeepProfile key={String(saved === undefined)} />
        </Suspense>
      )}
    </>
  );
}

export function CardRoute() {
  const { engine } = useSession();
  const language = useLanguage();
  const [chosen, setChosen] = useState<readonly CardField[]>([]);
  const [card, setCard] = useState<CardView | undefined>(undefined);
  const load = useCallback(async () => {
    const { profiles } = engine();
    await valueOf(profiles.load());
    return valueOf(profiles.card([]));
  }, [engine]);
  const [loaded] = useLoadable(load);
  const [action, run] = useAction();
  const [failed, setFailed] = useState<ErrorCode | undefined>(undefined);
  const choose = (fields: readonly CardField[]) => {
    setChosen(fields);
    // Answers come in the order of the questions.
    valueOf(engine().profiles.card(fields)).then(setCard, (thrown: unknown) => setFailed(codeOf(thrown)));
  };
  return (
    <EmergencyCard
      card={card === undefined || loaded.state !== 'ready' ? loaded : { state: 'ready', value: card }}
      chosen={chosen}
      action={{ ...action, error: action.error ?? failed }}
      onChoose={choose}
      onDownload={() =>
        run(async () => {
          const page = await valueOf(engine().profiles.cardPdf(chosen, language));
          saveBlob(page, language === 'fr' ? 'carte-urgence.pdf' : 'emergency-card.pdf');
        })
      }
    />
  );
}
