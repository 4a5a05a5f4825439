/** A text as a JSON string, quotes included. What no UTF-8 can express, such as a header's stray octet, becomes U+FFFD. */
export function quote(text: string): string {
  let quoted = '"';
  let kept = 0;
  for (let i = 0; i < text.length; ++i) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x20 && unit != 0x22 && unit != 0x5c && (unit & 0xf800) != 0xd800) continue;
    if ((unit & 0xfc00) == 0xd800 && i + 1 < text.length && (text.charCodeAt(i + 1) & 0xfc00) == 0xdc00) {
      ++i;
      continue;
    }
    quoted += text.substring(kept, i);
    kept = i + 1;
    if (unit >= 0xd800) quoted += "\ufffd";
    else if (unit < 0x20) quoted += "\\u00" + (unit < 16 ? "0" : "1") + "0123456789abcdef".charAt(unit & 15);
    else quoted += "\\" + String.fromCharCode(unit);
  }
  return quoted + text.substring(kept) + '"';
}
