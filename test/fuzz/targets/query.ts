import { mutate } from "as-proxy-wasm-sim/explore";
import type { Target } from "../target.js";

const PIECES = [
  "a",
  "b",
  "=",
  "&",
  "+",
  "%",
  "%2",
  "%41",
  "%26",
  "%3D",
  "%ff",
  "%C3%A9",
  "%e2%82",
  "?",
  "#",
  "~",
  "*",
  "é",
  "\0",
  "&&",
  "==",
];

/** Query strings; Node's `URLSearchParams` says what they mean. */
export const query: Target = {
  name: "query",
  entry: "query.ts",
  encoding: "utf8",
  generate: (random) => {
    const text = Buffer.from(random.join(PIECES, 24));
    return random.once(4) ? mutate(random, text, PIECES) : text;
  },
  expected: (input) => {
    // URLSearchParams garbles plain text beside encoded octets that are not UTF-8: so all of it is encoded.
    const encoded = input
      .toString("latin1")
      .replaceAll(/[\x80-\xff]/g, (octet) => `%${octet.charCodeAt(0).toString(16)}`);
    const parameters = new URLSearchParams(`?${encoded}`);
    const pairs = [...parameters].flat();
    // It has no octets that are not UTF-8, and so it cannot write them.
    const written = pairs.some((text) => text.includes("\ufffd")) ? undefined : parameters.toString();
    return ["1", written, "1", ...pairs];
  },
};
