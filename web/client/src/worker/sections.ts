/** Calls of the engine about a patient's sections, settings and deposit link (vault/sections.ts, vault/inbox.ts). */
import { depositLinkText } from '../crypto/deposits.ts';
import { checkId, type SectionId } from '../crypto/encoding.ts';
import { linkOf } from '../vault/inbox.ts';
import { addSection, maskNew, renameSection } from '../vault/sections.ts';
import { sectionViews } from './views.ts';
import type { Workplace } from './workplace.ts';

export function sectionCalls(place: Workplace) {
  return {
    async list() {
      const vault = await place.freshOwn();
      return {
        sections: sectionViews(vault),
        maskNew: vault.state.maskNew,
        link: depositLinkText(linkOf(vault), place.parts.api.origin),
      };
    },

    async add(name: string): Promise<void> {
      const vault = await place.freshOwn();
      await place.inTurn(() => addSection(vault, name));
    },

    async rename(section: string, name: string): Promise<void> {
      const vault = await place.freshOwn();
      await renameSection(vault, checkId<SectionId>(section), name);
    },

    async maskNew(on: boolean): Promise<void> {
      await maskNew(await place.freshOwn(), on);
    },
  };
}
