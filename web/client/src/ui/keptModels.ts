/** What the pages of documents that this device keeps show. */
import type { SectionView } from './models';

/** A document that can be read here without the server. */
export interface KeptView {
  readonly id: string;
  readonly title: string;
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly section: SectionView;
  readonly mime: string;
  /** Bytes that the copy takes. */
  readonly size: number;
  readonly kept: Date;
}
