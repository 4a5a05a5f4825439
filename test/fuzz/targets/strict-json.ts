const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const DEEPEST = 256;

/**
 * `JSON.parse` of bytes, and undefined where the SDK is stricter or JSON ends: bytes that are not UTF-8, escapes that make half a
 * surrogate pair, more than 256 levels.
 */
export function strictJson(bytes: Buffer): { readonly value: unknown } | undefined {
  try {
    const text = utf8.decode(bytes);
    const value: unknown = JSON.parse(text);
    // Good JSON falls into its strings and brackets; a reviver would not see members that others of their name replace.
    const tokens = text.match(/"(?:[^"\\]|\\.)*"|[[\]{}]/g) ?? [];
    const isWhole = tokens.every(
      (token) => !token.includes("\\u") || !/\p{Surrogate}/u.test(String(JSON.parse(token))),
    );
    return isWhole && depth(tokens) <= DEEPEST ? { value } : undefined;
  } catch {
    return undefined;
  }
}

function depth(tokens: readonly string[]): number {
  let level = 0;
  let deepest = 0;
  for (const token of tokens) {
    if (token === "[" || token === "{") deepest = Math.max(deepest, ++level);
    else if (token === "]" || token === "}") level--;
  }
  return deepest;
}
