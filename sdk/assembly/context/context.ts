import { creating } from "./current";

/**
 * What filters and plugins have in common: the host knows each by a number.
 *
 * The host runs the answers to callouts, timers and queues on the plugin. Every method here acts on its own context all the
 * same: the SDK tells the host whose turn it is.
 */
export abstract class Context {
  /** The host's id of this context; 0 before the host has made it. @internal */
  contextId: u32 = 0;
  /** The plugin it belongs to; null: it is one. @internal */
  readonly _plugin: Context | null = creating;

  /**
   * The time to log. A filter: its exchange or connection is over, completely or not, and the headers are readable again, though
   * not writable. A plugin that Envoy uses as an access logger: some exchange of the listener is over (abi.md 10).
   */
  onLog(): void {}
}
