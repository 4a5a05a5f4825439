import { Configuration, Counter, Plugin } from "as-proxy-wasm-sdk";

/** The configuration: `maxBytes` (largest body, default 65536) and `field` (set to true in every accepted body). */
export class JsonGuardPlugin extends Plugin {
  maxBytes: u32 = 0;
  field: string = "";
  readonly accepted: Counter = new Counter("json_guard.accepted");
  readonly rejected: Counter = new Counter("json_guard.rejected");

  onConfigure(configuration: Configuration): bool {
    this.accepted.define();
    this.rejected.define();
    const read = configuration.optionalReader();
    this.maxBytes = <u32>read.integer("maxBytes", 65536, 1, 16777216);
    this.field = read.string("field", "checked", 1);
    return read.done();
  }
}
