import { digestOf } from "oras-js";
import { findModule, type InspectedImage } from "../image/index.js";
import type { Consumer, FoundModule, Remark, Rule, Verdict } from "./consumer.js";

/**
 * Would the consumer load the image? The rules are asked in its own order, and the first that is broken is the reason. Warnings are there
 * for an image that loads.
 */
export function judge(consumer: Consumer, image: InspectedImage): Verdict {
  const found = findIn(consumer, image);
  const broken = "broken" in found ? found.broken : firstBroken(consumer.moduleRules, found);
  if (broken !== undefined || "broken" in found) {
    return { consumer: consumer.name, loads: false, broken: broken!, warnings: [] };
  }
  return {
    consumer: consumer.name,
    loads: true,
    form: found.form,
    wasmDigest: digestOf(found.wasm),
    warnings: consumer.cautions.flatMap((rule) => remark(rule, found) ?? []),
  };
}

function findIn(consumer: Consumer, image: InspectedImage): FoundModule | { readonly broken: Remark } {
  const seen = consumer.view?.(image) ?? image;
  const broken = firstBroken(consumer.imageRules, seen);
  if (broken !== undefined) return { broken };
  const { names, source, todo, tooLarge } = consumer.forms;
  if (seen.image === undefined)
    throw new Error(`no rule of ${consumer.name} is about an index without image`);
  const found = findModule({ manifest: seen.image.manifest, contents: seen.contents }, names);
  if (!("demand" in found)) return { image: seen, ...found };
  const because =
    found.demand === "size" && tooLarge !== undefined ? `${found.because}: ${tooLarge}` : found.because;
  return { broken: { rule: found.demand, problem: because, todo, source } };
}

function firstBroken<Subject>(rules: readonly Rule<Subject>[], subject: Subject): Remark | undefined {
  for (const rule of rules) {
    const broken = remark(rule, subject);
    if (broken !== undefined) return broken;
  }
  return undefined;
}

function remark<Subject>(rule: Rule<Subject>, subject: Subject): Remark | undefined {
  const problem = rule.check(subject);
  if (problem === undefined) return undefined;
  return { rule: rule.id, problem, todo: rule.todo, source: rule.source };
}
