/** What the words of `import`'s options mean. */
import type { Chunking, WireForm } from "as-proxy-wasm-sim";
import { usageError } from "../errors.js";

export function wholeNumber(text: string, option: string): number {
  const value = Number(text);
  if (!/^\d{1,15}$/.test(text) || value < 1)
    throw usageError(`${option} is ${text}, which is no whole number from 1 on`, `give ${option} a number`);
  return value;
}

export function chunking(text: string): Chunking {
  if (text === "whole" || text === "lines" || text === "random") return text;
  if (/^\d+$/.test(text)) return wholeNumber(text, "--chunk");
  throw usageError(`--chunk is ${text}`, "say a number of bytes, whole, lines or random");
}

export function wireForm(text: string): WireForm {
  if (text === "drop" || text === "recompress") return text;
  throw usageError(`--wire is ${text}`, "say drop or recompress");
}
