/** Calls of the engine about the account: signing up and in, kit, recovery, password (vault/account.ts). */
import { readDirectory, readServer, readSession } from '../api/types.ts';
import { ApiError } from '../api/errors.ts';
import type { ApiCode } from '../api/errors.ts';
import { CoffreError } from '../crypto/errors.ts';
import { checkPolicy, score, WeakPassword } from '../crypto/passwords.ts';
import { Kit } from '../crypto/recovery.ts';
import { verifyProfessionalCard } from '../crypto/statements.ts';
import type { AccountView, ErrorCode, KitView, Language, PasswordStrength, SignUpValues } from '../ui/models';
import {
  changePassword,
  checkPassword,
  recover,
  sendSignUpCode,
  signIn,
  signOut,
  signUp,
} from '../vault/account.ts';
import { Refusal } from './outcome.ts';
import { accountView } from './views.ts';
import type { Workplace } from './workplace.ts';

export function accountCalls(place: Workplace) {
  const { parts } = place;

  /** A professional's own card comes from the directory; it must be of the keyring's keys. */
  async function view(): Promise<AccountView> {
    const { client } = place;
    if (client.session.role === 'patient') return accountView(client);
    const key = encodeURIComponent(client.me);
    const { professionals } = await client.api.get(`/directory?key=${key}`, readDirectory);
    for (const { card } of professionals) {
      const verified = verifyProfessionalCard(card);
      if (verified.author !== client.me) continue;
      place.card = card;
      return accountView(client, verified);
    }
    return accountView(client);
  }

  return {
    /** The address of the session that this browser still has at the server; its keys are gone with the page. */
    async remembered(): Promise<{ readonly email: string } | null> {
      try {
        const session = await parts.api.get('/sessions/current', readSession);
        return { email: session.address };
      } catch (thrown) {
        if (thrown instanceof ApiError && thrown.code === 'unauthenticated') return null;
        throw thrown;
      }
    },

    /** Whom people may ask, if the host says. */
    async contact(): Promise<string | undefined> {
      return (await parts.api.get('/server', readServer)).contact;
    },

    async rate(password: string, own: readonly string[]): Promise<PasswordStrength> {
      const about = own.filter((word) => word !== '');
      const points = await score(password, about);
      try {
        await checkPolicy(password, about);
        return { score: points, acceptable: true };
      } catch (thrown) {
        if (!(thrown instanceof WeakPassword)) throw thrown;
        const reason = thrown.reason === 'too_short' ? 'short' : points === 0 ? 'common' : 'guessable';
        return { score: points, acceptable: false, reason };
      }
    },

    /** Has a code mailed, if the server asks for one; whether it does. */
    async sendSignUpCode(email: string): Promise<boolean> {
      return sendSignUpCode(parts.api, email);
    },

    async signUp(values: SignUpValues): Promise<AccountView> {
      const { email: address, role, name, rpps, profession, code, password } = values;
      const account = { address, role, name, rpps, profession: profession, code };
      const { client, kit } = await taken(signUp(parts, account, password));
      place.begin(client);
      place.kit = kit;
      return view();
    },

    /** The kit that was made at sign-up, until it is confirmed. */
    async kit(language: Language): Promise<KitView> {
      const kit = kitAtHand(place);
      const words = await kit.words(language === 'fr' ? 'french' : 'english');
      return {
        words: words.split(' '),
        qr: kit.qrText(parts.api.origin),
        email: place.client.session.address,
      };
    },

    async kitPdf(language: Language): Promise<Blob> {
      const kit = kitAtHand(place);
      const { kitPdf } = await import('./kitPdf.ts');
      return kitPdf({
        language,
        words: (await kit.words(language === 'fr' ? 'french' : 'english')).split(' '),
        qr: kit.qrText(parts.api.origin),
        address: place.client.session.address,
        origin: parts.api.origin,
        date: new Date(),
      });
    },

    async kitConfirmed(): Promise<void> {
      place.kit = undefined;
      return Promise.resolve();
    },

    async signIn(address: string, password: string): Promise<AccountView> {
      place.begin(await wrongAddressAsCredentials(signIn(parts, address, password)));
      return view();
    },

    /** `kit` is the text of the kit's QR or its twelve words. */
    async recover(address: string, kit: string, password: string): Promise<AccountView> {
      const found = await kitOf(kit);
      try {
        place.begin(await recover(parts, address, found, password));
      } catch (thrown) {
        const refused = thrown instanceof ApiError && thrown.code === 'credentials';
        throw refused ? new Refusal('wrong_kit') : thrown;
      }
      return view();
    },

    async changePassword(current: string, next: string): Promise<void> {
      try {
        await checkPassword(place.client, current);
      } catch (thrown) {
        const wrong = thrown instanceof CoffreError && ['wrong_key', 'tampered'].includes(thrown.code);
        throw wrong ? new Refusal('credentials') : thrown;
      }
      await changePassword(place.client, next);
    },

    /**
     * What was seen here goes into the keyring first, for the next device; signing out does not depend on it. What this browser
     * kept of the account is deleted, but for the pins.
     */
    async signOut(): Promise<void> {
      try {
        await place.signedIn?.sharePins();
      } catch {
        // The pins stay in this browser in any case.
      }
      await place.forgetKept();
      place.end();
      await signOut(parts.api);
    },
  };
}

function kitAtHand(place: Workplace): Kit {
  if (place.kit === undefined) throw new Refusal('not_found');
  return place.kit;
}

async function kitOf(text: string): Promise<Kit> {
  try {
    return text.includes('#kit.') ? Kit.fromQr(text) : await Kit.fromWords(text);
  } catch (thrown) {
    throw thrown instanceof CoffreError && thrown.code === 'malformed' ? new Refusal('wrong_kit') : thrown;
  }
}

/** What is taken at sign-up is the address or the RPPS number; what is wrong or over is the code. */
async function taken<T>(signingUp: Promise<T>): Promise<T> {
  try {
    return await signingUp;
  } catch (thrown) {
    const found = thrown instanceof ApiError ? AT_SIGN_UP[thrown.code] : undefined;
    throw found === undefined ? thrown : new Refusal(found);
  }
}

const AT_SIGN_UP: Readonly<Partial<Record<ApiCode, ErrorCode>>> = {
  conflict: 'address_taken',
  credentials: 'wrong_code',
  ended: 'code_over',
};

/** With a salt that a server made up, the keyring cannot open either: to a person both are a refused sign-in. */
async function wrongAddressAsCredentials<T>(signingIn: Promise<T>): Promise<T> {
  try {
    return await signingIn;
  } catch (thrown) {
    const off = thrown instanceof CoffreError && thrown.code === 'malformed' && thrown.message === 'address';
    throw off ? new Refusal('credentials') : thrown;
  }
}
