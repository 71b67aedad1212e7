/** Addresses of the app's pages. Route patterns for the router, and builders for links. */
export const ROUTES = {
  home: '/',
  signUp: '/signup',
  kit: '/kit',
  signIn: '/signin',
  recover: '/recover',
  vault: '/vault',
  document: '/vault/:vault/documents/:id',
  compare: '/vault/:vault/compare/:one/:other',
  compareWith: '/vault/:vault/compare/:one',
  otherVault: '/vault/:vault',
  ownAccesses: '/vault/:vault/accesses',
  invite: '/invite',
  grants: '/grants',
  contact: '/contact',
  deposit: '/deposit',
  sections: '/sections',
  profile: '/profile',
  card: '/profile/card',
  redeem: '/redeem',
  vaults: '/vaults',
  journal: '/journal',
  shareNew: '/share',
  shares: '/shares',
  view: '/view',
  settings: '/settings',
  devices: '/settings/devices',
  newKit: '/settings/kit',
  export: '/settings/export',
  deleteAccount: '/settings/delete',
  receipt: '/receipt',
  kept: '/kept',
  keptDocument: '/kept/:id',
  notices: '/notices',
} as const;

export function vaultPath(vault: string): string {
  return `/vault/${encodeURIComponent(vault)}`;
}

export function ownAccessesPath(vault: string): string {
  return `${vaultPath(vault)}/accesses`;
}

export function documentPath(vault: string, id: string): string {
  return `${vaultPath(vault)}/documents/${encodeURIComponent(id)}`;
}

/** A copy that this device keeps, read without the server. */
export function keptPath(id: string): string {
  return `${ROUTES.kept}/${encodeURIComponent(id)}`;
}

/** Without the second one, where it is chosen. */
export function comparePath(vault: string, one: string, other?: string): string {
  const path = `${vaultPath(vault)}/compare/${encodeURIComponent(one)}`;
  return other === undefined ? path : `${path}/${encodeURIComponent(other)}`;
}
