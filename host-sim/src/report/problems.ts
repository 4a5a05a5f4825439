/** Traps, misuses and unmet expectations of an exchange, as far as it has them. */
import { type Exchange, toText } from "../index.js";
import { clip } from "./describe-message.js";
import type { Problem } from "./report-data.js";

export function problemsOf(_exchange: Exchange): readonly Problem[] {
  return [];
}
