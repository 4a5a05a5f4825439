// What the transform knows about the program before it is compiled. It replaces these values
// (transform/analysis.ts); the branches not taken, and all they need, are then not in the module.

/**
 * The program registers exactly one filter, a class without fields, no plugin class, and never does to a stream what depends on what was
 * done before: every stream is served by one shared instance, and no context needs to be remembered.
 */
export const SHARED_INSTANCE: bool = false;

/** Some class overrides `onRequestBodyComplete`. */
export const COLLECTS_REQUESTS: bool = true;

/** Some class overrides `onResponseBodyComplete`. */
export const COLLECTS_RESPONSES: bool = true;

/** The program uses timers, so the host's one tick is theirs. */
export const USES_TIMERS: bool = true;

/** The program sends HTTP calls. */
export const USES_HTTP_CALLS: bool = true;

/** The program makes gRPC calls. */
export const USES_GRPC: bool = true;
