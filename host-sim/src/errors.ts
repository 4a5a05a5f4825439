/** Every error code of this package: when it happens. The hint of each error says what to do. */
export type SimulatorErrorCode =
  /** filter.json is missing, unreadable, no JSON, or breaks its schema. */
  | "ERR_MANIFEST"
  /** The module that filter.json names does not exist. */
  | "ERR_MODULE_MISSING"
  /** Envoy would exit: a module does not load, or a filter refused to start. */
  | "ERR_ENVOY_START"
  /** No real Envoy can be run on this machine. */
  | "ERR_ENVOY_BINARY"
  /** A real Envoy ended, or does not answer, for a reason that lies in no plugin. */
  | "ERR_ENVOY_PROCESS"
  /** The options given to `Envoy.start` contradict each other or Envoy's rules. */
  | "ERR_OPTIONS"
  /** A filter called a host function that the simulator does not model yet. */
  | "ERR_UNIMPLEMENTED_HOST_CALL"
  /** A filter asked for a property that the simulator does not model. */
  | "ERR_UNMODELLED_PROPERTY"
  /** A filter looked up a name whose addresses the simulator does not know. */
  | "ERR_UNMODELLED_NAME"
  /** A filter did not return from a callback within the time limit. */
  | "ERR_CALLBACK_TIMEOUT"
  /** A recorded stream cannot be sent over HTTP/1.1 at all. */
  | "ERR_UNSENDABLE_STREAM"
  /** A test asked a real Envoy for what only a simulated one can do. */
  | "ERR_HOST"
  /** The simulator and a real Envoy did different things. */
  | "ERR_HOST_DIFFERENCE"
  /** A filter called what a test has no answer for. */
  | "ERR_UNHANDLED_CALLOUT"
  /** A recording cannot be read. */
  | "ERR_RECORDING";

/** The base of every error this package throws on purpose. */
export class SimulatorError extends Error {
  readonly code: SimulatorErrorCode;
  /** What to do about it, one sentence. */
  readonly hint: string;

  constructor(code: SimulatorErrorCode, message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.hint = hint;
  }
}

/** A host function of the table that only exists so that modules load. */
export class UnimplementedHostCallError extends SimulatorError {
  constructor(readonly hostFunction: string) {
    super(
      "ERR_UNIMPLEMENTED_HOST_CALL",
      `The filter called ${hostFunction}, which the simulator does not model.`,
      "Run this filter in a real Envoy; the simulator never answers such a call with an invented result.",
    );
  }
}

/** A property whose value in Envoy the simulator cannot know. */
export class UnmodelledPropertyError extends SimulatorError {
  constructor(readonly property: string) {
    super(
      "ERR_UNMODELLED_PROPERTY",
      `The filter asked for the property "${property}", which the simulator does not model.`,
      "Give it a value in the option properties, or run this filter in a real Envoy: the simulator invents none.",
    );
  }
}

/** A name whose addresses only a real network knows. */
export class UnmodelledNameError extends SimulatorError {
  constructor(readonly hostname: string) {
    super(
      "ERR_UNMODELLED_NAME",
      `The filter looked up the name "${hostname}", whose addresses the simulator does not know.`,
      "Give it an answer in the option dns, an empty list if it does not exist.",
    );
  }
}

/** A filter that does not come back, for example from an endless loop. */
export class CallbackTimeoutError extends SimulatorError {
  constructor(
    milliseconds: number,
    /** The call that did not come back, where it is known: `proxy_on_request_headers of plugin "auth"`. */
    call = "The filter",
  ) {
    super(
      "ERR_CALLBACK_TIMEOUT",
      `${call} did not return within ${milliseconds} ms.`,
      "Envoy has no such limit: its worker thread would hang. Look for an endless loop, or raise callbackTimeoutMs.",
    );
  }
}
