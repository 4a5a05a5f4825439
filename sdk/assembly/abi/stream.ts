// Contexts and what can be done to a stream or connection as a whole (abi.md 5.3, 5.4).

import { proxy_close_stream, proxy_continue_stream, proxy_done, proxy_set_effective_context } from "./env";
import { Status, StreamType } from "./status";

/** Makes the host calls of the running callback act on another context of this VM. BadArgument: it does not live. */
export function setEffectiveContext(id: u32): Status {
  return proxy_set_effective_context(id);
}

/**
 * Resumes a direction when the running callback has ended. The host does not check that it is paused: see abi.md E.10
 * for what it does when it is not.
 */
export function continueStream(stream: StreamType): Status {
  return proxy_continue_stream(stream);
}

/** Resets an HTTP stream or closes a connection when the running callback has ended. */
export function closeStream(stream: StreamType): Status {
  return proxy_close_stream(stream);
}

/** Lets the current root context go, after its `proxy_on_done` asked to wait. NotFound: nothing waits. */
export function done(): Status {
  return proxy_done();
}
