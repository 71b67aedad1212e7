/** Calls of the engine about the own account: devices, another kit, room (vault/account.ts, vault/devices.ts). */
import { readStorage } from '../api/types.ts';
import { CoffreError } from '../crypto/errors.ts';
import type { SectionId } from '../crypto/encoding.ts';
import type { DeviceKind, DeviceView, StorageView } from '../ui/accountModels';
import { makeKit, takeKit, type NewKit } from '../vault/account.ts';
import { endOtherSessions, endSession, listSessions } from '../vault/devices.ts';
import { latestVersion, sectionOf } from '../vault/ledger_state.ts';
import type { OpenVault } from '../vault/vaults.ts';
import { Refusal } from './outcome.ts';
import { momentOf, sectionView } from './views.ts';
import type { Workplace } from './workplace.ts';

const KINDS: readonly DeviceKind[] = ['android', 'ios', 'windows', 'macos', 'linux', 'command_line'];

export function ownAccountCalls(place: Workplace) {
  let made: { readonly of: object; readonly kit: NewKit } | undefined;

  return {
    async devices(): Promise<readonly DeviceView[]> {
      const rows = await listSessions(place.client.api);
      return rows.map(({ id, created, client, current }) => ({
        id,
        kind: KINDS.find((kind) => kind === client) ?? 'other',
        since: momentOf(created),
        here: current,
      }));
    },

    endDevice: (id: string): Promise<void> => endSession(place.client.api, id),
    endOtherDevices: (): Promise<void> => endOtherSessions(place.client.api),

    /** Makes a kit, to be shown by `accounts.kit`; the old one stays good. Raises `credentials` for another password. */
    async makeKit(password: string): Promise<void> {
      try {
        const kit = await makeKit(place.client, password);
        made = { of: place.client, kit };
        place.kit = kit.kit;
      } catch (thrown) {
        const wrong = thrown instanceof CoffreError && ['wrong_key', 'tampered'].includes(thrown.code);
        throw wrong ? new Refusal('credentials') : thrown;
      }
    },

    /** The kit that was made takes the old one's place. */
    async takeKit(): Promise<void> {
      if (made?.of !== place.client) throw new Refusal('not_found');
      const { kit } = made;
      await place.inTurn(() => takeKit(place.client, kit));
      made = undefined;
      place.kit = undefined;
    },

    async storage(): Promise<StorageView> {
      const vault = await place.own();
      const { stored, quota } = await place.client.api.get(`/vaults/${vault.id}/storage`, readStorage);
      const bytes = bytesBySection(vault);
      const latest = [...bytes.values()].reduce((sum, size) => sum + size, 0);
      const sections = [...bytes].map(([id, size]) => ({ section: sectionView(vault, id), bytes: size }));
      sections.sort((one, other) => other.bytes - one.bytes);
      return { stored, quota, older: Math.max(0, stored - latest), sections };
    },
  };
}

function bytesBySection(vault: OpenVault): ReadonlyMap<SectionId, number> {
  const bytes = new Map<SectionId, number>();
  for (const document of vault.documents()) {
    const section = sectionOf(document);
    bytes.set(section, (bytes.get(section) ?? 0) + latestVersion(document).manifest.length);
  }
  return bytes;
}
