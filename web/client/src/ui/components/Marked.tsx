/** A text in which the words that were looked for are marked. */
import { piecesOf } from '../../search/fold';

export function Marked({
  text,
  words,
}: {
  readonly text: string;
  readonly words?: ReadonlySet<string> | undefined;
}) {
  if (words === undefined || words.size === 0) return <>{text}</>;
  return (
    <>
      {piecesOf(text, words).map((piece, index) =>
        piece.hit ? <mark key={index}>{piece.text}</mark> : piece.text,
      )}
    </>
  );
}
