/**
 * Shapes of the server's answers: ordinary JSON, read strictly, since the server is not trusted.
 *
 * A member that a client knows has its exact type; members that a later server adds are ignored, and null is absent.
 * What values mean is verified by the crypto modules and the fold. Everything off the shape is malformed.
 */
import type { Json } from '../crypto/encoding.ts';
import { check, malformed } from '../crypto/errors.ts';
import { type OptionalShape, type RecordOf, type Shape } from '../crypto/shapes.ts';

type Members = Readonly<Record<string, Shape<unknown> | OptionalShape<unknown>>>;

/** Reads a `T` from an answer's JSON. Raises malformed. */
export type Reader<T> = (value: unknown) => T;

/** An object with at least these members. */
export function answer<const M extends Members>(members: M): Reader<RecordOf<M>> {
  return (value) => {
    check(typeof value === 'object' && value !== null && !Array.isArray(value), () =>
      malformed('not an object'),
    );
    const source = value as Readonly<Record<string, unknown>>;
    const found: Record<string, unknown> = {};
    for (const [name, member] of Object.entries(members)) {
      const given = Object.hasOwn(source, name) ? source[name] : undefined;
      if (given !== undefined && given !== null) {
        found[name] = ('optional' in member ? member.optional : member).decode(given as Json);
      } else check('optional' in member, () => malformed('missing member of an answer'));
    }
    return found as RecordOf<M>;
  };
}

/** A member read by a reader. */
export function read<T>(reader: Reader<T>): Shape<T> {
  return {
    decode: reader,
    encode: () => {
      throw malformed('answers are read, never written');
    },
  };
}

/** A list of at most `max` of what a reader reads. */
export function many<T>(reader: Reader<T>, max = 100_000): Shape<readonly T[]> {
  return read((value) => {
    check(Array.isArray(value) && value.length <= max, () => malformed('not a list, or too long'));
    return value.map(reader);
  });
}

/** A string of at most `max` characters. */
export function string(max = 65_536): Shape<string> {
  return read((value) => {
    check(typeof value === 'string' && value.length <= max, () => malformed('not a text, or too long'));
    return value;
  });
}
