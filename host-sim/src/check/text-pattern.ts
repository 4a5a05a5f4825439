/** A text to be equal to (or, of logs and bodies, to be in it), or a regular expression. */
export type TextPattern = string | RegExp;

/** `"jo"`, or the expression as it was written. */
export function patternText(pattern: TextPattern): string {
  return typeof pattern === "string" ? JSON.stringify(pattern) : String(pattern);
}

export function isEqual(text: string, pattern: TextPattern): boolean {
  return typeof pattern === "string" ? text === pattern : matches(text, pattern);
}

export function contains(text: string, pattern: TextPattern): boolean {
  return typeof pattern === "string" ? text.includes(pattern) : matches(text, pattern);
}

/** Without what a `g` or `y` expression remembers from the last time. */
function matches(text: string, pattern: RegExp): boolean {
  pattern.lastIndex = 0;
  return pattern.test(text);
}
