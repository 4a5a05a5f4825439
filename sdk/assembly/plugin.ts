import { proxy_set_tick_period_milliseconds } from "./abi/env";
import { Configuration } from "./configuration";

/**
 * One configured filter inside a VM (the ABI's root context). Extend it to read the configuration and to hold what the
 * streams share; register it beside the filter: `registerHttpFilter<MyFilter, MyPlugin>("name")`.
 *
 * Keep the configuration in fields, never in a module's variables: a configuration update makes a second plugin in the same
 * VM, and the streams of the first one end with its configuration (abi.md E.11).
 */
export class Plugin {
  /** Reads the configuration. False refuses it: Envoy then keeps the previous one or, at start, exits. */
  onConfigure(configuration: Configuration): bool {
    return true;
  }

  /** Called every `setTickPeriod` milliseconds, measured from the end of the last call, on every thread. */
  onTick(): void {}

  /** Starts `onTick`, or stops it with 0. */
  protected setTickPeriod(milliseconds: u32): void {
    proxy_set_tick_period_milliseconds(milliseconds);
  }
}
