/** A partial result (`replay --shard … --json`) as events, read as it is asked for. */
import { createReadStream } from "node:fs";
import { JSONParser } from "@streamparser/json";
import type { SkippedEntry } from "as-proxy-wasm-sim";
import type { ReportStream } from "as-proxy-wasm-sim/report";
import { CliError } from "../errors.js";
import type { SessionEnd } from "../replay/session-run.js";
import type { Shard } from "../replay/shard.js";
import type { ItemResult } from "../replay/item-result.js";

export interface PartHead {
  readonly filter: string;
  readonly streamsPerEnvoy: number;
  readonly now: string;
  readonly shard: Shard;
}

export type PartEvent =
  | { readonly kind: "head"; readonly head: PartHead }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "result"; readonly result: ItemResult; readonly described?: ReportStream }
  | { readonly kind: "skipped"; readonly entries: readonly SkippedEntry[] }
  /** The last two: what the part is a part of, and what its Envoys left. */
  | { readonly kind: "fingerprint"; readonly hex: string }
  | { readonly kind: "envoys"; readonly envoys: readonly PartEnvoy[] };

export interface PartEnvoy extends SessionEnd {
  readonly envoy: number;
}

const paths = [
  "$.filter",
  "$.started",
  "$.streamsPerEnvoy",
  "$.now",
  "$.shard",
  "$.recordings.*.file",
  "$.recordings.*.items.*",
  "$.recordings.*.skipped",
  "$.fingerprint",
  "$.envoys",
];

export async function* readPart(path: string): AsyncGenerator<PartEvent> {
  const events: PartEvent[] = [];
  const head: Record<string, unknown> = {};
  let hasHead = false;
  let isWhole = false;
  const broken = (problem: string, cause?: unknown): CliError =>
    new CliError("ERR_FILE", `${path}: ${problem}`, "merge what replay --shard I/N --json printed, whole", {
      cause,
    });
  const putHead = (): void => {
    if (hasHead) return;
    hasHead = true;
    events.push({ kind: "head", head: checkedHead(head, broken) });
  };
  const parser = new JSONParser({ paths, keepStack: false });
  parser.onValue = ({ value, key, stack }) => {
    const place = stack.slice(1).map((element) => element.key);
    if (place.length === 0 && key !== "envoys" && key !== "fingerprint") {
      head[String(key)] = value;
      return;
    }
    putHead();
    const field = String(typeof key === "number" ? place.at(-1) : key);
    const event = partEvent(field, value);
    if (event === null) throw broken(`has something else than ${field} where those stand`);
    isWhole ||= event.kind === "envoys";
    events.push(event);
  };
  try {
    for await (const bytes of createReadStream(path, { highWaterMark: 256 * 1024 })) {
      parser.write(bytes as Uint8Array);
      yield* events.splice(0);
    }
  } catch (error) {
    if (error instanceof Error && "code" in error) throw error;
    throw broken("is no JSON", error);
  }
  putHead();
  yield* events;
  if (!isWhole) throw broken("is a result in one piece, or was cut off");
}

function checkedHead(head: Record<string, unknown>, broken: (problem: string) => CliError): PartHead {
  const { filter, started, streamsPerEnvoy, now, shard } = head;
  if (started === false) throw broken("holds no result, because Envoy did not start");
  const { index, count } = (shard ?? {}) as Partial<Shard>;
  if (
    typeof filter !== "string" ||
    typeof streamsPerEnvoy !== "number" ||
    typeof now !== "string" ||
    typeof index !== "number" ||
    typeof count !== "number"
  )
    throw broken("is no part of a replay");
  return { filter, streamsPerEnvoy, now, shard: { index, count } };
}

function partEvent(field: string, value: unknown): PartEvent | null {
  switch (field) {
    case "file":
      return typeof value === "string" ? { kind: "file", path: value } : null;
    case "items":
      return isResult(value) ? resultEvent(value) : null;
    case "skipped":
      return Array.isArray(value) ? { kind: "skipped", entries: value as SkippedEntry[] } : null;
    case "fingerprint":
      return typeof value === "string" ? { kind: "fingerprint", hex: value } : null;
    case "envoys":
      return Array.isArray(value) ? { kind: "envoys", envoys: value as PartEnvoy[] } : null;
    default:
      return null;
  }
}

function resultEvent({ described, ...result }: DescribedResult): PartEvent {
  return { kind: "result", result, ...(described === undefined ? {} : { described }) };
}

type DescribedResult = ItemResult & { readonly described?: ReportStream };

/** What merging itself looks at; the rest passes through as it stands. */
function isResult(value: unknown): value is DescribedResult {
  const { kind, envoy, logs } = (value ?? {}) as Partial<ItemResult>;
  return typeof kind === "string" && typeof envoy === "number" && Array.isArray(logs);
}
