/**
 * Who called a function that the compiler put into its caller. No instruction has the place of such a call any more, but
 * the code just before it is mostly that of the call's arguments: the nearest line before that belongs to another
 * function and names the called one is taken for it.
 */
import type { CodeFrame } from "./code-frame.js";
import type { SourceMap } from "./source-map.js";

type Caller = Pick<CodeFrame, "function" | "file" | "line" | "column"> & { readonly isNear: true };

/** From the innermost caller outwards, as far as lines tell. `start`: where the function that holds all of it begins. */
export function inlinedCallers(map: SourceMap, offset: number, start: number, called: string): Caller[] {
  const callers: Caller[] = [];
  const chain = new Set([called]);
  let callee = called;
  for (const place of map.placesBefore(offset, start)) {
    const name = map.functionAt(place);
    if (name === null || chain.has(name) || !namesCall(map.lineText(place), callee)) continue;
    callers.push({ function: name, file: place.file, line: place.line, column: place.column, isNear: true });
    chain.add(name);
    callee = name;
  }
  return callers;
}

/** Whether a line can call a function: by its name, as an index, as an operator or by `new`. */
function namesCall(line: string, name: string): boolean {
  const [own = name, owner = ""] = name.split(".").reverse();
  if (own === "__get" || own === "__set" || own === "__uget") return /\[/.test(line);
  if (own === "__eq" || own === "__ne") return /[=!]=/.test(line);
  if (own === "__concat") return /\+|\$\{/.test(line);
  if (own === "constructor") return line.includes(`new ${owner}`);
  return new RegExp(`(?<![\\w$])${own.replace(/[^\w]/g, "\\$&")}(?![\\w$])`).test(line);
}
