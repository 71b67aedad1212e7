/** Addresses of this app's scripts, as Trusted Types want them, on pages and in workers alike. */
import { SCRIPT } from '../downloads/protocol';
import { SHELL_SCRIPT } from '../offline/protocol';

interface ScriptUrlPolicy {
  readonly createScriptURL: (url: string) => string;
}
interface TrustedTypesFactory {
  readonly createPolicy: (name: string, rules: ScriptUrlPolicy) => ScriptUrlPolicy;
}

let policy: ScriptUrlPolicy | undefined;

/** The address of a script of this app, as Trusted Types want it. A browser allows the policy's name once a page. */
export function scriptUrl(url: string): string {
  policy ??= makePolicy();
  return policy.createScriptURL(url);
}

/** Scripts may come from this origin's built files alone (from Vite's source folder while developing). */
function makePolicy(): ScriptUrlPolicy {
  const rules: ScriptUrlPolicy = {
    createScriptURL: (url) => {
      const target = new URL(url, location.origin);
      const known =
        target.pathname.startsWith('/assets/') ||
        target.pathname === SCRIPT ||
        target.pathname === SHELL_SCRIPT ||
        (import.meta.env.DEV && target.pathname.startsWith('/src/'));
      if (target.origin !== location.origin || !known) throw new TypeError('a script from elsewhere');
      return target.href;
    },
  };
  const factory = (globalThis as { readonly trustedTypes?: TrustedTypesFactory }).trustedTypes;
  return factory?.createPolicy('coffre', rules) ?? rules;
}
