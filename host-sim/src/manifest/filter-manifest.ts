import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { ErrorObject } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import schema from "../../filter.schema.json" with { type: "json" };
import type { FailurePolicy } from "../envoy/failure-policy.js";
import type { PluginConfig } from "../envoy/plugin-config.js";
import { SimulatorError } from "../errors.js";

/** A filter.json with its defaults filled in; `filter.schema.json` says what each field means. */
export interface FilterManifest {
  readonly name: string;
  readonly entry: string;
  readonly wasm: string;
  readonly rootId: string;
  readonly kind: "http" | "network" | "access-logger" | "singleton";
  readonly target: "envoy" | "mosn";
  /** As it is sent to the plugin; null when there is none. */
  readonly configuration: string | null;
  /** The file of the JSON schema that configurations follow, relative to filter.json; null when there is none. */
  readonly configurationSchema: string | null;
  /** As it is sent to the VM; null when there is none. */
  readonly vmConfiguration: string | null;
  readonly allowOnHeadersStopIteration: boolean;
  readonly failurePolicy: FailurePolicy;
  /** Null: Envoy's own second. */
  readonly reloadConfig: NonNullable<PluginConfig["reloadConfig"]> | null;
  /** Null: nothing is restricted. */
  readonly capabilityRestrictionConfig: NonNullable<PluginConfig["capabilityRestrictionConfig"]> | null;
  readonly vmId: string;
  readonly environmentVariables: EnvironmentVariables;
}

/** Envoy's message of this name. */
export interface EnvironmentVariables {
  readonly keyValues: Readonly<Record<string, string>>;
  /** Names whose values Envoy's own environment gives. */
  readonly hostEnvKeys: readonly string[];
}

type Written = {
  readonly name: string;
  readonly configuration?: unknown;
  readonly vmConfiguration?: unknown;
  readonly environmentVariables?: Partial<EnvironmentVariables>;
} & Partial<Omit<FilterManifest, "configuration" | "vmConfiguration" | "environmentVariables">>;

const validate = new Ajv2020({ allErrors: false, strict: true, verbose: true }).compile<Written>(schema);

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
    configurationSchema: written.configurationSchema ?? null,
    vmConfiguration: configurationText(written.vmConfiguration),
    allowOnHeadersStopIteration: written.allowOnHeadersStopIteration ?? false,
    failurePolicy: written.failurePolicy ?? "FAIL_CLOSED",
    reloadConfig: written.reloadConfig ?? null,
    capabilityRestrictionConfig: written.capabilityRestrictionConfig ?? null,
    vmId: written.vmId ?? "",
    environmentVariables: environmentVariables(written.environmentVariables, source),
  };
}

/** Envoy refuses a name that stands in both lists, so it is no use to start with one. */
function environmentVariables(
  written: Partial<EnvironmentVariables> | undefined,
  source: string,
): EnvironmentVariables {
  const { keyValues = {}, hostEnvKeys = [] } = written ?? {};
  const twice = hostEnvKeys.find((name) => Object.hasOwn(keyValues, name));
  if (twice !== undefined) {
    throw manifestError(source, `"environmentVariables" has ${twice} in keyValues and in hostEnvKeys`);
  }
  return { keyValues, hostEnvKeys };
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
      return `"${within(field, error.params["missingProperty"])}" is missing`;
    case "additionalProperties":
      return `"${within(field, error.params["additionalProperty"])}" is unknown; known are ${Object.keys(error.parentSchema?.["properties"] as object).join(", ")}`;
    case "enum":
      return `"${field}" must be one of ${(error.params["allowedValues"] as string[]).join(", ")}`;
    case "type":
      return field === ""
        ? "it must be a JSON object"
        : `"${field}" must be ${article(String(error.params["type"]))}`;
    default:
      return `"${field}" ${error.message}`;
  }
}

function article(type: string): string {
  return `${/^[aio]/.test(type) ? "an" : "a"} ${type}`;
}

function within(field: string, property: unknown): string {
  return field === "" ? String(property) : `${field}.${String(property)}`;
}

function manifestError(source: string, what: string): SimulatorError {
  return new SimulatorError(
    "ERR_MANIFEST",
    `${source}: ${what}.`,
    "as-proxy-wasm-sim/filter.schema.json describes every field.",
  );
}
