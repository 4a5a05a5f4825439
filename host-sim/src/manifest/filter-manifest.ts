import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { ErrorObject } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import schema from "../../filter.schema.json" with { type: "json" };
import { SimulatorError } from "../errors.js";

/** A filter.json with its defaults filled in; `filter.schema.json` says what each field means. */
export interface FilterManifest {
  readonly name: string;
  readonly entry: string;
  readonly wasm: string;
  readonly rootId: string;
  readonly kind: "http" | "network";
  readonly target: "envoy" | "mosn";
  /** As it is sent to the plugin; null when there is none. */
  readonly configuration: string | null;
  /** As it is sent to the VM; null when there is none. */
  readonly vmConfiguration: string | null;
  readonly allowOnHeadersStopIteration: boolean;
}

type Written = {
  readonly name: string;
  readonly configuration?: unknown;
  readonly vmConfiguration?: unknown;
} & Partial<Omit<FilterManifest, "configuration" | "vmConfiguration">>;

const validate = new Ajv2020({ allErrors: false, strict: true }).compile<Written>(schema);

/** Reads and checks a filter.json. Rejects with `ERR_MANIFEST`, in one sentence with the field that is wrong. */
export async function readFilterManifest(path: string | URL): Promise<FilterManifest> {
  const file = typeof path === "string" ? path : fileURLToPath(path);
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw manifestError(
      file,
      cause.code === "ENOENT" ? "it does not exist" : `it can't be read (${cause.code})`,
    );
  });
  return parseFilterManifest(text, file);
}

/** The same for text; `source` is its name in messages. */
export function parseFilterManifest(text: string, source: string): FilterManifest {
  let written: unknown;
  try {
    written = JSON.parse(text);
  } catch (cause) {
    throw manifestError(source, `it is not JSON: ${(cause as Error).message}`);
  }
  if (!validate(written)) throw manifestError(source, explain(validate.errors![0]!));
  return {
    name: written.name,
    entry: written.entry ?? "assembly/index.ts",
    wasm: written.wasm ?? `build/${written.name}.wasm`,
    rootId: written.rootId ?? written.name,
    kind: written.kind ?? "http",
    target: written.target ?? "envoy",
    configuration: configurationText(written.configuration),
    vmConfiguration: configurationText(written.vmConfiguration),
    allowOnHeadersStopIteration: written.allowOnHeadersStopIteration ?? false,
  };
}

/** A configuration as Envoy's StringValue carries it: text as it is, anything else as JSON. */
export function configurationText(configuration: unknown): string | null {
  if (configuration === undefined || configuration === null) return null;
  return typeof configuration === "string" ? configuration : JSON.stringify(configuration);
}

function explain(error: ErrorObject): string {
  const field = error.instancePath.slice(1).replaceAll("/", ".");
  switch (error.keyword) {
    case "required":
      return `"${String(error.params["missingProperty"])}" is missing`;
    case "additionalProperties":
      return `"${String(error.params["additionalProperty"])}" is unknown; known are ${Object.keys(schema.properties).join(", ")}`;
    case "enum":
      return `"${field}" must be one of ${(error.params["allowedValues"] as string[]).join(", ")}`;
    case "type":
      return field === ""
        ? "it must be a JSON object"
        : `"${field}" must be a ${String(error.params["type"])}`;
    default:
      return `"${field}" ${error.message}`;
  }
}

function manifestError(source: string, what: string): SimulatorError {
  return new SimulatorError(
    "ERR_MANIFEST",
    `${source}: ${what}.`,
    "as-proxy-wasm-sim/filter.schema.json describes every field.",
  );
}
