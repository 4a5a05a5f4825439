/** Holds what `--json` prints against the schemas that the package publishes. */
import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

const ajv = new Ajv2020({ allowUnionTypes: true });
const compiled = new Map<string, ValidateFunction>();

/** Which schema describes what a command line prints; null: none is published. */
export function outputSchema([verb, ...argv]: readonly string[]): string | null {
  if (!argv.includes("--json")) return null;
  if (verb === "replay") return argv.includes("--diff-envoy") ? "diff-envoy" : "replay";
  return verb === "merge" ? "replay" : verb === "explore" ? "explore" : null;
}

/** Throws when the JSON is not what the schema says. */
export function checkOutput(schema: string, json: string): void {
  let validate = compiled.get(schema);
  if (validate === undefined) {
    const file = new URL(`../../${schema}.schema.json`, import.meta.url);
    validate = ajv.compile(JSON.parse(readFileSync(file, "utf8")) as object);
    compiled.set(schema, validate);
  }
  if (validate(JSON.parse(json))) return;
  throw new Error(
    `not as ${schema}.schema.json says: ${ajv.errorsText(validate.errors)}\n${json.slice(0, 2000)}`,
  );
}
