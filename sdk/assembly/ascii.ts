/**
 * The text with A–Z in lower case and everything else as it is: what HTTP means where case does not matter (RFC 9110 §5.1).
 * `String.toLowerCase` knows all of Unicode, and its tables weigh 7 kB in a module.
 */
export function toAsciiLowerCase(text: string): string {
  let lower = "";
  let kept = 0;
  for (let i = 0; i < text.length; ++i) {
    const unit = text.charCodeAt(i);
    if (unit < 0x41 || unit > 0x5a) continue;
    lower += text.substring(kept, i) + String.fromCharCode(unit + 0x20);
    kept = i + 1;
  }
  return kept == 0 ? text : lower + text.substring(kept);
}
