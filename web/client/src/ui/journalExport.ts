/**
 * The journal as a file: CSV for a spreadsheet, JSON for a program; made on this device from what was verified.
 *
 * The columns are those of `coffre journal`. A cell that a spreadsheet would run as a formula is kept as text.
 */
import type { JournalEntry } from './models';

const COLUMNS = ['chain', 'seq', 'time', 'kind', 'actor', 'subject', 'mode', 'reason', 'text'] as const;

type Row = Readonly<Record<(typeof COLUMNS)[number], string>>;

/** `self` is how the signed-in account is called. */
export function journalRows(
  entries: readonly JournalEntry[],
  self: string,
  sentence: (entry: JournalEntry) => string,
): readonly Row[] {
  return entries.map((entry) => {
    const [chain = '', seq = ''] = entry.id.split(':');
    return {
      chain,
      seq,
      time: entry.time.toISOString(),
      kind: entry.kind,
      actor: entry.actor ?? self,
      subject: entry.subject ?? '',
      mode: entry.mode ?? '',
      reason: entry.reason ?? '',
      text: sentence(entry),
    };
  });
}

/** RFC 4180, with a byte order mark: spreadsheets take it for UTF-8. */
export function asCsv(rows: readonly Row[]): string {
  const lines = [COLUMNS.join(','), ...rows.map((row) => COLUMNS.map((name) => cell(row[name])).join(','))];
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}

export function asJson(rows: readonly Row[]): string {
  return `${JSON.stringify(rows, null, 1)}\n`;
}

function cell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
