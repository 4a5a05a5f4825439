import { createHash, createHmac } from "node:crypto";
import type { Target } from "../target.js";

/** SHA-256 and HMAC in one piece and in two, as Node's crypto has them. */
export const crypto: Target = {
  name: "crypto",
  entry: "crypto.ts",
  generate: (random) => Buffer.from(random.bytes(random.once(8) ? 300 : 80)),
  expected: (input) => {
    const cut = Math.min(input[0] ?? 0, input.length);
    const hash = createHash("sha256").update(input).digest().toString("latin1");
    const code = createHmac("sha256", input.subarray(0, cut))
      .update(input.subarray(cut))
      .digest()
      .toString("latin1");
    return [hash, hash, code, code, input.subarray(0, cut).equals(input.subarray(cut)) ? "1" : "0"];
  },
};
