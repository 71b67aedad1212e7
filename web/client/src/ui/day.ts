/** Days as `YYYY-MM-DD` in the reader's own time zone, as date fields give and take them. */
export function dayOf(date: Date): string {
  const pad = (value: number, width: number) => String(value).padStart(width, '0');
  return `${pad(date.getFullYear(), 4)}-${pad(date.getMonth() + 1, 2)}-${pad(date.getDate(), 2)}`;
}

export function addDays(date: Date, days: number): Date {
  const next = new Date(date);
  next.setDate(next.getDate() + days);
  return next;
}

/** One year later, a day earlier on the 29th of February, as the law's «one year» is read. */
export function oneYearAfter(date: Date): Date {
  const next = new Date(date);
  next.setFullYear(next.getFullYear() + 1);
  if (next.getMonth() !== date.getMonth()) next.setDate(0);
  return next;
}
