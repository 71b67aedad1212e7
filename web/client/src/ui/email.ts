/** The address rule of spec chapter 0, plus a dot in the domain, which only typing errors lack. */
export function isEmail(text: string): boolean {
  return (
    /^[\x21-\x3f\x41-\x7e]+@[\x21-\x3f\x41-\x7e]+\.[\x21-\x3f\x41-\x7e]+$/.test(text.trim()) &&
    text.trim().length <= 254
  );
}
