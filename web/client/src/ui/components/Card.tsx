/** A bounded group of content, with an optional heading. */
import type { ReactNode } from 'react';

export function Card({
  title,
  children,
  flat = false,
}: {
  readonly title?: string;
  readonly children: ReactNode;
  readonly flat?: boolean;
}) {
  return (
    <section className={flat ? 'card card-flat' : 'card'}>
      {title !== undefined && <h2>{title}</h2>}
      {children}
    </section>
  );
}

/** Terms and their values. */
export function Facts({
  facts,
  columns = 1,
}: {
  readonly facts: readonly { readonly term: string; readonly value: ReactNode }[];
  readonly columns?: 1 | 2;
}) {
  return (
    <dl className={columns === 2 ? 'facts facts-2' : 'facts'}>
      {facts.map((fact) => (
        <div key={fact.term}>
          <dt>{fact.term}</dt>
          <dd>{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}
