/** What the server answers about the keys that followed its first one and the directory's (spec chapter 14). Unverified. */
import { MAX_SUCCESSIONS } from '../crypto/statement_keys.ts';
import { signedFromWire } from '../crypto/statements.ts';
import { answer, many } from './answers.ts';

const chain = many(signedFromWire, MAX_SUCCESSIONS);

export const readKeys = answer({ directory: chain, server: chain });
