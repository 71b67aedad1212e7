/** Calls of the engine about the health profile and the emergency card (vault/profiles.ts, crypto/card.ts). */
import { cardFieldsOf, cardText, type CardField } from '../crypto/card.ts';
import { CoffreError } from '../crypto/errors.ts';
import {
  PROFILE_LISTS,
  type Profile,
  type ProfileContact,
  type ProfileEntry,
  type ProfileList,
} from '../crypto/profile.ts';
import type { Language } from '../ui/models';
import type { CardView, ProfileContactView, ProfileEntryView, ProfileView } from '../ui/profileModels.ts';
import { loadProfile, saveProfile, type HeldProfile } from '../vault/profiles.ts';
import { Refusal } from './outcome.ts';
import type { Workplace } from './workplace.ts';

const TITLES: Readonly<Record<Language, string>> = { fr: 'Mon profil de santé', en: 'My health profile' };

export function profileCalls(place: Workplace) {
  let held: { readonly of: object; readonly profile: HeldProfile } | undefined;

  /** What was read for the account that is signed in. */
  function atHand(): HeldProfile {
    if (held?.of !== place.client) throw new Refusal('not_found');
    return held.profile;
  }

  return {
    /** The opening stands in the journal. */
    async load(): Promise<ProfileView> {
      const vault = await place.freshOwn();
      held = { of: place.client, profile: await loadProfile(vault) };
      return viewOf(held.profile);
    },

    /** Saves a new version of the one that was loaded, and brings it to the links that follow. Raises `changed`. */
    async save(view: ProfileView, language: Language): Promise<ProfileView> {
      const before = atHand();
      const vault = await place.own();
      const saved = await saveProfile(vault, profileOf(view), before, TITLES[language]);
      held = { of: place.client, profile: saved };
      await place.follow(vault);
      place.keepInStep(vault);
      return viewOf(saved);
    },

    /** What a card of these fields says, of the profile that was loaded. */
    async card(fields: readonly CardField[]): Promise<CardView> {
      const { profile } = atHand();
      const available = cardFieldsOf(profile);
      const chosen = fields.filter((field) => available.includes(field));
      if (chosen.length === 0) return Promise.resolve({ available, text: '', tooLong: false });
      try {
        return { available, text: textOf(chosen), tooLong: false };
      } catch (thrown) {
        if (!(thrown instanceof CoffreError) || thrown.code !== 'limit_exceeded') throw thrown;
        return { available, text: '', tooLong: true };
      }
    },

    /** The page to print. Nothing of it is sent anywhere. */
    async cardPdf(fields: readonly CardField[], language: Language): Promise<Blob> {
      const text = textOf(fields);
      const { cardPdf } = await import('./cardPdf.ts');
      return cardPdf(text, language);
    },
  };

  function textOf(fields: readonly CardField[]): string {
    const day = new Date(place.client.now() * 1000).toISOString().slice(0, 10);
    return cardText(atHand().profile, fields, { patient: place.client.keyring.name, day });
  }
}

function viewOf({ profile, version }: HeldProfile): ProfileView {
  const listOf = (name: ProfileList) => (profile[name] ?? []).map(entryView);
  return {
    birthDate: profile.birth_date ?? '',
    bloodGroup: profile.blood_group,
    gender: profile.gender,
    lists: {
      allergies: listOf('allergies'),
      directives: listOf('directives'),
      implants: listOf('implants'),
      problems: listOf('problems'),
      treatments: listOf('treatments'),
      vaccinations: listOf('vaccinations'),
    },
    contacts: (profile.contacts ?? []).map(({ name, relation = '', phone = '' }) => ({
      name,
      relation,
      phone,
    })),
    noneKnown: profile.none_known ?? [],
    saved: version !== undefined,
  };
}

function entryView(entry: ProfileEntry): ProfileEntryView {
  const { label, detail = '', note = '', since = '', until = '', status, severity, code } = entry;
  return { label, detail, note, since, until, past: status === 'past', severity, code };
}

/** What was typed, without what was left empty. The writer refuses what the format does. */
function profileOf(view: ProfileView): Profile {
  const lists = PROFILE_LISTS.map((name) => {
    const entries = view.lists[name].map((entry) => entryOf(name, entry));
    return [name, entries.length === 0 ? undefined : entries] as const;
  });
  const none = (['allergies', 'problems', 'treatments'] as const).filter(
    (name) => view.noneKnown.includes(name) && view.lists[name].length === 0,
  );
  return {
    ...Object.fromEntries(lists),
    birth_date: said(view.birthDate),
    blood_group: view.bloodGroup,
    contacts: view.contacts.length === 0 ? undefined : view.contacts.map(contactOf),
    gender: view.gender,
    none_known: none.length === 0 ? undefined : none,
  };
}

function entryOf(name: ProfileList, entry: ProfileEntryView): ProfileEntry {
  const { label, detail, note, since, until, past, severity, code } = entry;
  return {
    code,
    detail: said(detail),
    label: tidy(label),
    note: said(note),
    severity: name === 'allergies' ? severity : undefined,
    since: said(since),
    status: name === 'vaccinations' ? undefined : past ? 'past' : 'active',
    until: past && name !== 'vaccinations' ? said(until) : undefined,
  };
}

function contactOf({ name, relation, phone }: ProfileContactView): ProfileContact {
  return { name: tidy(name), phone: said(phone), relation: said(relation) };
}

function said(text: string): string | undefined {
  const written = tidy(text);
  return written === '' ? undefined : written;
}

/** One line: what was pasted may have breaks. */
function tidy(text: string): string {
  return text
    .replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g, ' ')
    .normalize('NFC')
    .trim();
}
