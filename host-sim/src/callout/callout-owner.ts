import type { ByteString } from "../byte-string.js";
import type { EnvoyBehaviour } from "../envoy-versions.js";
import type { Dispatcher } from "../envoy/timeline.js";
import type { ClusterTable } from "./clusters.js";
import type { CalloutTokens } from "./tokens.js";

/** What callouts need of the plugin that makes them. */
export interface CalloutOwner {
  readonly plugin: string;
  readonly thread: string;
  readonly dispatcher: Dispatcher;
  readonly clusters: ClusterTable;
  readonly tokens: CalloutTokens;
  /** A canary's callouts go out, but it does not live to see an answer. */
  readonly isCanary: boolean;
  readonly behaviour: EnvoyBehaviour;
  /** Enters the guest. `over` runs as soon as the guest has returned, before what it asked to happen afterwards. */
  deliver(callback: string, args: readonly number[], over: () => void): void;
  /** Does something when the callback that runs has returned, at once when none does. */
  afterCallback(run: () => void): void;
  /** The last status of the plugin from now on. */
  setStatus(code: number, message: ByteString): void;
}
