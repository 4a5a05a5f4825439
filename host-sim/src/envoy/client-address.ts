import { UnmodelledPropertyError } from "../errors.js";
import { givenProperty, type GivenValues } from "./given-properties.js";

/** Who connects is what the test says: the address of `source.address`, without its port. */
export function clientAddress(given: GivenValues): string {
  const source = givenProperty(given, ["source", "address"]);
  if (source?.kind !== "scalar") throw new UnmodelledPropertyError("source.address");
  return Buffer.from(source.bytes).toString("latin1").replace(/:\d+$/, "");
}
