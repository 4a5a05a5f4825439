// What the transform knows about the program before it is compiled. It replaces these values
// (transform/analysis.ts); the branches not taken, and all they need, are then not in the module.

/**
 * The program registers exactly one filter, a class without fields, no plugin class, and never does to a stream what depends on what was
 * done before: every stream is served by one shared instance, and no context needs to be remembered.
 */
export const SHARED_INSTANCE: bool = false;

/**
 * The program keeps no filter objects: none is handed anywhere (`this` stands only in front of a dot), no callout brings one back, and none
 * has a constructor. Those without fields can't be told from each other then, and one serves all streams of its plugin.
 */
export const INTERCHANGEABLE_FILTERS: bool = false;

/** The program collects bodies of requests. */
export const COLLECTS_REQUESTS: bool = true;

/** The program collects bodies of responses. */
export const COLLECTS_RESPONSES: bool = true;

/** The program uses timers, so the host's one tick is theirs. */
export const USES_TIMERS: bool = true;

/** The program sends HTTP calls. */
export const USES_HTTP_CALLS: bool = true;

/** The program makes gRPC calls. */
export const USES_GRPC: bool = true;

/** What is logged when a plugin's `root_id` names none of the program's registrations; the transform lists them. */
export const UNKNOWN_ROOT_ID: string = "the root_id names no filter of this module";
