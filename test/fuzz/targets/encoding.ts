import { mutate, type Random } from "as-proxy-wasm-sim/explore";
import type { Target } from "../target.js";

const PIECES = [
  "=",
  "==",
  "%",
  "%2",
  "%ff",
  "%C3%a9",
  "+",
  "/",
  "-",
  "_",
  "A",
  "Zg",
  "Zm9v",
  "0",
  "é",
  "\0",
  " ",
  "\n",
];

/** Base64, base64url, hexadecimal and percent-encoding, to and fro, as Node's `Buffer` has them. */
export const encoding: Target = {
  name: "encoding",
  entry: "encoding.ts",
  generate: (random) => {
    const text = well(random);
    return random.once(3) ? mutate(random, text, PIECES) : text;
  },
  expected: (input) => {
    const text = input.toString("latin1");
    return [
      input.toString("base64"),
      input.toString("base64url"),
      input.toString("hex"),
      percentEncoded(input),
      strict(text, "base64"),
      strict(text, "base64url") ??
        (text.length % 4 === 0 ? strict(text.replace(/={1,2}$/, ""), "base64url") : null),
      /^(?:[\da-f]{2})*$/i.test(text) ? Buffer.from(text, "hex").toString("latin1") : null,
      /%(?![\da-f]{2})/i.test(text) ? null : percentDecoded(text),
      percentDecoded(text),
      "1",
    ];
  },
};

function well(random: Random): Buffer {
  const bytes = Buffer.from(random.bytes(40));
  switch (random.below(5)) {
    case 0:
      return bytes;
    case 1:
      return Buffer.from(bytes.toString("base64"));
    case 2:
      return Buffer.from(bytes.toString("base64url"));
    case 3:
      return Buffer.from(bytes.toString("hex"));
    default:
      return Buffer.from(random.join(PIECES, 20));
  }
}

/** Node overlooks much; what it writes itself is what is right. */
function strict(text: string, kind: "base64" | "base64url"): string | null {
  const bytes = Buffer.from(text, kind);
  return bytes.toString(kind) === text ? bytes.toString("latin1") : null;
}

function percentEncoded(bytes: Buffer): string {
  return bytes
    .toString("latin1")
    .replaceAll(
      /[^\w.~-]/g,
      (octet) => `%${octet.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
    );
}

function percentDecoded(text: string): string {
  return text.replaceAll(/%([\da-f]{2})/gi, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
}
