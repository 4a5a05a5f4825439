/** The options by which every verb that writes recordings says which headers are secret. */
import { type Redaction, redaction, SECRET_HEADERS } from "as-proxy-wasm-sim";
import { list } from "../command.js";
import { usageError } from "../errors.js";

export const redactionOptions = {
  redact: list(
    "NAME",
    `replace the values of this header too; repeatable (always: ${SECRET_HEADERS.join(", ")})`,
  ),
  keep: list("NAME", "leave the values of this header as they are; repeatable"),
};

export function chosenRedaction(input: {
  readonly redact: readonly string[];
  readonly keep: readonly string[];
}): Redaction {
  const both = input.redact.find((name) =>
    input.keep.some((other) => other.toLowerCase() === name.toLowerCase()),
  );
  if (both !== undefined) throw usageError(`--redact and --keep both name ${both}`, "name it in one of them");
  return redaction(input);
}
