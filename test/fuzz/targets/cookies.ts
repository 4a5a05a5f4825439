import { mutate } from "as-proxy-wasm-sim/explore";
import type { Target } from "../target.js";

const PIECES = [
  "a",
  "sid",
  "=",
  ";",
  "; ",
  " ",
  "\t",
  '"',
  '""',
  ",",
  "\\",
  "é",
  "\xff",
  "\0",
  "\r\n",
  "==",
  "$Version",
  "%20",
  "__Host-x",
  "__Secure-",
];

/** Cookie headers, read by a plain reading of RFC 6265; and what may stand in a cookie that is set. */
export const cookies: Target = {
  name: "cookies",
  entry: "cookies.ts",
  generate: (random) => {
    const text = Buffer.from(random.join(PIECES, 20), random.once(2) ? "latin1" : "utf8");
    return random.once(4) ? mutate(random, text, PIECES) : text;
  },
  expected: (input) => {
    const text = input.toString("latin1");
    const pairs = text
      .split(";")
      .filter((pair) => pair.includes("="))
      .map((pair) => {
        const equals = pair.indexOf("=");
        const value = pair.slice(equals + 1).replace(/^[ \t]+|[ \t]+$/g, "");
        return [
          pair.slice(0, equals).replace(/^[ \t]+|[ \t]+$/g, ""),
          value.replace(/^"(.*)"$/s, "$1"),
        ] as const;
      })
      .filter(([name]) => name !== "")
      .slice(0, 300);
    const value = /^(?:[!#-+\--:<-[\]-~]*|"[!#-+\--:<-[\]-~]*")$/.test(text) ? `a=${text}` : null;
    const isName = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/.test(text) && !/^__(?:host|secure)-/i.test(text);
    return [value, isName ? `${text}=b` : null, "0", ...pairs.flat()];
  },
};
