import { Context } from "./context";
import { pluginOf } from "./current";

/** One exchange or connection passing a filter. */
export abstract class StreamContext extends Context {
  /** It goes away: after `onLog` for HTTP, before it for TCP. */
  onDone(): void {}

  /** The plugin this stream belongs to: its configuration. `P` is the class that the filter was registered with. */
  plugin<P>(): P {
    return assert(pluginOf(this), "plugin() works as long as the stream exists") as P;
  }
}
