import { MAX_PATTERN_LENGTH } from "./parser";
import { Pattern, PatternFlags, PatternResult } from "./pattern";

/**
 * Compiles a glob, which the whole text must match: `*` is any characters but "/", `**` any at all, `?` one that is no "/", `[a-z]` and
 * `[!a-z]` one of a class, `{a,b}` one of several, `\` takes the next character as it is. For host names and paths:
 * `/api/**`, `*.example.com`.
 *
 * The offset of a mistake counts in the regular expression that the glob becomes.
 */
export function compileGlob(glob: string, flags: PatternFlags = PatternFlags.None): PatternResult {
  // What is too long is refused before it is translated.
  const source = glob.length > MAX_PATTERN_LENGTH ? glob : translated(glob);
  return Pattern.compile(source, flags | PatternFlags.Whole | PatternFlags.DotAll);
}

function translated(glob: string): string {
  const pattern: string[] = [];
  let braces = 0;
  for (let i = 0; i < glob.length; ++i) {
    const unit = glob.charCodeAt(i);
    if (unit == 0x2a) {
      const any = i + 1 < glob.length && glob.charCodeAt(i + 1) == 0x2a;
      while (i + 1 < glob.length && glob.charCodeAt(i + 1) == 0x2a) ++i;
      pattern.push(any ? ".*" : "[^/]*");
    } else if (unit == 0x3f) {
      pattern.push("[^/]");
    } else if (unit == 0x5b) {
      pattern.push("[");
      if (i + 1 < glob.length && glob.charCodeAt(i + 1) == 0x21) {
        pattern.push("^");
        ++i;
      }
      // Up to "]" as it is; a backslash escapes in both languages.
      while (++i < glob.length && glob.charCodeAt(i) != 0x5d) {
        pattern.push(glob.charAt(i));
        if (glob.charCodeAt(i) == 0x5c && i + 1 < glob.length) pattern.push(glob.charAt(++i));
      }
      if (i < glob.length) pattern.push("]");
    } else if (unit == 0x7b) {
      pattern.push("(?:");
      ++braces;
    } else if (unit == 0x7d && braces > 0) {
      pattern.push(")");
      --braces;
    } else if (unit == 0x2c && braces > 0) {
      pattern.push("|");
    } else if (unit == 0x5c && i + 1 < glob.length) {
      pattern.push(literal(glob.charCodeAt(++i)));
    } else {
      pattern.push(literal(unit));
    }
  }
  return pattern.join("");
}

/** A character that stands for itself. */
function literal(unit: i32): string {
  const text = String.fromCharCode(unit);
  return "\\.+*?()[]{}|^$".includes(text) ? "\\" + text : text;
}
