/** JSON with one member a line, every number and string as it stands; null when the text is no JSON of that kind. */
export function laidOutJson(text: string): string | null {
  if (!/^\s*[[{]/.test(text)) return null;
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  let out = "";
  let depth = 0;
  const line = (): string => `\n${"  ".repeat(depth)}`;
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  for (const [index, token] of tokens.entries()) {
    const isEmpty = (open: string): boolean => tokens[index - 1] === open;
    if (token === "{" || token === "[") {
      depth += 1;
      const closesAtOnce = tokens[index + 1] === (token === "{" ? "}" : "]");
      out += closesAtOnce ? token : token + line();
    } else if (token === "}" || token === "]") {
      depth -= 1;
      out += isEmpty(token === "}" ? "{" : "[") ? token : line() + token;
    } else if (token === ",") out += token + line();
    else out += token === ":" ? ": " : token;
  }
  return out;
}
