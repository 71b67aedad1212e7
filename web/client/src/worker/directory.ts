/** Calls of the engine about the directory: finding, comparing and authorising a professional (vault/directory.ts). */
import { fingerprint } from '../crypto/signing.ts';
import type { ContactView, InviteValues, Language, ProfessionalView } from '../ui/models';
import {
  acceptDirectoryKey,
  isPinned,
  lookUp,
  requireVerified,
  type FoundProfessional,
} from '../vault/directory.ts';
import { give } from '../vault/grants.ts';
import { contactLink, keyWords } from '../vault/keyWords.ts';
import { termsOf } from './grants.ts';
import { Refusal } from './outcome.ts';
import { professionalView } from './views.ts';
import type { Workplace } from './workplace.ts';

export function directoryCalls(place: Workplace) {
  let found: (FoundProfessional & { readonly pinned: boolean }) | undefined;

  const wordsOf = async (key: Parameters<typeof keyWords>[0], language: Language) =>
    (await keyWords(key, language === 'fr' ? 'french' : 'english')).split(' ');

  return {
    /** A professional by what was scanned or typed; kept for `authorise`. */
    async find(wanted: string, language: Language): Promise<ProfessionalView> {
      found = undefined;
      const vault = await place.freshOwn();
      const looked = await lookUp(place.client, wanted);
      const pinned = isPinned(vault.state, looked);
      found = { ...looked, pinned };
      const { card } = looked.known;
      return {
        ...professionalView(card),
        words: await wordsOf(card.author, language),
        state: looked.state,
        confirmed: looked.confirmed || pinned,
      };
    },

    /** Gives a grant to the professional found last. `compared` and `met` are what the patient said on the page. */
    async authorise(
      values: InviteValues,
      said: { readonly compared: boolean; readonly met: boolean },
    ): Promise<void> {
      if (found === undefined) throw new Refusal('not_found');
      if (!found.confirmed && !found.pinned && !said.compared) throw new Refusal('forbidden');
      if (!(said.met && found.state === 'unverified')) requireVerified(found);
      const professional = found.known;
      const vault = await place.own();
      const terms = termsOf(place, vault, values);
      await place.inTurn(() => give(vault, terms, professional));
      found = undefined;
    },

    /** Pins the directory's new key, by the id that the host published. */
    async acceptKey(identifier: string): Promise<void> {
      await acceptDirectoryKey(place.client, identifier);
    },

    /** The account's own key, to be compared. */
    async contact(language: Language): Promise<ContactView> {
      const { me, api } = place.client;
      return {
        link: contactLink(api.origin, me),
        fingerprint: fingerprint(me),
        words: await wordsOf(me, language),
      };
    },
  };
}
